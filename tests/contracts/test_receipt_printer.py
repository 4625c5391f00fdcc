"""What every way to a printer must keep: nothing lost, nothing twice, every trouble told as what it is."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp

from hardware.drawing import as_image
from hardware.ports import Outcome, Picture, Printed, PrinterStatus, Slip
from hardware.slip_bytes import RESET, encode
from hardware.virtual_printer.device import VirtualPrinter
from tests.contracts.printer_rigs import CODE, WIDTH_PX, Rig, cabled, inside, slip

ASKED = ["inside", "inside-numbers", "inside-line", "serial", "network"]


@pytest.fixture(params=[*ASKED, "file"])
def any_rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    yield from _rig(request.param, tmp_path)


@pytest.fixture(params=ASKED)
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    yield from _rig(request.param, tmp_path)


def _rig(way: str, folder: Path) -> Iterator[Rig]:
    if way.startswith("inside"):
        yield inside(numbers=way == "inside-numbers", keeps_line=way == "inside-line")
        return
    made = cabled(folder, way)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def whole() -> Picture:
    """The slip as it must look."""
    device = VirtualPrinter(WIDTH_PX)
    device.receive(RESET + b"".join(encode(slip(), WIDTH_PX)))
    return device.paper.sheets[0]


def test_a_slip_comes_out_whole_and_its_code_can_be_read(any_rig: Rig, whole: Picture) -> None:
    printed = any_rig.printer.print(slip())
    assert printed == (
        Printed(Outcome.DONE, PrinterStatus.READY) if any_rig.asks else Printed(Outcome.SENT, PrinterStatus.UNASKED)
    )
    assert any_rig.wait_for_sheets(1) == [whole]
    assert [code.text for code in zxingcpp.read_barcodes(as_image(whole).convert("L"))] == [CODE]
    assert any_rig.state()["strange"] == []


def test_slip_after_slip(any_rig: Rig, whole: Picture) -> None:
    for _ in range(3):
        assert any_rig.printer.print(slip()).outcome in (Outcome.DONE, Outcome.SENT)
    any_rig.printer.close()
    assert any_rig.printer.print(slip()).outcome in (Outcome.DONE, Outcome.SENT)
    assert any_rig.wait_for_sheets(4) == [whole] * 4


TROUBLES = {
    "paper out": PrinterStatus.NO_PAPER,
    "cover open": PrinterStatus.COVER_OPEN,
    "feed held": PrinterStatus.OFFLINE,
    "cutter stuck": PrinterStatus.FAULT,
    "answers off": PrinterStatus.SILENT,
    "unplug": PrinterStatus.ABSENT,
    "power off": PrinterStatus.ABSENT,
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_each_trouble_is_told_as_what_it_is_and_nothing_is_printed_until_it_is_over(
    rig: Rig, trouble: str, whole: Picture
) -> None:
    expected = TROUBLES[trouble]
    if trouble == "power off" and rig.keeps_line:
        expected = PrinterStatus.SILENT
    assert rig.printer.status() is PrinterStatus.READY
    rig.tell(trouble)
    assert rig.printer.status() is expected
    assert rig.printer.print(slip()) == Printed(Outcome.NOT_STARTED, expected)
    assert rig.inked() == []
    assert not rig.state()["hanging_ink"]
    rig.tell("ok")
    assert rig.printer.status() is PrinterStatus.READY
    assert rig.printer.print(slip()).outcome is Outcome.DONE
    assert rig.inked() == [whole]


def test_little_paper_is_told_and_printed_on(rig: Rig, whole: Picture) -> None:
    rig.tell("paper 1500")
    assert rig.printer.status() is PrinterStatus.PAPER_LOW
    assert rig.printer.print(slip()) == Printed(Outcome.DONE, PrinterStatus.PAPER_LOW)
    assert rig.inked() == [whole]


@pytest.mark.parametrize("rows", [1, 60, 200])
def test_paper_that_ends_within_a_slip_leaves_it_unknown_and_the_next_one_whole(
    rig: Rig, rows: int, whole: Picture
) -> None:
    rig.tell(f"paper {rows}")
    assert rig.printer.print(slip()) == Printed(Outcome.UNKNOWN, PrinterStatus.NO_PAPER)
    assert rig.printer.print(slip()) == Printed(Outcome.NOT_STARTED, PrinterStatus.NO_PAPER)
    rig.tell("paper full")
    assert rig.printer.print(slip()).outcome is Outcome.DONE
    assert rig.inked()[-1] == whole
    assert rig.printer.print(slip()).outcome is Outcome.DONE
    assert rig.inked()[-2:] == [whole, whole]
    assert not rig.state()["hanging_ink"]


@pytest.mark.parametrize("how", ["unplug", "power off"])
@pytest.mark.parametrize("after", [1300, 1500, 2000])
def test_a_cable_or_a_plug_pulled_within_a_slip_leaves_it_unknown_and_the_next_one_whole(
    rig: Rig, how: str, after: int, whole: Picture
) -> None:
    rig.tell(f"{how} {after}")
    first = rig.printer.print(slip())
    assert first.outcome is Outcome.UNKNOWN
    assert first.status is (PrinterStatus.SILENT if how == "power off" and rig.keeps_line else PrinterStatus.ABSENT)
    rig.tell("plug" if how == "unplug" else "power on")
    before = len(rig.inked())
    assert rig.printer.print(slip()).outcome is Outcome.DONE
    assert rig.inked()[-1] == whole
    assert len(rig.inked()) <= before + 2  # the torn piece, cut off by itself
    assert not rig.state()["hanging_ink"]


def test_a_picture_wider_than_the_head_is_refused_before_a_byte_goes_out(any_rig: Rig) -> None:
    too_wide = Slip((Picture(WIDTH_PX + 8, bytes(WIDTH_PX // 8 + 1)),))
    assert any_rig.printer.print(too_wide) == Printed(Outcome.NOT_STARTED, PrinterStatus.WRONG_WIDTH)
    assert any_rig.state()["received"] == 0


def test_no_dots_are_taken_for_orders(any_rig: Rig) -> None:
    chance = random.Random(7)
    rows = b"".join(
        chance.choice((b"\x10\x04\x01", b"\x10\x05\x02", b"\x10\x14\x08", b"\x1b@\x1d")) for _ in range(800)
    )
    assert any_rig.printer.print(Slip((Picture(WIDTH_PX, rows[: 48 * 50]),))).outcome in (Outcome.DONE, Outcome.SENT)
    assert len(any_rig.wait_for_sheets(1)) == 1
    assert any_rig.state()["strange"] == []
    print("seed 7")


def test_a_printer_that_cannot_be_asked_is_there_or_not(tmp_path: Path) -> None:
    rig = cabled(tmp_path, "file")
    try:
        assert rig.printer.status() is PrinterStatus.UNASKED
        rig.tell("unplug")
        assert rig.printer.status() is PrinterStatus.ABSENT
        assert rig.printer.print(slip()) == Printed(Outcome.NOT_STARTED, PrinterStatus.ABSENT)
    finally:
        rig.close()


@pytest.mark.parametrize("numbers", [False, True])
def test_an_answer_to_an_earlier_slip_is_none_to_the_next(numbers: bool, whole: Picture) -> None:
    """The rest of a slip that was given up is printed, and answered, when there is paper again."""
    rig = inside(numbers=numbers)
    assert rig.printer.print(slip()).outcome is Outcome.DONE
    rig.device.paper.rows_left = 20
    assert rig.printer.print(slip()).outcome is Outcome.UNKNOWN
    rig.device.paper.rows_left = None
    rig.device.go_on()  # the rest of it, and its answer, before anybody asks
    rig.tell("unplug 1800")
    assert rig.printer.print(slip()).outcome is Outcome.UNKNOWN
    rig.tell("plug")
    assert rig.printer.print(slip()).outcome is Outcome.DONE
    assert rig.inked()[-1] == whole
