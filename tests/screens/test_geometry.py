"""Every screen, language, size and mode as scenes: nothing cut or overlapping, fingers and eyes served. No window.

Figures: WCAG 2.2 and EN 301 549, in millimetres through the panel's resolution (kiosk/ui/theme.py).
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest

import kiosk.ui  # noqa: F401  sets Kivy's environment before Kivy is imported
from kiosk.comfort import Comfort
from kiosk.ui import theme
from kiosk.ui.compose import compose
from kiosk.ui.gallery import MODES, SIZES, form, gallery, states, view
from kiosk.ui.page import Glass, Page
from kiosk.ui.scene import Face, Rect, Scene, Words
from kiosk.ui.typeset import Typesetter

# Where a text is smaller than its kind should be: parts of that size, by size and screen. On the invitation
# stand a band, a question of seventy letters, five answers and the promise at once; `about` holds two texts.
SMALLER = {("600x1024", "01-invitation"): 0.93, ("800x480", "01-invitation"): 0.92, ("800x480", "17-about"): 0.82}
SMALLER |= {(size, "01-invitation-slip"): least for (size, name), least in SMALLER.items() if name == "01-invitation"}
# So are seven stems and options of the whole questionnaire, whose numbers begin with 3 to 7.
SMALLER |= {("1024x600", "3"): 0.96}
SMALLER |= {("600x1024", first): 0.78 for first in "34"} | {("800x480", first): 0.88 for first in "34567"}
LARGER = {
    "800x480": 0.72,
    "600x1024": 0.66,
    "1024x600": 0.66,
    "1920x1080": 0.95,
}  # in the large mode: of the enlarged size
LOW = {("800x480", "18-comforts"): 0.92, ("600x1024", "07-yes-no"): 0.93}


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    from kiosk.ui.painter import measure

    return Typesetter(measure)


def scenes(size: str, typesetter: Typesetter, modes: Iterable[str] = MODES) -> Iterator[tuple[str, str, Scene]]:
    """(name, mode, scene) of every screen in both languages; the whole form in two of the modes."""
    glass, screens = glass_of(size), list(gallery())
    for language, mode in itertools.product(("vi", "en"), modes):
        for name, of, state, typing in screens:
            if name[0] < "3" or mode in ("plain", "large"):
                yield (
                    name,
                    mode,
                    compose(view(of, language, state, typing, MODES[mode], slips="slip" in name), glass, typesetter),
                )


def glass_of(size: str) -> Glass:
    width, height = (int(part) for part in size.split("x"))
    return Glass(width, height, SIZES[size])


def overlap(a: Rect, b: Rect) -> float:
    w = min(a.right, b.right) - max(a.x, b.x)
    h = min(a.bottom, b.bottom) - max(a.y, b.y)
    return min(w, h)


def gap(a: Rect, b: Rect) -> float:
    return max(max(a.x, b.x) - min(a.right, b.right), max(a.y, b.y) - min(a.bottom, b.bottom))


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_no_text_is_cut_or_leaves_its_box_or_meets_another(size, typesetter):
    texts = 0
    for name, _mode, scene in scenes(size, typesetter):
        words = [item for item in scene.items if isinstance(item, Words)]
        texts += len(words)
        for item in words:
            assert not item.cut, (name, item.lines)
            assert item.ink.w <= item.box.w + 1, (name, item.lines)
            assert item.ink.h <= item.box.h + 1, (name, item.lines)
            assert item.ink.x >= -0.5, (name, item.lines)
            assert item.ink.right <= scene.size[0] + 0.5, (name, item.lines)
            assert item.ink.y >= -0.5, (name, item.lines)
            assert item.ink.bottom <= scene.size[1] + 0.5, (name, item.lines)
        for one, other in itertools.combinations(words, 2):
            assert overlap(one.ink, other.ink) <= 0.5, (name, one.lines, other.lines)
        for face in (item for item in scene.items if isinstance(item, Face)):
            assert all(overlap(face.rect, item.ink) <= 0.5 for item in words), name
            assert face.rect.w / (SIZES[size] / 25.4) >= 7.5, name
    print(f"{size}: {texts} texts, 0 cut, 0 overlapping")


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_every_target_is_large_enough_for_a_finger_and_stands_apart(size, typesetter):
    """20 mm and 5 mm apart, 15 and 3 on the 7 inch panel; in the low mode all of it in the lower half."""
    mm, figures = SIZES[size] / 25.4, glass_of(size).figures
    assert (figures.target, figures.gap) == ((15, 3) if size == "800x480" else (20, 5))
    least_side, least_gap, targets = 999.0, 999.0, 0
    for name, mode, scene in scenes(size, typesetter):
        assert len({target.id for target in scene.targets}) == len(scene.targets), name
        plain = [target for target in scene.targets if not target.typing]
        targets += len(plain)
        for target in plain:
            least_side = min(least_side, target.rect.w / mm, target.rect.h / mm)
            assert min(target.rect.w, target.rect.h) / mm >= figures.target - 0.15, (name, target.id)
            assert not MODES[mode].low or target.rect.y >= scene.size[1] / 2 - 1, (name, target.id)
        for one, other in itertools.combinations(plain, 2):
            least_gap = min(least_gap, gap(one.rect, other.rect) / mm)
            assert gap(one.rect, other.rect) / mm >= figures.gap - 0.05, (name, one.id, other.id)
        assert all(inside(target.rect, scene) for target in scene.targets), name
    print(f"{size}: {targets} targets, least {least_side:.1f} mm, least gap {least_gap:.1f} mm")


def inside(rect: Rect, scene: Scene) -> bool:
    w, h = scene.size
    return rect.x >= -0.5 and rect.y >= -0.5 and rect.right <= w + 0.5 and rect.bottom <= h + 0.5


# Ten keys in a row of 217 mm cannot be 20 mm wide and 5 mm apart. Height, width and gap in mm that they do have.
KEYS = {
    "1024x600": (14.9, 14.9, 1.7),
    "600x1024": (10.9, 9.8, 1.7),
    "800x480": (9.5, 9.8, 1.7),
    "1920x1080": (22.0, 25.0, 1.9),
    "1080x1920": (17.0, 15.0, 1.9),
}


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_keys_are_as_large_as_the_glass_allows(size, typesetter):
    mm = SIZES[size] / 25.4
    keys = [
        [target.rect for target in scene.targets if target.typing]
        for name, _, scene in scenes(size, typesetter, ("plain",))
        if "comment" in name
    ]
    h = min(rect.h for one in keys for rect in one) / mm
    w = min(rect.w for one in keys for rect in one) / mm
    space = min(gap(a, b) for one in keys for a, b in itertools.combinations(one, 2)) / mm
    print(f"{size}: keys {w:.1f} x {h:.1f} mm, {space:.1f} mm apart")
    assert h >= KEYS[size][0]
    assert w >= KEYS[size][1]
    assert space >= KEYS[size][2]


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_capitals_are_as_high_as_eyes_need(size, typesetter):
    """Question 7.5 mm, other text 5 mm; 6 and 4 on the 7 inch panel, which is read from nearer; larger on request."""
    mm, figures = SIZES[size] / 25.4, glass_of(size).figures
    small: Counter[str] = Counter()
    texts = 0
    for name, mode, scene in scenes(size, typesetter):
        page = Page(glass_of(size), typesetter, MODES[mode])
        wanted = (
            (figures.larger_question, figures.larger_text) if MODES[mode].large else (figures.question, figures.text)
        )
        least = [page.least(style) * theme.CAP / mm for style in (theme.QUESTION, theme.LABEL)]
        assert all(made >= asked for made, asked in zip(least, wanted, strict=True)), mode
        keys = [target.rect for target in scene.targets if target.typing]
        for item in (item for item in scene.items if isinstance(item, Words)):
            if any(key.holds(item.ink.x + 1, item.ink.y + item.ink.h / 2) for key in keys):
                continue
            texts += 1
            assert item.size >= item.least * allowed(size, name, mode) - 0.5, (name, mode, item.lines, item.least)
            small[f"{name} {mode}"] += item.size < item.least - 0.01
    print(f"{size}: {texts} texts, smaller than they should be: {dict(+small) or 'none'}")


def allowed(size: str, name: str, mode: str) -> float:
    if mode == "large":
        return LARGER.get(size, 1.0)
    least = SMALLER.get((size, name), SMALLER.get((size, name[:1]), 1.0))
    return min(least, LOW.get((size, name), 1.0)) if mode == "low" else least


def test_each_text_and_line_can_be_told_from_its_ground():
    """Text 7:1, the line around a control 3:1; on pixels see test_contrast."""
    for palette in (theme.DAY, theme.NIGHT):
        for text, ground in (
            ("ink", "paper"), ("ink", "card"), ("muted", "paper"), ("muted", "card"), ("ink", "soft"),
            ("on_accent", "accent"), ("on_band", "band"), ("on_band_muted", "band"),
        ):  # fmt: skip
            assert theme.contrast(getattr(palette, text), getattr(palette, ground)) >= 7, (text, ground)
        for ground in ("paper", "card"):
            assert theme.contrast(palette.edge, getattr(palette, ground)) >= 3
            assert theme.contrast(palette.emblem, getattr(palette, ground)) >= 3
        assert min(theme.contrast(palette.face_ink, tint) for tint in palette.faces) >= 7


def test_faces_differ_in_shape_without_colour():
    from kiosk.ui.faces import strokes

    for levels in (2, 3, 4, 5, 7):
        shapes = {repr(strokes(level / (levels - 1))) for level in range(levels)}
        assert len(shapes) == levels


def test_what_a_citizen_asked_of_the_screen_changes_how_it_looks(typesetter):
    glass, of = glass_of("1024x600"), form()
    state, typing = states(of)["02-overall"]
    looks = {compose(view(of, "vi", state, typing, comfort), glass, typesetter) for comfort in MODES.values()}
    assert len(looks) == len(MODES)
    aloud = compose(view(of, "vi", state, typing, Comfort(aloud=True)), glass, typesetter)
    assert aloud == compose(view(of, "vi", state, typing), glass, typesetter)
