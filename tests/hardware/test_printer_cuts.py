"""A slip cut at every byte: never DONE unless whole on paper, never NOT_STARTED with a dot of it there."""

from collections import Counter

import pytest

from hardware.drawing import Align, draw_text
from hardware.escpos_printer import EscposPrinter
from hardware.ports import Feed, Outcome, Picture, Printed, QrCode, Slip
from hardware.slip_bytes import NULS, RESET, encode
from hardware.virtual_printer.device import VirtualPrinter
from hardware.virtual_printer.inside import Clock, InsidePort

pytestmark = pytest.mark.slow
WIDTH_PX = 384
SLIP = Slip((draw_text("MỜI ĐÁNH GIÁ", WIDTH_PX, 20, align=Align.CENTRE), QrCode("HTTPS://H.VN/P/ABCDE", 4), Feed(5)))


def printed_whole() -> Picture:
    device = VirtualPrinter(WIDTH_PX)
    device.receive(RESET + b"".join(encode(SLIP, WIDTH_PX)))
    return device.paper.sheets[0]


@pytest.mark.parametrize("numbers", [False, True])
@pytest.mark.parametrize(("how", "keeps_line"), [("unplug_after", False), ("power_off_after", True)])
def test_at_every_byte_the_outcome_is_honest_and_the_next_slip_is_whole(
    how: str, keeps_line: bool, numbers: bool
) -> None:
    whole, told, after = printed_whole(), Counter[str](), 0
    while True:
        after += 1
        device, clock = VirtualPrinter(WIDTH_PX), Clock()
        printer = EscposPrinter(
            lambda device=device, clock=clock: InsidePort(device, clock, keeps_line=keeps_line),
            WIDTH_PX,
            numbers=numbers,
            clock=clock,
        )
        setattr(device.state, how, after)
        first = printer.print(SLIP)
        told[first.outcome] += 1
        _is_honest(first, device, whole)
        if getattr(device.state, how) is not None:
            break  # nothing was left to cut
        _mend(device)
        before = len(device.paper.sheets)
        assert printer.print(SLIP).outcome is Outcome.DONE, after
        assert device.paper.sheets[-1] == whole, after
        assert len(device.paper.sheets) - before <= 2
        assert not device.paper.has_hanging_ink
    assert told[Outcome.NOT_STARTED] > len(NULS)
    assert told[Outcome.UNKNOWN] > len(b"".join(encode(SLIP, WIDTH_PX))) - 1
    print(f"{how}, line {'stays' if keeps_line else 'goes'}, numbers {numbers}: cut at {after - 1} bytes: {dict(told)}")


def _is_honest(first: Printed, device: VirtualPrinter, whole: Picture) -> None:
    ink = device.paper.has_hanging_ink or any(any(sheet.rows) for sheet in device.paper.sheets)
    if first.outcome is Outcome.DONE:
        assert device.paper.sheets == [whole]
    if first.outcome is Outcome.NOT_STARTED:
        assert not ink
        assert device.is_idle or not device.state.powered or not device.state.plugged


def _mend(device: VirtualPrinter) -> None:
    device.state.plugged, device.state.unplug_after = True, None
    device.power(True)
    device.state.powered = True


@pytest.mark.parametrize("numbers", [False, True])
def test_at_every_row_where_the_paper_ends_the_outcome_is_honest(numbers: bool) -> None:
    whole, told = printed_whole(), Counter[str]()
    rows = whole.height_px + 2
    for left in range(1, rows):
        device, clock = VirtualPrinter(WIDTH_PX, rows_left=left), Clock()
        printer = EscposPrinter(
            lambda device=device, clock=clock: InsidePort(device, clock), WIDTH_PX, numbers=numbers, clock=clock
        )
        first = printer.print(SLIP)
        told[first.outcome] += 1
        _is_honest(first, device, whole)
        device.paper.rows_left = None
        device.go_on()
        assert printer.print(SLIP).outcome is Outcome.DONE
        assert device.paper.sheets[-1] == whole
    assert told[Outcome.UNKNOWN] >= whole.height_px - 1
    print(f"numbers {numbers}: paper ended at {rows - 1} rows: {dict(told)}")
