"""How long a form takes: scripted citizens on the composed screens, their taps, the words they meet, a model of time.

The model: every word of a question's screen is read once, at the pace at which Vietnamese is read aloud, 5.2
syllables a second (Pellegrino, Coupé and Marsico 2011; a written word is a syllable, and silent reading is quicker); a
slow reader at half of that. Each touch takes 1.35 s to decide, 1.1 s to point and 0.2 s to press (Card, Moran and
Newell 1980: M, P and K, measured with a mouse). Words met before are not read again, keys of the keyboard are not
read. From the first touch to the thanks, without the kiosk's own 20 ms a touch and without the typing of a comment.

The citizens: 83 in 100 are satisfied overall (the country's index of 2023); four in five factors are rated as the whole
is, the others one level beside it; one in ten answers yes; whoever is asked for reasons ticks one to three.
"""

import random
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

import pytest

import kiosk.ui  # noqa: F401  sets Kivy's environment before Kivy is imported
from kiosk.flow import AT_REST, Screen, State, step
from kiosk.ui.compose import compose
from kiosk.ui.gallery import FORM as REDUCED
from kiosk.ui.gallery import SIZES, view
from kiosk.ui.page import Glass
from kiosk.ui.scene import Rect, Scene, Target, Words
from kiosk.ui.typeset import Typesetter
from kiosk.ui.view import Turn, Typing
from survey.form import Form, Kind, Role
from survey.form_file import read_form

READ_WORDS_S = 5.2
TOUCH_S = 1.35 + 1.1 + 0.2
OVERALL_WEIGHTS = (3, 5, 9, 38, 45)  # worst first
SAME_AS_WHOLE = 0.8
YES_SHARE = 0.1
MOST_TICKS = 3
CITIZENS = 200
SEED = 20231101
SIZE = "1024x600"
MINUTES_SAID = 6
WHOLE = REDUCED.with_name("soc-trang-day-du.json")


SceneOf: TypeAlias = Callable[[State, int], Scene]


@dataclass
class Sitting:
    """One citizen's way through a form. `mood`: the level of the whole; `words`: drawn on each screen, keys left out;
    `read`: texts met so far; `new`: their words after the invitation."""

    mood: int
    taps: int = 0
    new: int = 0
    words: dict[tuple[Screen, str, int], int] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)

    def seconds(self, words_s: float = READ_WORDS_S) -> float:
        return self.new / words_s + (self.taps - 1) * TOUCH_S

    def look(self, scene: Scene, state: State, page: int) -> None:
        keys = [target.rect for target in scene.targets if target.typing]
        words = [item for item in scene.items if isinstance(item, Words) and not is_in(item.ink, keys)]
        drawn = [" ".join(item.lines) for item in words]
        self.words[state.screen, state.question, page] = sum(len(text.split()) for text in drawn)
        if state.screen is not Screen.INVITATION:
            self.new += sum(len(text.split()) for text in set(drawn) - self.read)
        self.read.update(drawn)


def is_in(ink: Rect, rects: list[Rect]) -> bool:
    return any(rect.holds(ink.x + ink.w / 2, ink.y + ink.h / 2) for rect in rects)


def sit(form: Form, scene_of: SceneOf, dice: random.Random) -> Sitting:
    """From the invitation to the thanks, touching targets of the scenes only."""
    sitting, state, page = Sitting(dice.choices(range(1, 6), OVERALL_WEIGHTS)[0]), AT_REST, 0
    while state.screen is not Screen.THANKS:
        scene = scene_of(state, page)
        sitting.look(scene, state, page)
        for target in touched(form, state, sitting.mood, {target.id: target for target in scene.targets}, dice):
            page = target.event.page if isinstance(target.event, Turn) else page
            before, state = state, state if isinstance(target.event, Turn) else step(form, state, target.event)[0]
            page = page if state.question == before.question else 0
            sitting.taps += 1
    return sitting


def touched(form: Form, state: State, mood: int, found: dict[str, Target], dice: random.Random) -> list[Target]:
    """What this citizen touches on one screen: an answer, some ticks, or the way on."""
    question = form.question(state.question)
    whole = question is None or question.role is Role.OVERALL
    options = [name for name in found if name.startswith("option:")]
    if "level:1" in found:
        level = mood if whole or dice.random() < SAME_AS_WHOLE else mood + dice.choice((-1, 1))
        return [found[f"level:{min(max(level, 1), 5)}"]]
    if question is None or question.kind is Kind.TEXT:
        return [found["start" if question is None else "skip"]]
    if question.kind is Kind.YES_NO:
        return [found["option:CO" if dice.random() < YES_SHARE else "option:KHONG"]]
    if question.kind is Kind.SINGLE:
        return [found[dice.choice(options)]]
    if question.code in state.answers:
        return [found.get("next") or found["more"]]
    return [found[name] for name in dice.sample(options, min(dice.randint(1, MOST_TICKS), len(options)))]


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    from kiosk.ui.painter import measure

    return Typesetter(measure)


def scenes(form: Form, typesetter: Typesetter) -> SceneOf:
    """Composed scenes; those that look the same are composed once."""
    width, height = (int(part) for part in SIZE.split("x"))
    glass, kept = Glass(width, height, SIZES[SIZE]), {}

    def scene_of(state: State, page: int) -> Scene:
        ticks = state.answers.get(state.question)
        key = (state.screen, state.question, page, bool(state.answers), tuple(ticks) if isinstance(ticks, list) else ())
        if key not in kept:
            shown = replace(view(form, "vi", state, Typing()), page=page)
            kept[key] = compose(shown, glass, typesetter)
        return kept[key]

    return scene_of


def report(path: Path, typesetter: Typesetter) -> list[Sitting]:
    form = read_form(path.read_bytes(), path.name)
    scene_of, dice = scenes(form, typesetter), random.Random(SEED)
    sittings = [sit(form, scene_of, dice) for _ in range(CITIZENS)]
    taps = sorted(sitting.taps for sitting in sittings)
    words = [count for sitting in sittings for count in sitting.words.values()]
    seconds, slow = (sorted(s.seconds(pace) for s in sittings) for pace in (READ_WORDS_S, READ_WORDS_S / 2))
    print(
        f"\n{form.id}: {CITIZENS} scripted citizens, seed {SEED}: taps median {statistics.median(taps):.0f} "
        f"({taps[0]} to {taps[-1]}), screens median {statistics.median(len(s.words) for s in sittings):.0f}, words a "
        f"screen median {statistics.median(words):.0f} (most {max(words)}), modelled time median "
        f"{statistics.median(seconds):.0f} s ({seconds[0]:.0f} to {seconds[-1]:.0f}), a slow reader's "
        f"{statistics.median(slow):.0f} s; within a minute {sum(s < 60 for s in seconds)} of {CITIZENS}"
    )
    return sittings


@pytest.mark.slow
def test_the_reduced_form_takes_less_than_a_minute(typesetter):
    sittings = report(REDUCED, typesetter)
    assert statistics.median(sitting.seconds() for sitting in sittings) < 60
    assert statistics.median(sitting.taps for sitting in sittings) <= 8


@pytest.mark.slow
def test_the_whole_form_takes_about_what_its_invitation_says(typesetter):
    """«khoảng sáu phút» lies between the median of the model and that of a slow reader."""
    assert "khoảng sáu phút" in WHOLE.read_text("utf-8")
    sittings = report(WHOLE, typesetter)
    quick, slow = (statistics.median(s.seconds(pace) for s in sittings) for pace in (READ_WORDS_S, READ_WORDS_S / 2))
    assert quick / 60 <= MINUTES_SAID <= slow / 60
