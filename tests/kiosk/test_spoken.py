"""How a text is read aloud, what the sounds are made of, and which strikes of a keypad count."""

import math
import unicodedata
from array import array
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.ports import Link, PanelStatus, Press
from kiosk.config import read_config
from kiosk.errors import BadConfig
from kiosk.keypad import CODES, KeypadSettings, PadKey, PinKeys, Strikes
from kiosk.sounds import RATE, TAP, THANKS, WARNING, chimes
from kiosk.spoken import spoken

READ = {
    "UBND huyện Krông Nô · Quầy số 3": "Ủy ban nhân dân huyện Krông Nô, Quầy số 3",
    "HĐND TP.HCM": "Hội đồng nhân dân Thành phố Hồ Chí Minh",
    "95 %": "95 phần trăm",
    "95%": "95 phần trăm",
    "12/500": "12 trên 500",
    "1 trên 5": "1 trên 5",
    "ngày 05/09/2025": "ngày 5 tháng 9 năm 2025",
    "5/9/2025": "ngày 5 tháng 9 năm 2025",
    "0912 345 678": "0 9 1 2 3 4 5 6 7 8",
    "0912.345.678": "0 9 1 2 3 4 5 6 7 8",
    "12.500 đồng": "12.500 đồng",
    "3,5": "3,5",
    "Ông/Bà": "Ông/Bà",
    "phí/lệ phí": "phí/lệ phí",
    "BỘ PHẬN MỘT CỬA": "BỘ PHẬN MỘT CỬA",
    "QLDA": "quy lờ dê a",
    "«Bỏ qua»": "Bỏ qua",
    "thủ tục v.v.": "thủ tục vân vân",
    ".": "dấu chấm",
    "ă": "á",
    "Ă": "á",
    "a": "a",
    "[[x]] <break/> y": "x break/ y",
}


@pytest.mark.parametrize(("text", "said"), READ.items())
def test_vietnamese_is_read_as_a_person_reads_it(text, said):
    assert spoken(text, "vi") == said
    assert spoken(unicodedata.normalize("NFD", text), "vi") == spoken(text, "vi")


def test_other_languages_have_their_own_words_or_none():
    assert spoken("12/500", "en") == "12 of 500"
    assert spoken("?", "en") == "question mark"
    assert spoken("UBND 12/500", "km") == "UBND 12/500"


@given(st.text(max_size=80))
def test_nothing_that_a_synthesiser_takes_for_a_command_is_left(text):
    for language in ("vi", "en", "km"):
        said = spoken(text, language)
        assert not set(said) & set("[]<>{}|\n")
        assert said == unicodedata.normalize("NFC", said)


def test_sounds_are_soft_and_short():
    made = chimes()
    assert set(made) == {TAP, THANKS, WARNING}
    for chime in made.values():
        values = array("h", chime.samples)
        loudest, jump = max(map(abs, values)), max(abs(a - b) for a, b in pairwise(values))
        milliseconds = len(values) * 1000 / RATE
        print(f"\n{chime.name}: {milliseconds:.0f} ms, at most {20 * math.log10(loudest / 32767):.1f} dB, no click")
        assert milliseconds <= (200 if chime.name == TAP else 600)
        assert loudest < 32767 * 0.5
        assert abs(values[0]) + abs(values[-1]) < 40
        assert jump < loudest * 0.3
    assert chimes() == made


def test_a_trembling_hand_is_one_strike():
    strikes = Strikes(0.25)
    assert strikes.counts(PadKey.NEXT, 10.0)
    assert [strikes.counts(PadKey.NEXT, at_s) for at_s in (10.1, 10.2, 10.24)] == [False] * 3
    assert strikes.counts(PadKey.PREVIOUS, 10.24)  # another key is meant
    assert strikes.counts(PadKey.NEXT, 10.26)  # a hand that never rests still counts once in the time


class Row:
    """A row of buttons as strict as hardware.ports says: a press comes again until it is confirmed."""

    name = "keypad"

    def __init__(self) -> None:
        self.waiting: list[Press] = []

    def poll(self):
        return list(self.waiting)

    def confirm(self, press):
        self.waiting.remove(press)

    def status(self):
        return PanelStatus(self.name, Link.UP)

    def close(self):
        self.waiting.clear()


def test_keys_on_pins_are_told_once_and_by_the_time_of_their_contact():
    row = Row()
    keys = PinKeys(row, 0.25)
    row.waiting = [Press("keypad", 1, "b-1", age_ms=400), Press("keypad", 1, "b-2", age_ms=100)]
    assert list(keys.struck(20.0)) == [PadKey.NEXT, PadKey.NEXT]
    row.waiting = [Press("keypad", 2, "b-3", age_ms=0), Press("keypad", 2, "b-4", age_ms=0)]
    assert list(keys.struck(20.1)) == [PadKey.CHOOSE]
    assert list(keys.struck(20.2)) == []


def config(text: str):
    return read_config(f'data_directory = "/d"\n{text}'.encode(), "x")


def test_what_an_installer_may_set():
    plain = config("")
    assert (plain.voice.aloud, plain.sound.on, plain.keypad.on) == ("off", False, False)
    full = config(
        '[voice]\naloud = "headphones"\ndevice = "plughw:1"\nvolume_db = -6\nspeed = 120\nrecordings = "/r"\n'
        '[sound]\non = true\n[keypad]\nprevious = "left"\nnext = "right"\nchoose = "pad_enter"\npins = [5, 6, 13]\n'
    )
    assert (full.voice.aloud, full.voice.recordings, full.sound.on) == ("headphones", Path("/r"), True)
    assert full.keypad.codes() == {80: PadKey.PREVIOUS, 79: PadKey.NEXT, 88: PadKey.CHOOSE}
    assert full.keypad.pins == (5, 6, 13)


@pytest.mark.parametrize(
    "wrong",
    [
        '[voice]\naloud = "loud"',
        "[voice]\nvolume_db = 3",
        "[sound]\nvolume_db = 1",
        '[keypad]\nprevious = "left"',
        '[keypad]\nprevious = "left"\nnext = "left"\nchoose = "enter"',
        *(f'[keypad]\nprevious = "left"\nnext = "right"\nchoose = "{key}"' for key in ("f1", "escape", "tab", "alt")),
        "[keypad]\npins = [5, 6]",
        "[keypad]\npins = [5, 5, 6]",
        "[keypad]\npins = [5, 6, 28]",
        '[keypad]\npins = [5, 6, 13]\n[[panel]]\nkind = "gpio"\nbutton_pins = [13]',
        "[keypad]\nrepeat_s = 0",
    ],
)
def test_what_an_installer_may_not_set(wrong):
    with pytest.raises(BadConfig):
        config(wrong)


def test_no_key_that_a_window_or_a_kernel_understands_can_be_named():
    """Numbers of USB HID usage page 7: Escape, Backspace, Tab, F1 to Pause, Insert, Delete, Num Lock, modifiers."""
    forbidden = {41, 42, 43, 57, *range(58, 74), 76, 83, 101, 102, *range(104, 116), *range(224, 232)}
    assert not forbidden & set(CODES.values())
    assert len(set(CODES.values())) == len(CODES)
    assert KeypadSettings().codes() == {}
    print(f"\n{len(CODES)} keys can be named, {len(forbidden)} never")
