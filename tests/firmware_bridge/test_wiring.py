"""The drawings on paper, the lists and the firmware agree; a printed page can be read."""

import importlib.util
import itertools
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PIL import ImageFont

from firmware_bridge.technician.texts import catalogue
from firmware_bridge.wiring.__main__ import drawings, load, main, tables
from firmware_bridge.wiring.tables import SIZES, fill

ROOT = Path(__file__).parents[2]
DOCUMENTS = ROOT / "docs" / "terminal"
FIRMWARE = ROOT / "firmware_bridge" / "firmware"
SVG = "{http://www.w3.org/2000/svg}"
SMALLEST = 9.5  # units of a quarter millimetre: 2.4 mm on paper
BOLD = 1.13  # how much wider DejaVu's bold letters are


@pytest.mark.parametrize("name", [f"wiring-{buttons}.svg" for buttons in SIZES])
def test_the_committed_drawing_is_what_the_script_draws(name):
    assert (DOCUMENTS / name).read_text("utf-8") == drawings()[name], (
        "run python -m firmware_bridge.wiring docs/terminal"
    )


def test_the_committed_lists_are_what_the_data_says():
    document = (DOCUMENTS / "README.md").read_text("utf-8")
    assert document == fill(document, tables()), "run python -m firmware_bridge.wiring docs/terminal"


def test_the_script_writes_what_is_committed_and_keeps_the_rest(tmp_path):
    (tmp_path / "README.md").write_text(
        (DOCUMENTS / "README.md").read_text("utf-8").replace("| D2 |", "| D9 |"), "utf-8"
    )
    assert main([str(tmp_path)]) == 0
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (DOCUMENTS / path.name).read_bytes()


def test_a_document_without_a_place_for_a_list_is_refused():
    with pytest.raises(ValueError, match="parts"):
        fill("<!-- parts --> but no end", {"parts": "|"})


def test_no_pin_serves_twice_and_each_is_on_the_board():
    pins = load("pins")
    used = [part for button in pins["button"] for part in (button["switch"], button["lamp"])]
    used += [pins["link"], pins["buzzer"], *pins["strap"].values(), pins["memory"]["SDA"], pins["memory"]["SCL"]]
    names = [part["pin"] for part in used]
    assert len(set(names)) == len(names)
    assert len({part["port"] for part in used}) == len(used)
    assert set(names) <= {*pins["board"]["left"], *pins["board"]["right"]}
    for part in used:
        assert part["port"] == port_of(part["pin"]), part


def defined(source: str, name: str) -> str:
    found = re.search(rf"#define {name}\s+(\w+)", (FIRMWARE / source).read_text("utf-8"))
    assert found, f"{source} no longer says {name}"
    return found[1]


def test_the_firmware_has_each_part_on_the_pin_that_is_drawn():
    pins = load("pins")
    first = defined("contacts.c", "FIRST_BUTTON_PIN")
    for index, button in enumerate(pins["button"]):
        assert button["switch"]["port"] == f"PD{int(first.removeprefix('PD')) + index}"
        assert button["lamp"]["port"] == f"PB{index}"
    assert int(defined("signals.c", "LAMP_PINS"), 0) == (1 << len(pins["button"])) - 1, "PB0 and those above it"
    for source, name, part in [
        ("contacts.c", "FOUR_BUTTONS_STRAP", pins["strap"]["4"]),
        ("contacts.c", "THREE_BUTTONS_STRAP", pins["strap"]["3"]),
        ("signals.c", "LINK_PIN", pins["link"]),
        ("signals.c", "BUZZER_PIN", pins["buzzer"]),
        ("fram.c", "SDA", pins["memory"]["SDA"]),
        ("fram.c", "SCL", pins["memory"]["SCL"]),
    ]:
        assert defined(source, name) == part["port"], name


def port_of(pin: str) -> str:
    """The chip's name of a Nano's pin, by the board's own schematic."""
    number = int(pin[1:])
    if pin[0] == "A":
        return f"PC{number}"
    return f"PD{number}" if number < 8 else f"PB{number - 8}"


def figure(element, name: str) -> float:
    return float(element.get(name, "0"))


def labels(drawing: str) -> list[tuple[str, float, float, float, float, float]]:
    """Words, size and box (left, top, right, bottom) of every text."""
    fonts = Path(importlib.util.find_spec("kivy").origin).parent / "data" / "fonts"
    found = []
    for text in ET.fromstring(drawing).iter(f"{SVG}text"):
        size, x, y = (figure(text, name) for name in ("font-size", "x", "y"))
        width = ImageFont.truetype(fonts / "DejaVuSans.ttf", 100).getlength(text.text) * size / 100
        width *= BOLD if text.get("font-weight") else 1
        left = x - {"start": 0.0, "middle": width / 2, "end": width}[text.get("text-anchor", "start")]
        found.append((text.text, size, left, y - size * 0.8, left + width, y + size * 0.12))
    return found


@pytest.mark.parametrize("buttons", SIZES)
def test_no_text_covers_another_or_leaves_the_page(buttons):
    texts = labels(drawings()[f"wiring-{buttons}.svg"])
    assert min(size for _, size, *_ in texts) >= SMALLEST
    for words, _, left, top, right, bottom in texts:
        assert min(left, 1188 - right, top + 10, 840 - bottom) >= 20, f"{words} is in the margin"
    for one, other in itertools.combinations(texts, 2):
        apart = one[4] <= other[2] or other[4] <= one[2] or one[5] <= other[3] or other[5] <= one[3]
        assert apart, (one, other)
    print(f"{buttons} buttons: {len(texts)} texts, {len(texts) * (len(texts) - 1) // 2} pairs apart")


@pytest.mark.parametrize("buttons", SIZES)
def test_each_drawing_shows_its_own_buttons_and_strap(buttons):
    words = [text for text, *_ in labels(drawings()[f"wiring-{buttons}.svg"])]
    for index in range(1, buttons + 1):
        assert catalogue()[f"button_{index}_of_{buttons}"]["vi"] in words
    for count in (3, 4):
        state = "nối" if count == buttons else "để hở"
        assert f"Chọn {count} nút: {state}" in words
    pins = load("pins")["button"]
    for index, button in enumerate(pins):
        drawn = words.count(button["lamp"]["pin"]), words.count(button["switch"]["pin"])
        assert drawn == ((2, 2) if index < buttons else (1, 1)), "at both ends of its wire, or on the board alone"


def test_the_parts_list_is_whole_and_names_no_price():
    parts = load("parts")["part"]
    for part in parts:
        assert set(part) == {"quantity", "vi", "en"}
        assert set(part["vi"]) == set(part["en"]) == {"name", "specification", "want", "avoid"}
        assert len(part["quantity"]) == len(SIZES)
        assert all(count > 0 for count in part["quantity"])
    assert sum(part["quantity"] == list(SIZES) for part in parts) == 3, "button, its resistor, its label"
    assert not re.search(r"\d\s?(₫|đồng|VND|\$|USD|€)|https?://", str(parts))


def test_button_names_are_there_for_every_size_in_both_languages():
    for buttons in SIZES:
        names = [catalogue()[f"button_{index}_of_{buttons}"] for index in range(1, buttons + 1)]
        assert all(name["vi"] and name["en"] for name in names)
        assert len({name["vi"] for name in names}) == buttons


def test_every_text_is_in_both_languages_with_the_same_values():
    for key, text in catalogue().items():
        assert set(text) == {"vi", "en"}, key
        named = [set(re.findall(r"\{(\w+)\}", wording)) for wording in text.values()]
        assert named[0] == named[1], key
