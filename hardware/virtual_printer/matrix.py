"""QR codes that the printer draws itself (GS ( k): what it was told so far, and the rows. Knows no paper."""

from collections.abc import Iterator
from functools import lru_cache

import qrcode

MOST_BYTES = 7089
_LEVELS = {48: 1, 49: 0, 50: 3, 51: 2}  # L, M, Q, H as the library counts them


class CodeMemory:
    """As after a reset: model 2, modules of 3 dots, level L, nothing stored."""

    def __init__(self) -> None:
        self._module_px, self._level, self._data = 3, 48, b""

    def obey(self, function: bytes) -> list[tuple[bytes, int]]:
        """`function`: from cn on. Rows to print, each with its width in dots. Raises: ValueError for what is none."""
        if len(function) < 3 or function[0] != 49:
            raise ValueError(f"no QR code {function[:4].hex(' ')}")
        number, rest = function[1], function[2:]
        if number == 65 and rest == b"\x32\x00":
            return []
        if number == 67 and len(rest) == 1 and 1 <= rest[0] <= 16:
            self._module_px = rest[0]
        elif number == 69 and len(rest) == 1 and rest[0] in _LEVELS:
            self._level = rest[0]
        elif number == 80 and rest[0] == 48 and 1 < len(rest) <= MOST_BYTES:
            self._data = rest[1:]
        elif number == 81 and rest == b"0" and self._data:
            return list(_rows(self._data, self._level, self._module_px))
        else:
            raise ValueError(f"function {number} with {rest[:4].hex(' ')}")
        return []


@lru_cache(maxsize=64)
def _matrix(data: bytes, level: int) -> tuple[tuple[bool, ...], ...]:
    code = qrcode.QRCode(error_correction=_LEVELS[level], border=0)
    code.add_data(data, optimize=0)
    return tuple(map(tuple, code.get_matrix()))


def _rows(data: bytes, level: int, module_px: int) -> Iterator[tuple[bytes, int]]:
    matrix = _matrix(data, level)
    wide_px = len(matrix) * module_px
    for modules in matrix:
        bits = int("".join("01"[dark] * module_px for dark in modules), 2) << (-wide_px % 8)
        for _ in range(module_px):
            yield bits.to_bytes((wide_px + 7) // 8), wide_px
