"""Run under a virtual display by test_hostile: paints every hostile string as question, level, option, comment."""

import itertools
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from hostile import strings

from kiosk.config import ScreenSettings
from kiosk.flow import Screen, State
from kiosk.keyboard import writing
from kiosk.ui.compose import compose
from kiosk.ui.gallery import form, view
from kiosk.ui.typeset import Typesetter
from kiosk.ui.view import Typing
from kiosk.ui.window import Window
from survey.form import Form


def hostile_form(of: Form, taken: list[str]) -> Form:
    """`of` with strange words in the place of its own."""
    words = itertools.cycle(taken)

    def texts(item):
        return replace(item, text={"vi": next(words)})

    questions = []
    for question in of.questions:
        scale = question.scale and replace(question.scale, levels=tuple(map(texts, question.scale.levels)))
        changed = replace(question, scale=scale, options=tuple(map(texts, question.options)))
        questions.append(replace(texts(changed), help={"vi": next(words)}))
    return replace(of, questions=tuple(questions), intro={"vi": next(words)}, thanks={"vi": next(words)})


def main() -> None:
    window = Window(ScreenSettings(width=1024, height=600), lambda _x, _y: None, lambda: None)
    typesetter, of = Typesetter(window.measure), form()
    waiting, painted = strings(int(sys.argv[1])), 0
    while waiting:
        taken, waiting = waiting[:20], waiting[20:]
        painted += len(taken)
        bad = hostile_form(of, taken)
        for state, typing in (
            (State(Screen.QUESTION, "RG.HL1", {"RG.HL0": 1}), Typing()),
            (State(Screen.QUESTION, "RG.LD", {"RG.HL0": 1}), Typing()),
            (State(Screen.COMMENT, "RG.YK", {"RG.HL0": 1}), Typing(writing(taken[0][:500]))),
            (State(Screen.INVITATION), Typing()),
            (State(Screen.THANKS), Typing()),
        ):
            scene = compose(view(bad, "vi", state, typing), window.glass, typesetter)
            assert all(t.rect.w > 1 and t.rect.h > 1 for t in scene.targets)
            window.paint(scene)
            window.poll()
            window.draw()
    assert "kivy.core.text.markup" not in sys.modules
    assert "kivy.app" not in sys.modules
    assert not [name for name in sys.modules if name.startswith(("kivy.uix.settings", "kivy.modules.inspector"))]
    sys.stdout.write(f"{painted} painted\n")


main()
