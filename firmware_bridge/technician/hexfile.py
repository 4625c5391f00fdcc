"""A firmware file judged before a box is touched: whole, small enough, and ours. Knows no port."""

import re
from dataclasses import dataclass

LARGEST = 30 * 1024  # bytes; above lies the largest bootloader
SIGNATURE = re.compile(rb"hailong-terminal (\d{1,3}\.\d{1,3}\.\d{1,3})\0")
_DATA, _END, _SEGMENT, _START_SEGMENT, _LINEAR, _START_LINEAR = range(6)
_HEADER, _CHECKSUM = 4, 1


class DamagedHex(ValueError):
    """Not Intel HEX, or damaged. `line` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


class ForeignHex(ValueError):
    """A good file, but no firmware of a button terminal."""


@dataclass(frozen=True, slots=True)
class Firmware:
    """`image`: the bytes from address 0 on, gaps as 0xFF. `version`: what its HELLO will say; "" when untold."""

    image: bytes
    version: str


def firmware(text: str) -> Firmware:
    """The firmware in an Intel HEX file. Raises: DamagedHex, ForeignHex."""
    image = read_image(text)
    if len(image) > LARGEST:
        raise ForeignHex(f"{len(image)} > {LARGEST} bytes")
    if not _starts_like_a_program(image):
        raise ForeignHex("its first instruction is not the jump of an AVR's reset vector")
    found = SIGNATURE.search(image)
    return Firmware(image, found[1].decode() if found else "")


def _starts_like_a_program(image: bytes) -> bool:
    word = int.from_bytes(image[:2], "little")
    return word & 0xFE0E == 0x940C or word & 0xF000 == 0xC000  # JMP, RJMP


def read_image(text: str) -> bytes:
    """The bytes of an Intel HEX file from address 0 on, gaps as 0xFF. Raises: DamagedHex."""
    cells: dict[int, int] = {}
    base, ended = 0, False
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        if ended:
            raise DamagedHex(number, "text after the end record")
        kind, address, data = _record(number, line.strip())
        ended = kind == _END
        if kind in (_SEGMENT, _LINEAR):
            base = int.from_bytes(data) << (4 if kind == _SEGMENT else 16)
        elif kind == _DATA:
            _place(cells, number, base + address, data)
    if not ended:
        raise DamagedHex(len(text.splitlines()), "no end record: the file is cut short")
    return bytes(cells.get(address, 0xFF) for address in range(max(cells, default=-1) + 1))


def _record(number: int, line: str) -> tuple[int, int, bytes]:
    if not line.startswith(":"):
        raise DamagedHex(number, "does not begin with a colon")
    try:
        record = bytes.fromhex(line[1:])
    except ValueError:
        raise DamagedHex(number, "not hexadecimal") from None
    if len(record) < _HEADER + _CHECKSUM or len(record) != _HEADER + record[0] + _CHECKSUM:
        raise DamagedHex(number, "wrong length")
    if sum(record) % 256:
        raise DamagedHex(number, "wrong checksum")
    kind = record[3]
    if kind > _START_LINEAR:
        raise DamagedHex(number, f"unknown kind of record {kind}")
    if kind in (_SEGMENT, _LINEAR) and record[0] != 2:
        raise DamagedHex(number, "wrong length")
    return kind, int.from_bytes(record[1:3]), record[_HEADER:-_CHECKSUM]


def _place(cells: dict[int, int], number: int, address: int, data: bytes) -> None:
    if address + len(data) > 1 << 16:
        raise DamagedHex(number, f"address {address:#x} is beyond any ATmega328P")
    for offset, byte in enumerate(data):
        if cells.setdefault(address + offset, byte) != byte:
            raise DamagedHex(number, f"address {address + offset:#x} twice, with different bytes")
