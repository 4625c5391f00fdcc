"""A slip's bytes, order by order, as they were agreed; the golden files change only by hand."""

import random
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageOps

from hardware.drawing import as_image, picture
from hardware.ports import Feed, Picture, QrCode, Slip
from hardware.slip_bytes import MOST_BAND_BYTES, RESET, Cut, TooWide, encode, process_mark
from hardware.virtual_printer.device import VirtualPrinter

GOLDEN = Path(__file__).parent / "golden"
CODE = "HTTPS://DANHGIA.EXAMPLE.VN/P/ABCDEFGHJKLMNPQRSTUV"


def golden_slip(width_px: int) -> Slip:
    """Its lines are kept as a picture: a golden file must not change with the font."""
    with Image.open(GOLDEN / f"lines-{width_px}.png") as lines:
        return Slip((picture(lines), QrCode(CODE, 6), Feed(12)))


@pytest.mark.parametrize(
    ("name", "width_px", "native_qr", "cut"),
    [
        ("slip-58", 384, False, Cut.PARTIAL),
        ("slip-58-native", 384, True, Cut.NONE),
        ("slip-80", 576, False, Cut.FULL),
    ],
)
def test_the_print_job_is_the_golden_one_byte_for_byte(name: str, width_px: int, native_qr: bool, cut: Cut) -> None:
    orders = encode(golden_slip(width_px), width_px, native_qr=native_qr, cut=cut)
    golden = (GOLDEN / f"{name}.hex").read_text().splitlines()
    assert [order.hex() for order in orders] == golden


@pytest.mark.parametrize("width_px", [384, 576])
@pytest.mark.parametrize("native_qr", [False, True])
def test_what_comes_out_is_the_picture_that_went_in_and_the_code_can_be_read(width_px: int, native_qr: bool) -> None:
    slip = golden_slip(width_px)
    paper = printed(slip, width_px, native_qr=native_qr)
    drawn = slip.parts[0]
    assert isinstance(drawn, Picture)
    assert paper.rows[: len(drawn.rows)] == drawn.rows
    assert [code.text for code in zxingcpp.read_barcodes(as_image(paper).convert("L"))] == [CODE]


def printed(slip: Slip, width_px: int, *, native_qr: bool = False) -> Picture:
    printer = VirtualPrinter(width_px)
    printer.receive(RESET + b"".join(encode(slip, width_px, native_qr=native_qr)))
    assert printer.counts.strange == []
    assert printer.counts.too_wide == 0
    return printer.paper.sheets[0]


@pytest.mark.parametrize("module_px", [2, 3, 4, 5, 6, 8])
def test_raster_and_native_codes_are_the_same_dots_in_the_middle(module_px: int) -> None:
    slip = Slip((QrCode(CODE, module_px),))
    papers = [as_image(printed(slip, 384, native_qr=native)).convert("L") for native in (False, True)]
    boxes = [ImageOps.invert(paper).getbbox() for paper in papers]
    first, second = (paper.crop(box).tobytes() for paper, box in zip(papers, boxes, strict=True))
    assert first == second
    for box in boxes:
        assert box
        assert abs(box[0] - (384 - box[2])) <= 2


@pytest.mark.slow
def test_any_picture_comes_out_dot_for_dot() -> None:
    chance = random.Random(11)
    for _ in range(60):
        width_px = chance.choice((8, 200, 376, 384))
        share = chance.choice((2, 30, 300))
        rows = bytearray()
        for _ in range(chance.randrange(1, 90)):
            dots = sum(1 << bit for bit in range(width_px) if chance.randrange(share) == 0)
            rows += (dots << (-width_px % 8)).to_bytes((width_px + 7) // 8)
        for pair in (b"\x10\x04", b"\x10\x05", b"\x10\x14"):
            rows = rows.replace(pair, b"\0\0")
        image = Picture(width_px, bytes(rows))
        paper = printed(Slip((image,)), 384)
        for row in range(image.height_px):
            line = image.rows[row * image.row_bytes :][: image.row_bytes]
            assert paper.rows[row * 48 : row * 48 + 48] == line.ljust(48, b"\0")
    print("60 pictures, seed 11")


def test_a_pair_that_a_printer_would_obey_loses_no_dot_and_gains_one() -> None:
    rows = (b"\x10\x04" + bytes(46)) * 3
    (order,) = [order for order in encode(Slip((Picture(384, rows),)), 384) if order.startswith(b"\x1dv")]
    assert order[8:] == b"\x18\x04" * 3


def test_blank_rows_cost_one_byte_each_and_ink_only_its_own_width() -> None:
    rows = b"\xff" + bytes(47) + bytes(48 * 100) + bytes(23) + b"\x81\x81" + bytes(23)
    sizes = [len(order) for order in encode(Slip((Picture(384, rows),)), 384)[:-1]]
    assert sizes == [8 + 64, 8 + 37, 3, 10]


def test_no_order_is_longer_than_small_printers_hold() -> None:
    solid = Picture(576, b"\xff" * 72 * 400)
    assert max(map(len, encode(Slip((solid, QrCode(CODE, 12))), 576))) <= MOST_BAND_BYTES + 8


@pytest.mark.parametrize("part", [Picture(392, bytes(49)), QrCode(CODE, 12)])
def test_what_is_wider_than_the_head_is_refused(part: Picture | QrCode) -> None:
    with pytest.raises(TooWide):
        encode(Slip((part,)), 384)


@pytest.mark.parametrize(("data", "module_px"), [("", 4), ("đ", 4), ("A\x1b@", 4), ("A" * 301, 4), ("A", 1), ("A", 17)])
def test_only_plain_letters_of_a_sane_size_make_a_code(data: str, module_px: int) -> None:
    with pytest.raises(ValueError, match=r"QR code|dots"):
        QrCode(data, module_px)


def test_a_process_number_has_four_digits_and_begins_again() -> None:
    assert process_mark(12_345) == b"\x1d(H\x06\x00002345"


def test_an_empty_slip_is_only_cut_off() -> None:
    assert encode(Slip(()), 384) == (b"\x1dVB\x00",)
