"""Program files, Intel HEX and ELF, as the bytes of an ATmega328P's flash. Knows no simulator."""

import struct
from pathlib import Path

FLASH_SIZE = 32 * 1024
_BLANK = 0xFF
_DATA, _END, _SEGMENT, _LINEAR = 0, 1, 2, 4
_LOADABLE = 1


def read_program(path: Path) -> bytes:
    """The flash from address 0 on. Raises: OSError; ValueError when the file is damaged, unfinished or too large."""
    content = path.read_bytes()
    pieces = _elf_pieces(content) if content.startswith(b"\x7fELF") else _hex_pieces(content)
    flash = bytearray([_BLANK]) * FLASH_SIZE
    end = 0
    for address, data in pieces:
        if address + len(data) > FLASH_SIZE:
            raise ValueError(f"{path} does not fit {FLASH_SIZE} bytes of flash")
        flash[address : address + len(data)] = data
        end = max(end, address + len(data))
    if not end:
        raise ValueError(f"{path} holds no program")
    return bytes(flash[:end])


def _hex_pieces(content: bytes) -> list[tuple[int, bytes]]:
    pieces: list[tuple[int, bytes]] = []
    base, ended = 0, False
    for number, line in enumerate(content.decode("ascii", "replace").split(), 1):
        kind, address, data = _hex_record(line, number)
        if ended:
            raise ValueError(f"line {number}: something after the end record")
        if kind == _DATA:
            pieces.append((base + address, data))
        elif kind in (_SEGMENT, _LINEAR):
            base = int.from_bytes(data, "big") << (4 if kind == _SEGMENT else 16)
        ended = kind == _END
    if not ended:
        raise ValueError("no end record: the file was cut off")
    return pieces


def _hex_record(line: str, number: int) -> tuple[int, int, bytes]:
    try:
        record = bytes.fromhex(line.removeprefix(":"))
    except ValueError:
        record = b""
    if not line.startswith(":") or len(record) < 5 or len(record) != record[0] + 5 or sum(record) % 256:
        raise ValueError(f"line {number}: not a record of an Intel HEX file")
    return record[3], int.from_bytes(record[1:3], "big"), record[4:-1]


def _elf_pieces(content: bytes) -> list[tuple[int, bytes]]:
    """The loadable segments, at their physical addresses: those in the flash, not those of EEPROM or fuses."""
    try:
        table, size, count = struct.unpack_from("<I", content, 28)[0], *struct.unpack_from("<HH", content, 42)
        headers = [struct.unpack_from("<IIIII", content, table + size * n) for n in range(count)]
    except struct.error as error:
        raise ValueError("a damaged ELF file") from error
    found = [(at, content[start : start + length]) for kind, start, _, at, length in headers if kind == _LOADABLE]
    return [(at, data) for at, data in found if at < 0x800000 and data]
