"""Other scripts on the glass: letters are shaped, fingers are served, and a sample says that it is one."""

import itertools
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import kiosk.ui  # noqa: F401  sets Kivy's environment before Kivy is imported
from kiosk.flow import Screen, State
from kiosk.texts.languages import LANGUAGES, SCRIPTS
from kiosk.ui.compose import compose
from kiosk.ui.gallery import MODES, SIZES, form, states, view
from kiosk.ui.page import Glass
from kiosk.ui.scene import Scene, Words
from kiosk.ui.screens import virtual_display
from kiosk.ui.typeset import Typesetter
from kiosk.ui.view import Typing
from survey.form_file import read_form
from tests.screens.test_geometry import gap, overlap

ROOT = Path(__file__).parents[2]
ALL = tuple(LANGUAGES)
SAMPLES = [code for code, each in LANGUAGES.items() if each.sample]
STACKED = {"ស្ត្រី": 6, "ក្រោយ": 5, "ខ្មែរ": 5}  # words, and how many signs each is spelled with

SMALLER = {"600x1024": 0.85}  # the foot of a narrow screen: of the size that a text should have

pytestmark = pytest.mark.skipif(
    not Path(SCRIPTS["Khmr"].font).is_file(), reason="fonts-khmeros is not installed (make test installs it)"
)


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    from kiosk.ui.lettering import measure

    return Typesetter(measure)


def glass(size: str) -> Glass:
    width, height = (int(part) for part in size.split("x"))
    return Glass(width, height, SIZES[size])


def all_scenes(size: str, language: str, typesetter: Typesetter):
    of = form()
    for name, (state, typing) in states(of).items():
        yield name, compose(view(of, language, state, typing, slips="slip" in name), glass(size), typesetter)
    yield "languages", chooser(size, language, typesetter)


def chooser(
    size: str, language: str, typesetter: Typesetter, offered: tuple[str, ...] = ALL, mode: str = "plain"
) -> Scene:
    seen = replace(view(form(), language, State(Screen.LANGUAGES), Typing(), MODES[mode]), languages=offered)
    return compose(seen, glass(size), typesetter)


def test_stacked_letters_are_measured_as_they_are_drawn():
    """Unshaped, each sign takes a place of its own; measured so, a line is up to half as wide again as it is drawn."""
    from kivy.core.text import Label

    from kiosk.ui.lettering import measure

    plain = Label(font_name=SCRIPTS["Khmr"].font, font_size=97)  # a size that nothing has been drawn in yet
    before = {word: plain.get_extents(word)[0] for word in STACKED}
    shaped = {word: measure(word, 97, False) for word in STACKED}
    print("\nwidths in pixels, unshaped and shaped: ", {word: (before[word], shaped[word]) for word in STACKED})
    assert all(len(word) == signs for word, signs in STACKED.items())
    assert all(shaped[word] < 0.85 * before[word] for word in STACKED)
    assert measure(f"A {'ខ្មែរ'} B", 97, False) == measure("A ", 97, False) + shaped["ខ្មែរ"] + measure(" B", 97, False)


@pytest.mark.display
def test_a_line_is_drawn_as_wide_as_it_was_measured_and_shaping_changes_what_is_seen(tmp_path):
    """In a process of its own: Kivy's fonts remember which script was drawn with them last."""
    with virtual_display("320x240") as environment:
        command = [sys.executable, "-m", "tests.screens.draw_khmer"]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode == 0, done.stderr
    measured, drawn, ink, broken = (int(part) for part in done.stdout.split()[-4:])
    print(f"\nmeasured {measured} px, drawn {drawn} px; {ink} px of ink shaped, {broken} px when it is not")
    assert measured == drawn
    assert ink > 0
    assert broken != ink


@pytest.mark.slow
@pytest.mark.parametrize(("size", "language"), list(itertools.product(SIZES, SAMPLES)))
def test_a_sample_says_so_at_the_foot_of_every_screen_and_covers_nothing(size, language, typesetter):
    mm = SIZES[size] / 25.4
    count = 0
    for name, scene in all_scenes(size, language, typesetter):
        *words, note = [item for item in scene.items if isinstance(item, Words)]
        assert "".join(note.lines).startswith("Bản mẫu"), name
        assert note.size >= note.least * SMALLER.get(size, 1.0), (name, note.size * 0.711 / mm)
        assert scene.size == (glass(size).w, glass(size).h)
        assert all(target.rect.bottom <= note.box.y + 0.5 for target in scene.targets), name
        for item in words:
            count += 1
            assert not item.cut, (name, item.lines)
            assert item.ink.w <= item.box.w + 1, (name, item.lines)
            assert item.ink.bottom <= note.box.y + 0.5, (name, item.lines)
        for one, other in itertools.combinations(words, 2):
            assert overlap(one.ink, other.ink) <= 0.5, (name, one.lines, other.lines)
    print(f"\n{size} {language}: {count} texts above the note, 0 cut, 0 overlapping")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_language_that_is_no_sample_has_no_such_foot(language, typesetter):
    for name, scene in all_scenes("1024x600", language, typesetter):
        texts = ["".join(item.lines) for item in scene.items if isinstance(item, Words)]
        assert not any(text.startswith(("Bản mẫu", "Sample")) for text in texts), name


@pytest.mark.parametrize(("size", "mode"), list(itertools.product(SIZES, MODES)))
def test_each_language_is_a_finger_wide_under_its_own_name(size, mode, typesetter):
    """Four in the lower half of a lying screen, else eight."""
    counts = (2, 3, 4) if mode == "low" else (2, 3, 4, 6, 8)
    least = [_tried(size, mode, (*ALL, *ALL)[:count], typesetter) for count in counts]
    side, space = (min(values) for values in zip(*least, strict=True))
    print(f"\n{size} {mode}, {counts[0]} to {counts[-1]} languages: least {side:.1f} mm, least gap {space:.1f} mm")


def _tried(size: str, mode: str, offered: tuple[str, ...], typesetter: Typesetter) -> tuple[float, float]:
    """Least side and least gap in millimetres."""
    scene = chooser(size, "vi", typesetter, offered, mode)
    mm = SIZES[size] / 25.4
    figures = glass(size).figures
    sides = [min(target.rect.w, target.rect.h) / mm for target in scene.targets]
    gaps = [gap(a.rect, b.rect) / mm for a, b in itertools.combinations(scene.targets, 2)]
    assert min(sides) >= figures.target - 0.15
    assert min(gaps) >= figures.gap - 0.05
    assert not MODES[mode].low or min(target.rect.y for target in scene.targets) >= scene.size[1] / 2 - 1
    shown = {"".join(item.lines).replace(" ", "") for item in scene.items if isinstance(item, Words) and not item.cut}
    assert {LANGUAGES[code].name.replace(" ", "") for code in offered} <= shown
    assert [target.id for target in scene.targets] == [*(f"language:{code}" for code in offered), "back"]
    return min(sides), min(gaps)


def test_one_screen_shows_what_is_translated_and_vietnamese_where_it_is_not(typesetter):
    """A form of which one question has a Khmer text, and one level of its scale."""
    import json

    from kiosk.ui.gallery import FORM

    document = json.loads(FORM.read_text(encoding="utf-8"))
    document["version"] = "khmer-sample"
    question = next(each for each in document["questions"] if each["code"] == "RG.HL1")
    question["text"]["km"] = "ភាសាខ្មែរ"
    document["scales"][0]["levels"][0]["text"]["km"] = "ទេ"
    of = read_form(json.dumps(document, ensure_ascii=False).encode(), "sample")

    def texts(code: str) -> set[str]:
        state = State(Screen.QUESTION, code, {"RG.HL0": 5})
        scene = compose(view(of, "km", state, Typing()), glass("1024x600"), typesetter)
        return {" ".join(item.lines) for item in scene.items if isinstance(item, Words)}

    assert {"ភាសាខ្មែរ", "ទេ", "Hài lòng", "រំលង", "Không áp dụng"} <= texts("RG.HL1")
    assert "ភាសាខ្មែរ" not in texts("RG.HL2")
    assert {"ទេ", "Hài lòng"} <= texts("RG.HL2")
