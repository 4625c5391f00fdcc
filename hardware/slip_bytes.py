"""A slip as ESC/POS: the only place where orders to a printer are written. Knows no port, no letter and no survey.

Only these orders are used, because nearly every printer that says «ESC/POS» knows them: ESC @, ESC a, GS v 0, GS V or
ESC d, GS r, and DLE EOT; GS ( k, GS ( H and GS I where the settings say that the printer knows them. Blank rows are a
picture one byte wide: ESC J feeds another length on every make.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache

import qrcode
from qrcode.constants import ERROR_CORRECT_M

from hardware.ports import Feed, Picture, QrCode, Slip

RESET = b"\x1b@"
PAPER_IN_ORDER = b"\x1dr\x01"  # answered when all before it is done
MODEL = b"\x1dIC"
LEFT, CENTRE = b"\x1ba\x00", b"\x1ba\x01"
REAL_TIME = b"\x10\x04"  # and 1 to 4: answered at once, whatever is being printed
MOST_BAND_BYTES = 1024  # of dots in one order: small printers hold 4 kB
NULS = bytes(MOST_BAND_BYTES)  # they complete whatever order was cut off, and mean nothing after that
BAND_COST = 24  # bytes that a further band must save: its head of 8, and a printer that does not halt too often
QUIET_MODULES = 4  # around a QR code, ISO/IEC 18004 §6.3.8
_AT_ONCE = (b"\x10\x04", b"\x10\x05", b"\x10\x14")  # DLE EOT, DLE ENQ, DLE DC4: obeyed even within a picture
_LONGEST_BLANK = 255


class Cut(StrEnum):
    """How a slip leaves the printer."""

    PARTIAL = "partial"  # it hangs by a point
    FULL = "full"
    NONE = "none"  # no cutter: fed to the edge


_CUTS = {Cut.PARTIAL: b"\x1dVB\x00", Cut.FULL: b"\x1dVA\x00", Cut.NONE: b"\x1bd\x05"}


class TooWide(Exception):
    """A part is wider than the printer's head."""


def encode(slip: Slip, width_px: int, *, native_qr: bool = False, cut: Cut = Cut.PARTIAL) -> tuple[bytes, ...]:
    """Whole orders from the first dot to the cut, for a printer that was just reset. Raises: TooWide."""
    orders = [order for part in slip.parts for order in _part(part, width_px, native_qr)]
    return (*_without_repeated_sides(orders), _CUTS[cut])


def ejection(cut: Cut) -> bytes:
    """Out with what an earlier slip may have left in the printer."""
    return RESET + _CUTS[cut]


def process_mark(number: int) -> bytes:
    """GS ( H: the printer repeats the number when all before it is on paper. `number`: 0 to 9999."""
    return b"\x1d(H\x06\x0000" + process_name(number)


def process_name(number: int) -> bytes:
    return f"{number % 10_000:04d}".encode()


@lru_cache(maxsize=4)  # a slip that is printed again has the same one
def qr_matrix(data: str) -> tuple[tuple[bool, ...], ...]:
    """The modules of the smallest code of level M, without a quiet zone."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(data, optimize=0)
    return tuple(map(tuple, code.get_matrix()))


def _part(part: Picture | QrCode | Feed, width_px: int, native_qr: bool) -> Iterator[bytes]:
    if isinstance(part, Feed):
        yield from _blank(part.rows_px)
    elif isinstance(part, Picture):
        if part.width_px > width_px:
            raise TooWide
        yield from _picture(part, width_px)
    else:
        yield from _qr(part, width_px, native_qr)


@lru_cache(maxsize=64)  # most lines of a slip are those of the slip before
def _picture(dots: Picture, width_px: int) -> tuple[bytes, ...]:
    """Bands, each as wide as its ink, from the left edge or, when that is shorter, about the middle of the head."""
    wide = dots.row_bytes
    rows = [dots.rows[at : at + wide] for at in range(0, len(dots.rows), wide)]
    edges = [(_first_ink(row), wide - _first_ink(row[::-1])) for row in rows]
    is_full_width = dots.width_px == width_px
    orders: list[bytes] = []
    for begin, end in _bands(edges, wide, is_full_width):
        left, right = _extent(edges[begin:end], wide, is_full_width)
        band = [row[left:right] for row in rows[begin:end]]
        orders += [CENTRE if left else LEFT] if any(map(any, band)) else []  # a blank row has no side
        orders += _raster(band, 0)
    return tuple(orders)


def _first_ink(row: bytes) -> int:
    return len(row) - len(row.lstrip(b"\0"))


def _extent(edges: Sequence[tuple[int, int]], wide: int, is_full_width: bool) -> tuple[int, int]:
    """First and last byte to be sent of rows whose ink lies between `edges`; one byte where there is none."""
    left, right = min(edge[0] for edge in edges), max(edge[1] for edge in edges)
    side = min(left, wide - right)
    if right <= left:
        return 0, 1
    return (side, wide - side) if is_full_width and wide - 2 * side < right else (0, right)


def _bands(edges: Sequence[tuple[int, int]], wide: int, is_full_width: bool) -> list[tuple[int, int]]:
    """Where to part the rows so that the fewest bytes go out: the shortest way from the first row to the last."""
    least, cut = [0] + [1 << 30] * len(edges), [0] * (len(edges) + 1)
    for end in range(1, len(edges) + 1):
        left, right = wide, 0
        for begin in range(end - 1, -1, -1):
            left, right = min(left, edges[begin][0]), max(right, edges[begin][1])
            first, last = _extent([(left, right)], wide, is_full_width)
            dots = (last - first) * (end - begin)
            if dots > MOST_BAND_BYTES:
                break
            if (bytes_sent := least[begin] + dots + BAND_COST) < least[end]:
                least[end], cut[end] = bytes_sent, begin
    bands, end = [], len(edges)
    while end:
        bands.append((cut[end], end))
        end = cut[end]
    return bands[::-1]


def _blank(rows_px: int) -> Iterator[bytes]:
    for at in range(0, rows_px, _LONGEST_BLANK):
        yield from _raster([b"\0"] * min(_LONGEST_BLANK, rows_px - at), 0)


def _qr(code: QrCode, width_px: int, native: bool) -> Iterator[bytes]:
    matrix = qr_matrix(code.data)
    if (len(matrix) + 2 * QUIET_MODULES) * code.module_px > width_px:
        raise TooWide
    yield from _blank(QUIET_MODULES * code.module_px)
    yield CENTRE
    yield from _native_qr(code) if native else _raster_qr(matrix, code.module_px)
    yield from _blank(QUIET_MODULES * code.module_px)


def _raster_qr(matrix: Sequence[Sequence[bool]], module_px: int) -> Iterator[bytes]:
    """A module of an even number of dots goes at half its size, which the printer doubles: a quarter of the bytes."""
    doubled = module_px % 2 == 0
    sent_px = module_px // 2 if doubled else module_px
    wide_px = len(matrix) * sent_px
    right_px = (-wide_px % 8 + 1) // 2  # what is missing to a whole byte is shared by both sides
    rows: list[bytes] = []
    for modules in matrix:
        bits = int("".join(("1" if dark else "0") * sent_px for dark in modules), 2) << right_px
        rows += [bits.to_bytes((wide_px + 7) // 8)] * sent_px
    yield from _raster(rows, 3 if doubled else 0)


def _native_qr(code: QrCode) -> Iterator[bytes]:
    """GS ( k: model 2, module size, level M, the data, print."""
    for function in (b"\x41\x32\x00", b"\x43" + bytes([code.module_px]), b"\x45\x31"):
        yield _function_k(function)
    yield _function_k(b"\x50\x30" + code.data.encode("ascii"))
    yield _function_k(b"\x51\x30")


def _function_k(function: bytes) -> bytes:
    return b"\x1d(k" + (len(function) + 1).to_bytes(2, "little") + b"1" + function


def _raster(rows: Sequence[bytes], scale: int) -> Iterator[bytes]:
    """GS v 0. `scale`: 0 as it is, 3 doubled both ways."""
    wide = len(rows[0])
    most = max(1, MOST_BAND_BYTES // wide)
    for at in range(0, len(rows), most):
        band = rows[at : at + most]
        size = wide.to_bytes(2, "little") + len(band).to_bytes(2, "little")
        yield b"\x1dv0" + bytes([scale]) + size + _harmless(b"".join(band))


def _harmless(dots: bytes) -> bytes:
    """The same picture without the byte pairs that a printer obeys even within one: a dot more beside a dot."""
    for order in _AT_ONCE:
        dots = dots.replace(order, b"\x18" + order[1:])
    return dots


def _without_repeated_sides(orders: Sequence[bytes]) -> Iterator[bytes]:
    """The printer starts from the left; a blank row has no side."""
    side = LEFT
    for order in orders:
        if order in (LEFT, CENTRE):
            if order == side:
                continue
            side = order
        yield order
