"""What is on the paper: a code that others can read, also when print is poor; nothing of a dossier or an answer."""

import inspect
import itertools
import random
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageFilter

from hardware.drawing import as_image
from hardware.escpos_printer import EscposPrinter
from hardware.ports import Outcome, Picture
from hardware.slip_bytes import encode
from hardware.virtual_printer.device import VirtualPrinter
from hardware.virtual_printer.inside import Clock, InsidePort
from kiosk.station import slip as module
from kiosk.station import texts
from kiosk.station.slip import Invitation, lay_out
from survey.invitation import Code, make_code, read_code, slip_url
from tests.kiosk.station.rig import BASE, FORM, KEY, OFFICE, POINT

SCREENS = Path(__file__).parents[3] / "build" / "screens" / "station"
LINE_BYTES_S = 115_200 // 10
LONGEST_S, LONGEST_AS_PICTURES_S = 0.7, 0.85
SEED = 20261122
LONG_OFFICE = "Trung tâm Phục vụ hành chính công xã Quảng Phú, huyện Krông Nô, tỉnh Đắk Nông và các đơn vị trực thuộc"


def code(number: int = 7) -> Code:
    return make_code(number, date(2026, 12, 8), number.to_bytes(4, "big"), KEY)


def printed(width_px: int, said: Invitation) -> Image.Image:
    """Through our encoder and the strict printer in software."""
    sheets: list[Picture] = []
    device, clock = VirtualPrinter(width_px, on_cut=sheets.append), Clock()
    printer = EscposPrinter(lambda: InsidePort(device, clock), width_px, native_qr=True, clock=clock)
    assert printer.print(lay_out(said, width_px)).outcome is Outcome.DONE
    assert device.counts.strange == []
    (sheet,) = sheets
    return as_image(sheet).convert("L")


@pytest.mark.parametrize("width_px", [384, 576])
@pytest.mark.parametrize("again", [False, True])
def test_the_slip_reads_on_paper(width_px: int, again: bool) -> None:
    picture = printed(width_px, Invitation(OFFICE, code(), BASE, again))
    SCREENS.mkdir(parents=True, exist_ok=True)
    picture.save(SCREENS / f"slip-{ {384: 58, 576: 80}[width_px] }{'-again' * again}.png")
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text == slip_url(BASE, code())
    assert read_code(found.text) == code()


def test_a_slip_is_at_the_printer_in_time() -> None:
    """Names of one line and of two; also on a printer that draws no QR code itself, and printed again."""
    for office, again, native_qr in itertools.product((OFFICE, POINT), (False, True), (True, False)):
        paper = lay_out(Invitation(office, code(), BASE, again), 384)
        size = sum(map(len, encode(paper, 384, native_qr=native_qr)))
        what = f"{'again, ' * again}{'its own QR code' if native_qr else 'QR code as a picture'}"
        print(f"a slip of 58 mm ({what}): {size} bytes, {size / LINE_BYTES_S:.2f} s at 115,200 baud")
        assert size / LINE_BYTES_S <= (LONGEST_S if native_qr else LONGEST_AS_PICTURES_S)


@pytest.mark.slow
def test_poor_print_still_reads() -> None:
    """Blur, pale ink, dirt, a dead dot of the head: each at random, all at once."""
    chance = random.Random(SEED)
    read = 0
    for number in range(4):
        picture = printed(384, Invitation(OFFICE, code(number), BASE))
        for _ in range(10):
            ink, width = chance.randrange(90), picture.width
            poor = picture.filter(ImageFilter.GaussianBlur(chance.uniform(0.5, 2.0)))
            poor = poor.point([ink + level * (255 - ink) // 255 for level in range(256)])
            poor = ImageChops.add(poor, Image.effect_noise(picture.size, chance.uniform(5, 35)), 1, -128)
            column = chance.randrange(width)
            poor.paste(255, (column, 0, column + 1, picture.height))
            read += slip_url(BASE, code(number)) in [found.text for found in zxingcpp.read_barcodes(poor)]
    print(f"poor prints: {read} of 40 read, seed {SEED}")
    assert read == 40


def test_nothing_of_dossier_or_answer_can_stand_on_it() -> None:
    """R-049, R-067: what is laid out is handed nothing else, and no word of the form is among the slip's words."""
    assert {field.name for field in fields(Invitation)} == {"office", "code", "base", "again"}
    assert set(inspect.signature(lay_out).parameters) == {"said", "width_px"}
    words = " ".join(str(value) for name, value in vars(texts).items() if name.startswith("SLIP_")).lower()
    for question in FORM.questions:
        for option in question.options:
            assert option.text["vi"].lower() not in words
        for level in question.scale.levels if question.scale else ():
            assert f" {level.text['vi'].lower()} " not in words.replace("mức độ hài lòng", "")


@pytest.mark.parametrize("width_px", [256, 384, 512, 576, 640])
def test_any_head_and_any_office_fit(width_px: int) -> None:
    for base in ("", BASE, "https://a-rather-long-name.of-an-office.daknong.gov.vn/hai-long"):
        for office in ("", OFFICE, LONG_OFFICE, "X" * 500, "\x1b@\x10\x14" + OFFICE):
            slip = lay_out(Invitation(office, code(), base), width_px)
            assert all(getattr(part, "width_px", 0) <= width_px for part in slip.parts)
            encode(slip, width_px)
    assert module.module_px("A" * 61, 384) == 8


def test_without_an_address_the_bare_code_stands_on_it() -> None:
    picture = printed(384, Invitation(OFFICE, code(), ""))
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text == code().letters
