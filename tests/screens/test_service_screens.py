"""Every screen of the service menu in every size, lying and upright: nothing cut, nothing meets, fingers are served."""

import itertools
import math

import pytest

import kiosk.ui  # noqa: F401  sets Kivy's environment before Kivy is imported
from kiosk.service.build import REASONS
from kiosk.service.flow import Place
from kiosk.texts import read_words
from kiosk.ui import theme
from kiosk.ui.gallery import form, standing
from kiosk.ui.page import Glass, Page
from kiosk.ui.scene import Glyph, Plate, Rect, Words
from kiosk.ui.service import compose_service
from kiosk.ui.service_parts import tiles
from kiosk.ui.service_states import service_states
from kiosk.ui.typeset import Typesetter

GLASSES = {  # pixels and pixels per inch
    "1024x600": 119,
    "600x1024": 119,
    "800x480": 133,
    "480x800": 133,
    "1280x800": 149,
    "1920x1080": 141,
    "1080x1920": 141,
}
LOW = {"480x320": 165, "1280x400": 170, "1920x480": 226}  # too low for a menu as fingers want it
CASES = list(itertools.product(GLASSES, ("vi", "en")))


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    from kiosk.ui.painter import measure

    return Typesetter(measure)


def scenes(size: str, language: str, typesetter: Typesetter):
    width, height = (int(part) for part in size.split("x"))
    glass, words = Glass(width, height, GLASSES[size]), read_words(language)
    for name, showing in service_states(standing(form()), REASONS.read_bytes()).items():
        yield name, compose_service(showing, words, language, glass, typesetter)


def overlap(a: Rect, b: Rect) -> float:
    return min(min(a.right, b.right) - max(a.x, b.x), min(a.bottom, b.bottom) - max(a.y, b.y))


def gap(a: Rect, b: Rect) -> float:
    return max(max(a.x, b.x) - min(a.right, b.right), max(a.y, b.y) - min(a.bottom, b.bottom))


def test_every_place_has_its_picture() -> None:
    shown = {showing.place for showing in service_states(standing(form()), REASONS.read_bytes()).values()}
    assert shown == set(Place) - {Place.CLOSED}


@pytest.mark.parametrize(("size", "language"), CASES)
def test_no_text_is_cut_or_leaves_the_glass_or_meets_another(size, language, typesetter):
    count = 0
    for name, scene in scenes(size, language, typesetter):
        words = [item for item in scene.items if isinstance(item, Words)]
        glass = Rect(-0.5, -0.5, scene.size[0] + 1, scene.size[1] + 1)
        for item in words:
            count += 1
            assert not item.cut, (name, item.lines)
            assert item.ink.w <= item.box.w + 1, (name, item.lines)
            assert item.ink.h <= item.box.h + 1, (name, item.lines)
            assert glass.holds(item.ink.x, item.ink.y), (name, item.lines)
            assert glass.holds(item.ink.right, item.ink.bottom), (name, item.lines)
        for one, other in itertools.combinations(words, 2):
            assert overlap(one.ink, other.ink) <= 0.5, (name, one.lines, other.lines)
        for target, item in itertools.product(scene.targets, words):
            inside = target.rect.holds(item.ink.x, item.ink.y)
            assert inside or overlap(target.rect, item.ink) <= 0.5, (name, target.id, item.lines)
    print(f"\n{size} {language}: {count} texts of the service menu, 0 cut, 0 overlapping")


@pytest.mark.parametrize(("size", "language"), CASES)
def test_targets_are_for_fingers(size, language, typesetter):
    """20 mm and 5 mm apart; on a glass of 7 inches 15 and 3."""
    mm = GLASSES[size] / 25.4
    width, height = (int(part) for part in size.split("x"))
    small = math.hypot(width, height) / GLASSES[size] < 8
    side_mm, gap_mm = (14.9, 2.95) if small else (19.9, 4.95)  # whole pixels
    least, closest, count = 99.0, 99.0, 0
    for name, scene in scenes(size, language, typesetter):
        assert len({target.id for target in scene.targets}) == len(scene.targets), name
        for target in scene.targets:
            count += 1
            rect = target.rect
            least = min(least, rect.w / mm, rect.h / mm)
            assert min(rect.w, rect.h) / mm >= side_mm, (name, target.id, rect.w / mm, rect.h / mm)
            assert overlap(rect, Rect(0, 0, width, height)) >= min(rect.w, rect.h) - 0.5, (name, target.id)
        for one, other in itertools.combinations(scene.targets, 2):
            closest = min(closest, gap(one.rect, other.rect) / mm)
            assert gap(one.rect, other.rect) / mm >= gap_mm, (name, one.id, other.id)
    print(f"\n{size} {language}: {count} targets, least {least:.1f} mm, least gap {closest:.1f} mm")


@pytest.mark.parametrize("size", LOW)
def test_on_a_low_glass_the_tiles_stand_side_by_side(size, typesetter):
    """Not each for a finger, but every one there, apart and on the glass."""
    width, height = (int(part) for part in size.split("x"))
    page, area = Page(Glass(width, height, LOW[size]), typesetter), Rect(10, 10, width - 20, height * 0.3)
    for count in range(1, 10):
        page.targets.clear()
        tiles(page, area, [(f"tile:{number}", "x", number) for number in range(count)])
        assert len(page.targets) == count
        for one, other in itertools.combinations([target.rect for target in page.targets], 2):
            assert overlap(one, other) <= 0
        assert all(target.rect.right <= width and target.rect.bottom <= height for target in page.targets)
    showing = service_states(standing(form()), REASONS.read_bytes())["21-service-menu"]
    scene = compose_service(showing, read_words("vi"), "vi", Glass(width, height, LOW[size]), typesetter)
    assert len(scene.targets) == 9
    print(f"\n{size}: the menu ends, {min(min(t.rect.w, t.rect.h) for t in scene.targets):.0f} pixels at the least")


@pytest.mark.parametrize("size", GLASSES)
def test_capitals_are_as_high_as_eyes_need(size, typesetter):
    """5 mm, on a glass of 7 inches 4; titles 7.5 and 6."""
    worst = (99.0, "")
    for language in ("vi", "en"):
        for name, scene in scenes(size, language, typesetter):
            for item in (item for item in scene.items if isinstance(item, Words)):
                worst = min(worst, (item.size / item.least, f"{name}: {' '.join(item.lines)}"))
                assert item.size >= item.least - 1, (name, item.lines)
    print(f"\n{size}: smallest text has {worst[0]:.2f} of its size: {worst[1]}")


def test_text_has_a_contrast_of_seven(typesetter):
    worst = (99.0, ())
    for size in GLASSES:
        for name, scene in scenes(size, "vi", typesetter):
            plates = [item for item in scene.items if isinstance(item, Plate)]
            for item in (item for item in scene.items if isinstance(item, Words)):
                x, y = item.ink.x + item.ink.w / 2, item.ink.y + item.ink.h / 2
                ground = [plate.fill for plate in plates if plate.rect.holds(x, y)]
                ratio = theme.contrast(item.colour, ground[-1] if ground else theme.DAY.paper)
                worst = min(worst, (ratio, (name, *item.lines)))
    print(f"\nleast contrast of the service menu {worst[0]:.2f}:1 at {worst[1][0]}")
    assert worst[0] >= 7, worst


def test_the_pad_shows_how_many_digits_and_a_locked_one_takes_none(typesetter):
    found = dict(scenes("1024x600", "vi", typesetter))
    typed = [
        item for item in found["20-service-pad"].items if isinstance(item, Plate) and item.fill == theme.DAY.accent
    ]
    assert len(typed) == 6 + 1  # dots, and the key that enters
    assert [target.id for target in found["20-service-pad-locked"].targets] == ["close"]
    assert found["28-service-cleaning"].targets == ()
    assert found["29-service-halted"].targets == ()
    assert any(isinstance(item, Glyph) for item in found["29-service-halted"].items)
