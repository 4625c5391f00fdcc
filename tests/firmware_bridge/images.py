"""Memories of a terminal as PROTOCOL.md §9 lays them out, written by its words: a second opinion on the firmware's own.

`Record` is one press; an EEPROM or FRAM holds whatever records a test wants. Knows no board.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

OPEN, LIVE, ACKNOWLEDGED = 0xFF, 0x0F, 0x00
DEEP_OPEN, DEEP_LIVE, DEEP_ACKNOWLEDGED = 0x00, 0xA5, 0xFF
SLOTS, SLOT_BYTES, RING_AT = 68, 13, 128
DEEP_SLOTS, DEEP_SLOT_BYTES, DEEP_AT = 2040, 16, 128


@dataclass(frozen=True, slots=True)
class Record:
    """`mark`: as stored in the ring or in the deep store."""

    seq: int
    boot: int
    t_ms: int
    what: int
    aux: int = 0
    mark: int = LIVE


def crc8(data: bytes) -> int:
    crc = 0xFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x07) & 0xFF if crc & 0x80 else crc << 1
    return crc


def crc16(data: bytes) -> bytes:
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021) & 0xFFFF if crc & 0x8000 else crc << 1
    return crc.to_bytes(2, "little")


def number(value: int, width: int) -> bytes:
    return value.to_bytes(width, "little")


def identity(epoch: int, refractory_ms: int = 20, deep_used: bool = False, void_seq: int = 0) -> bytes:
    body = b"HL\x01" + bytes([deep_used]) + number(epoch, 4) + number(refractory_ms, 2) + number(void_seq, 4)
    return body + crc16(body)


def time_mark(boot: int, t_ms: int, quarter: int) -> bytes:
    body = number(boot, 2) + number(t_ms, 4) + number(quarter, 4)
    return body + crc16(body)


def totals(epoch: int, next_seq: int, counts: Sequence[int] = (0, 0, 0, 0, 0, 0)) -> bytes:
    """`counts`: of the five buttons, then of bursts."""
    body = number(next_seq, 3) + b"".join(number(count, 3) for count in counts)
    return body + crc16(number(epoch, 4) + body) + bytes([LIVE])


def slot(record: Record) -> bytes:
    body = number(record.seq, 3) + number(record.boot, 2) + number(record.t_ms, 4) + bytes([record.what, record.aux])
    return body + bytes([crc8(body), record.mark])


def eeprom(
    epoch: int,
    records: Iterable[tuple[int, Record]] = (),
    *,
    counted: bytes = b"",
    who: bytes = b"",
    marks: Sequence[bytes] = (),
) -> bytes:
    """1,024 bytes; `records` with the slot that each is in; `counted`: the first copy of the totals."""
    image = bytearray(b"\xff" * 1024)
    image[0:32] = (who or identity(epoch)) * 2
    for place, mark in enumerate(marks):
        image[32 + 12 * place : 44 + 12 * place] = mark
    image[80:104] = counted or totals(epoch, 1)
    for place, record in records:
        start = RING_AT + SLOT_BYTES * place
        image[start : start + SLOT_BYTES] = slot(record)
    return bytes(image)


def header(epoch: int, turn: int, next_seq: int, counts: Sequence[int] = (0,) * 6, refractory_ms: int = 20) -> bytes:
    body = b"HLF1" + number(epoch, 4) + number(turn, 4) + number(next_seq, 4)
    body += b"".join(number(count, 4) for count in counts) + number(refractory_ms, 2)
    body += bytes(60 - len(body))
    return body + crc16(body) + bytes(2)


def deep_slot(record: Record) -> bytes:
    body = number(record.seq, 4) + number(record.boot, 2) + number(record.t_ms, 4)
    body += bytes([record.what, record.aux, 0])
    return body + crc16(body) + bytes([record.mark])


def fram(epoch: int, records: Iterable[Record] = (), *, head: bytes = b"") -> bytes:
    """32,768 bytes; every record in the slot of its number."""
    image = bytearray(32_768)
    image[0:64] = head or header(epoch, 1, 0)
    for record in records:
        start = DEEP_AT + DEEP_SLOT_BYTES * (record.seq % DEEP_SLOTS)
        image[start : start + DEEP_SLOT_BYTES] = deep_slot(record)
    return bytes(image)
