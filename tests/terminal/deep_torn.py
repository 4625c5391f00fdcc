"""Every FRAM that a power cut can leave behind, with what the program must say when it starts on it.

As in torn: made from PROTOCOL.md §9, one operation stopped at a random byte, that byte a mixture of before and after.
The operations: a slot is opened, in two steps; a record written, its mark last; one acknowledged; a header written.
"""

import random
from collections.abc import Iterable
from enum import StrEnum
from struct import pack

from tests.terminal import image as layout
from tests.terminal.image import Count, Record, crc16
from tests.terminal.rig import Memory
from tests.terminal.torn_past import Expected

SIZE = 32768
HEADER_BYTES = 64
RECORDS_AT, SLOTS, SLOT_BYTES, MARK_AT = 128, 2040, 16, 15
OPEN, LIVE, ACKNOWLEDGED = 0x00, 0xA5, 0xFF
HALF_OPEN = ACKNOWLEDGED & ~LIVE  # on the way from ACKNOWLEDGED to OPEN
NUMBERS_AHEAD = 256


class Kind(StrEnum):
    INTACT = "intact"
    OPENING = "opening"
    RECORD = "record"
    MARK = "mark"
    ACKNOWLEDGEMENT = "acknowledgement"
    HEADER = "header"


def slot_at(seq: int) -> int:
    return RECORDS_AT + seq % SLOTS * SLOT_BYTES


def record_bytes(record: Record, mark: int) -> bytes:
    fields = pack("<IHIBBB", record.seq, record.boot, record.t_ms, record.what, record.aux, 0)
    return fields + pack("<H", crc16(fields)) + bytes([mark])


def header_bytes(epoch: int, turn: int, count: Count, refractory_ms: int = 300) -> bytes:
    fields = b"HLF1" + pack("<III", epoch, turn, count.next_seq) + pack("<6I", *count.presses, count.bursts)
    fields += pack("<H", refractory_ms)
    fields += bytes(60 - len(fields))
    return fields + pack("<HH", crc16(fields), 0)


def mixed(dice: random.Random, old: int, new: int) -> int:
    taken = dice.randrange(256)
    return old & ~taken | new & taken


class Past:
    """A deep store between two operations: up to 2,040 records behind `next_seq`, the header some of them behind."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.epoch = dice.randrange(1, 1 << 32)
        wrapped = dice.random() < 0.7
        self.next_seq = dice.randrange(SLOTS + 1, 1 << 22) if wrapped else dice.randrange(1, SLOTS)
        self.first = max(1, self.next_seq - SLOTS)
        self.boot = dice.randrange(2, 60_000)
        live_chance = dice.choice((0, 0.003, 0.02))
        self.marks = {
            seq: LIVE if dice.random() < live_chance else ACKNOWLEDGED for seq in range(self.first, self.next_seq)
        }
        self.records = {seq: self._record(seq) for seq in self.marks}
        below = dice.randint(max(1, self.next_seq - NUMBERS_AHEAD), self.next_seq)
        self.count = Count(below, tuple(dice.randrange(1 << 24) for _ in range(5)), dice.randrange(1 << 24))  # type: ignore[arg-type]
        self.turn = dice.randrange(2, 1 << 24)
        self.place = dice.randrange(2)
        self.fram = self._fram()

    def _record(self, seq: int) -> Record:
        what, aux = (0x20 + self.dice.randrange(1, 32), 3) if self.dice.random() < 0.05 else (self.dice.randrange(5), 0)
        boot = max(1, self.boot - (self.next_seq - seq) // 100)
        return Record(seq, boot, self.dice.randrange(1 << 32), what, aux)

    def _fram(self) -> bytearray:
        fram = bytearray(SIZE)
        older = Count(max(0, self.count.next_seq - NUMBERS_AHEAD), (1, 2, 3, 4, 5), 6)
        copies = header_bytes(self.epoch, self.turn, self.count), header_bytes(self.epoch, self.turn - 1, older)
        for number, copy in enumerate(copies):
            at = (self.place ^ number) * HEADER_BYTES
            fram[at : at + HEADER_BYTES] = copy
        for seq, record in self.records.items():
            fram[slot_at(seq) : slot_at(seq) + SLOT_BYTES] = record_bytes(record, self.marks[seq])
        return fram

    def eeprom(self) -> bytes:
        """The internal memory beside it: numbers spoken for, an empty ring."""
        identity = layout.identity_bytes(self.epoch, flags=1)
        ahead = Count(self.next_seq + self.dice.randrange(16, NUMBERS_AHEAD), (1, 0, 2, 0, 3), 1)
        parts = {0: identity, layout.IDENTITY_BYTES: identity, layout.TOTALS_AT: ahead.bytes(self.epoch)}
        return bytes(layout.image_of(parts))

    def made(self) -> list[int]:
        """By the header, by the records since, and by the internal ring before."""
        made = [n + m for n, m in zip([*self.count.presses, self.count.bursts], (1, 0, 2, 0, 3, 1), strict=True)]
        for seq, record in self.records.items():
            if seq >= self.count.next_seq:
                made[min(record.what, 5)] += 1
        return made

    def put(self, seq: int, content: bytes) -> None:
        self.fram[slot_at(seq) : slot_at(seq) + len(content)] = content


def torn(dice: random.Random) -> tuple[Kind, Memory, Expected]:
    past, kind = Past(dice), dice.choice(list(Kind))
    if kind in (Kind.OPENING, Kind.RECORD, Kind.MARK):
        _cut_record(dice, past, kind)
    elif kind is Kind.ACKNOWLEDGEMENT:
        _cut_acknowledgement(dice, past)
    elif kind is Kind.HEADER:
        _cut_header(dice, past)
    return kind, Memory(past.eeprom(), bytes(past.fram)), _expected(past)


def _cut_record(dice: random.Random, past: Past, kind: Kind) -> None:
    """Its slot held the record of 2,040 numbers before, which is delivered, and counted by the header."""
    seq, new = past.next_seq, past._record(past.next_seq)
    at, content = slot_at(seq), record_bytes(new, LIVE)
    old = past.marks.get(seq - SLOTS)
    if old is not None:
        past.marks[seq - SLOTS] = ACKNOWLEDGED
        past.put(seq, record_bytes(past.records[seq - SLOTS], ACKNOWLEDGED))
    if kind is Kind.OPENING:
        before, after = dice.choice(((ACKNOWLEDGED, HALF_OPEN), (HALF_OPEN, OPEN))) if old is not None else (OPEN, OPEN)
        past.fram[at + MARK_AT] = mixed(dice, before, after)
        assert past.fram[at + MARK_AT] != LIVE
        if past.fram[at + MARK_AT] & LIVE != LIVE and old is not None:
            del past.records[seq - SLOTS], past.marks[seq - SLOTS]
        return
    past.records.pop(seq - SLOTS, None)
    past.marks.pop(seq - SLOTS, None)
    past.fram[at + MARK_AT] = OPEN
    if kind is Kind.RECORD:
        stop = dice.randrange(MARK_AT)
        past.put(seq, content[:stop])
        past.fram[at + stop] = mixed(dice, past.fram[at + stop], content[stop])
        return
    torn_mark = mixed(dice, OPEN, LIVE) if dice.random() < 0.8 else LIVE
    past.put(seq, content[:MARK_AT] + bytes([torn_mark]))
    if torn_mark == LIVE:
        past.records[seq], past.marks[seq] = new, LIVE
        past.next_seq += 1


def _cut_acknowledgement(dice: random.Random, past: Past) -> None:
    live = [seq for seq, mark in past.marks.items() if mark == LIVE]
    if live:
        seq = dice.choice(live)
        past.marks[seq] = past.fram[slot_at(seq) + MARK_AT] = mixed(dice, LIVE, ACKNOWLEDGED)


def _cut_header(dice: random.Random, past: Past) -> None:
    """Its first byte is made 0, then all others are written, then the first."""
    counted = past.made()
    own = [n - m for n, m in zip(counted, (1, 0, 2, 0, 3, 1), strict=True)]
    new = header_bytes(past.epoch, past.turn + 1, Count(past.next_seq, tuple(own[:5]), own[5]))  # type: ignore[arg-type]
    at, step = (past.place ^ 1) * HEADER_BYTES, dice.randrange(HEADER_BYTES + 1)
    order = [(0, 0), *((offset, new[offset]) for offset in range(1, HEADER_BYTES)), (0, new[0])]
    for offset, value in order[:step]:
        past.fram[at + offset] = value
    offset, value = order[step]
    past.fram[at + offset] = mixed(dice, past.fram[at + offset], value)


def _expected(past: Past) -> Expected:
    live = [past.records[seq] for seq, mark in sorted(past.marks.items()) if mark == LIVE]
    boots = [record.boot for record in past.records.values()]
    next_seq = max([past.count.next_seq, *(seq + 1 for seq in past.records)])
    return Expected(past.epoch, next_seq, max([0, *boots]) + 1, live, tuple(past.made()), {})


def many(seed: int, count: int) -> Iterable[tuple[Kind, Memory, Expected]]:
    dice = random.Random(seed)
    return (torn(dice) for _ in range(count))
