"""No byte of a text is an order: hostile strings go through the whole path, and the stream holds our orders only."""

import random
import re

import pytest

from hardware.drawing import MOST_LETTERS, draw_text
from hardware.ports import Slip
from hardware.slip_bytes import RESET, encode
from hardware.virtual_printer.device import VirtualPrinter
from hardware.virtual_printer.orders import take

STRINGS, PER_PICTURE, WIDTH_PX, SEED = 100_000, 100, 384, 20261122
OURS = {"ESC @", "ESC a", "GS v 0", "GS V"}
ORDERS = (
    *("\x1b@", "\x1d(k\x03\x001Q0", "\x10\x04\x01", "\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", "\x1dV\x00"),
    *("\x1bp\x00\x19\xfa", "\x1c.", "\x18", "\x1b=\x00", "\x9b31m", "\x1b]0;x\x07", "\x1d:", "\x1b\x1b"),
)
ODD = (
    *("\u202e", "\u2066", "\u200b", "\ufeff", "\ud800", "\udfff", "\U0001f600", "\U000e0041", "\ue000", "\uffff"),
    *("\x85", "\u0323" * 12, "ẩ", "Ợ", "đ", "\u3000", "ก", "ہ", "𝕏"),
)


def hostile(chance: random.Random) -> str:
    pieces = []
    for _ in range(chance.randrange(1, 5)):
        kind = chance.randrange(6)
        if kind == 0:
            pieces.append(chance.choice(ORDERS))
        elif kind == 1:
            pieces.append(chance.choice(ODD))
        elif kind == 2:
            pieces.append("".join(chr(chance.randrange(0x20)) for _ in range(4)))
        elif kind == 3:
            pieces.append("".join(chr(chance.randrange(0x80, 0x250)) for _ in range(3)))
        elif kind == 4:
            pieces.append(chr(chance.randrange(0x110000)))
        else:
            pieces.append("".join(chr(chance.randrange(0x20, 0x7F)) for _ in range(4)))
    return "".join(pieces)


@pytest.mark.slow
def test_hostile_strings_leave_no_byte_of_their_own_in_the_stream() -> None:
    chance = random.Random(SEED)
    drawn = orders = 0
    printer = VirtualPrinter(WIDTH_PX)
    for picture in range(STRINGS // PER_PICTURE):
        text = " ".join(hostile(chance) for _ in range(PER_PICTURE))
        assert len(text) <= MOST_LETTERS
        drawn += PER_PICTURE
        stream = RESET + b"".join(encode(Slip((draw_text(text, WIDTH_PX, 20),)), WIDTH_PX))
        assert not re.search(rb"\x10[\x04\x05\x14]", stream)
        orders += _only_ours(stream)
        if picture % 50 == 0:
            printer.receive(stream)
    assert drawn == STRINGS
    assert printer.counts.strange == []
    assert printer.counts.too_wide == 0
    assert printer.answers() == b""
    print(f"{drawn:,} hostile strings in {STRINGS // PER_PICTURE:,} pictures, {orders:,} orders, all ours; seed {SEED}")


def test_one_text_of_a_million_letters_ends_soon() -> None:
    stream = b"".join(encode(Slip((draw_text("\x1b@Ợ" * 333_334, WIDTH_PX, 24),)), WIDTH_PX))
    assert _only_ours(stream)


def _only_ours(stream: bytes) -> int:
    """How many orders there are; each is ours, whole, with sane arguments, and dots are all that is between them."""
    left, count = bytearray(stream), 0
    while left:
        order = take(left)
        assert order is not None
        assert order.name in OURS, order
        if order.name == "GS v 0":
            scale, wide, _ = order.arguments
            assert scale == 0
            assert wide * 8 <= WIDTH_PX
            assert len(left) >= order.dots
            del left[: order.dots]
        count += 1
    return count
