"""The terminal's 1,024 bytes of EEPROM as PROTOCOL.md §9 lays them out, written a second time, from that document."""

from binascii import crc_hqx
from collections.abc import Mapping
from dataclasses import dataclass
from struct import pack

SIZE = 1024
IDENTITY_AT, IDENTITY_BYTES = 0, 16
TIME_MARKS_AT, TIME_MARK_BYTES, TIME_MARKS = 32, 12, 4
TOTALS_AT, TOTALS_BYTES = 80, 24
RING_AT, SLOT_BYTES, SLOTS = 128, 13, 68

OPEN, LIVE, ACKNOWLEDGED = 0xFF, 0x0F, 0x00
MARK_OF_RECORD, CHECK_OF_RECORD = 12, 11
MARK_OF_TOTALS = 23
KEY_OF_TIME_MARK = 9
KEY_OF_IDENTITY = 0


@dataclass(frozen=True, slots=True)
class Record:
    """One slot's content; `seq` of 24 bits."""

    seq: int
    boot: int
    t_ms: int
    what: int
    aux: int = 0

    def bytes(self, mark: int) -> bytes:
        fields = self.seq.to_bytes(3, "little") + pack("<HIBB", self.boot, self.t_ms, self.what, self.aux)
        return fields + bytes([crc8(fields), mark])


@dataclass(frozen=True, slots=True)
class Count:
    """One copy of the totals: `presses` of each button and `bursts`, of the records below `next_seq`."""

    next_seq: int
    presses: tuple[int, int, int, int, int]
    bursts: int

    def bytes(self, epoch: int, mark: int = LIVE) -> bytes:
        """The epoch goes into the check without being stored."""
        fields = b"".join(number.to_bytes(3, "little") for number in (self.next_seq, *self.presses, self.bursts))
        return fields + pack("<H", crc16(pack("<I", epoch) + fields)) + bytes([mark])


def identity_bytes(epoch: int, refractory_ms: int = 300, flags: int = 0) -> bytes:
    fields = b"HL" + pack("<BBIHI", 1, flags, epoch, refractory_ms, 0)
    return fields + pack("<H", crc16(fields))


def time_mark_bytes(boot: int, t_ms: int, quarter: int) -> bytes:
    fields = pack("<HII", boot, t_ms, quarter)
    return fields + pack("<H", crc16(fields))


def slot_at(slot: int) -> int:
    return RING_AT + slot % SLOTS * SLOT_BYTES


def image_of(parts: Mapping[int, bytes]) -> bytearray:
    """An erased EEPROM with these bytes at these addresses."""
    image = bytearray(b"\xff" * SIZE)
    for at, part in parts.items():
        image[at : at + len(part)] = part
    return image


def crc8(data: bytes) -> int:
    """Polynomial 0x07, started with 0xFF."""
    crc = 0xFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x07) & 0xFF if crc & 0x80 else crc << 1
    return crc


def crc16(data: bytes) -> int:
    return crc_hqx(data, 0xFFFF)
