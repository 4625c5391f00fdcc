"""The screen that says why hailong.toml was not used, on every glass down to the least: readable, apart, one button."""

import itertools

import pytest

import kiosk.ui  # noqa: F401  sets Kivy's environment before Kivy is imported
from kiosk.card import Faults
from kiosk.enrolling import Place, Showing
from kiosk.texts import read_words
from kiosk.ui import theme
from kiosk.ui.enrolling import compose_enrolling
from kiosk.ui.enrolling_states import MANY, ONE
from kiosk.ui.page import Glass
from kiosk.ui.scene import Rect, Words
from kiosk.ui.typeset import Typesetter

GLASSES = {
    "480x320": 165,
    "1280x400": 170,
    "800x480": 133,
    "480x800": 133,
    "1024x600": 119,
    "600x1024": 119,
    "1920x1080": 141,
}
LONG = Faults(("[voice] " + "rất dài " * 24,) * 3, 37)
LEAST_MM = 1.95


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    from kiosk.ui.painter import measure

    return Typesetter(measure)


@pytest.mark.parametrize("size", GLASSES)
def test_the_faults_can_be_read_and_enrolling_goes_on(size: str, typesetter: Typesetter) -> None:
    width, height = (int(part) for part in size.split("x"))
    glass, smallest, shown = Glass(width, height, GLASSES[size]), 99.0, []
    for language, faults in itertools.product(("vi", "en"), (ONE, MANY, LONG)):
        texts = read_words(language)
        scene = compose_enrolling(Showing(Place.OFFER, faults=faults), texts, language, glass, typesetter)
        items = [item for item in scene.items if isinstance(item, Words)]
        written = " ".join(line for item in items for line in item.lines)
        assert texts["card_title"] in written
        assert texts["card_do"].split()[-1] in written
        listed = sum(each[:20] in written for each in faults.shown)
        more = len(faults.shown) - written.count("•") + faults.more
        assert listed >= 1
        assert more == 0 or texts["card_more"].replace("{count}", str(more)) in written
        assert not [item for item in items if item.cut and faults is not LONG], written
        for item in items:
            smallest = min(smallest, item.size * theme.CAP / GLASSES[size] * 25.4)
            assert Rect(0, 0, width, height).holds(item.ink.x, item.ink.y)
            assert item.ink.bottom <= height
            assert item.ink.right <= width
        for one, other in itertools.combinations([item.ink for item in items], 2):
            assert one.bottom <= other.y + 0.5 or other.bottom <= one.y + 0.5
        (button,) = scene.targets
        assert button.id == "begin"
        assert min(button.rect.w, button.rect.h) / GLASSES[size] * 25.4 >= glass.figures.target - 0.1
        shown.append(written.count("•"))
    assert smallest >= LEAST_MM
    print(f"{size}: {shown} places told of 1, 3, 3 in two languages; capitals of {smallest:.1f} mm at the least")
