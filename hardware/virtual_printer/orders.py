"""ESC/POS read byte by byte: which order comes next, and what was none. Knows no paper.

Written from the makers' descriptions and apart from hardware.slip_bytes, so that the two check each other.
"""

from dataclasses import dataclass

ESC, FS, GS, DLE = 0x1B, 0x1C, 0x1D, 0x10


@dataclass(frozen=True, slots=True)
class Order:
    """`name` as in the makers' manuals; "text": a byte that would be printed as a letter; "strange": no known order.

    `dots`: bytes of picture that follow a raster order's head.
    """

    name: str
    arguments: tuple[int, ...] = ()
    data: bytes = b""
    dots: int = 0


_LENGTHS = {  # bytes after the two of the order itself
    (ESC, 0x40): ("ESC @", 0),
    (ESC, 0x61): ("ESC a", 1),
    (ESC, 0x64): ("ESC d", 1),
    (ESC, 0x4A): ("ESC J", 1),
    (GS, 0x72): ("GS r", 1),
    (GS, 0x49): ("GS I", 1),
    (DLE, 0x04): ("DLE EOT", 1),
    (DLE, 0x05): ("DLE ENQ", 1),
}
_FULL_CUT_AND_FEED = (65, 66)
_FUNCTIONS = {0x6B: "GS ( k", 0x48: "GS ( H"}


def take(buffer: bytearray) -> Order | None:
    """Remove the next order from the front, without the dots of a raster; None until it is whole."""
    if not buffer:
        return None
    first = buffer[0]
    if first == 0:
        nuls = len(buffer) - len(buffer.lstrip(b"\0"))
        return _cut(buffer, nuls, "NUL")
    if first not in (ESC, FS, GS, DLE):
        return _cut(buffer, 1, "LF" if first == 0x0A else "text" if first >= 0x20 else "strange")
    if len(buffer) < 2:
        return None
    second = buffer[1]
    if (first, second) in _LENGTHS:
        name, length = _LENGTHS[first, second]
        return _cut(buffer, 2 + length, name) if len(buffer) >= 2 + length else None
    if first == GS and second in b"v(V":
        return {0x76: _raster, 0x28: _function, 0x56: _cutting}[second](buffer)
    return _cut(buffer, 2, "strange")


def _cut(buffer: bytearray, length: int, name: str) -> Order:
    data = bytes(buffer[:length])
    del buffer[:length]
    return Order(name, tuple(data[2:]), data)


def _raster(buffer: bytearray) -> Order | None:
    if len(buffer) > 2 and buffer[2] != 0x30:
        return _cut(buffer, 3, "strange")
    if len(buffer) < 8:
        return None
    head = bytes(buffer[:8])
    if head[3] not in (0, 1, 2, 3, 48, 49, 50, 51):
        return _cut(buffer, 4, "strange")
    scale, wide, high = head[3] % 48, head[4] | head[5] << 8, head[6] | head[7] << 8
    del buffer[:8]
    return Order("GS v 0", (scale, wide, high), head, wide * high)


def _function(buffer: bytearray) -> Order | None:
    if len(buffer) < 5:
        return None
    length = 5 + (buffer[3] | buffer[4] << 8)
    if len(buffer) < length:
        return None
    name = _FUNCTIONS.get(buffer[2], "strange")
    data = bytes(buffer[:length])
    del buffer[:length]
    return Order(name, tuple(data[5:7]), data[5:])


def _cutting(buffer: bytearray) -> Order | None:
    if len(buffer) < 3:
        return None
    if buffer[2] in _FULL_CUT_AND_FEED:
        return _cut(buffer, 4, "GS V") if len(buffer) >= 4 else None
    return _cut(buffer, 3, "GS V" if buffer[2] in (0, 1, 48, 49) else "strange")
