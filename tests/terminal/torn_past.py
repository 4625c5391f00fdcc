"""A terminal's internal memory between two operations, with a past of random records, and what it must say of that.

Made from PROTOCOL.md §9, not by running the program; the ring has wrapped or not, presses wait or do not.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from firmware_bridge.frames import Mark
from tests.terminal import image as layout
from tests.terminal.image import LIVE, SLOTS, Count, Record

NEWEST_SEQ = 1 << 23
LIVE_CHANCE = 0.12


@dataclass(slots=True)
class Expected:
    """What HELLO, TOTALS, PRESS and MARK must say. `presses`: the live records, oldest first."""

    epoch: int
    next_seq: int
    boot: int
    presses: list[Record]
    made: tuple[int, ...]  # of the five buttons, then bursts
    marks: dict[int, Mark]


@dataclass(slots=True)
class Past:
    """A terminal's memory between two operations; `oldest` first. The head is the slot that is used next."""

    epoch: int
    boot: int
    head: int
    records: list[tuple[Record, int]]  # with its mark
    totals: Count
    totals_place: int
    older_totals: bytes
    marks: list[Mark | None]
    image: bytearray = field(default_factory=bytearray)

    @property
    def next_seq(self) -> int:
        return self.records[-1][0].seq + 1 if self.records else self.totals.next_seq

    def slot_of(self, index: int) -> int:
        """The slot of `records[index]`."""
        return (self.head - len(self.records) + index) % SLOTS


def random_past(dice: random.Random) -> Past:
    wrapped = dice.random() < 0.8
    count = SLOTS - 1 if wrapped else dice.randrange(0, SLOTS)
    top = dice.randrange(1000, NEWEST_SEQ) if wrapped else count
    boot = dice.randrange(2, 60_000)
    live_chance = dice.choice((0, LIVE_CHANCE, LIVE_CHANCE, 0.9 if dice.random() < 0.1 else 0.02))
    records: list[tuple[Record, int]] = []
    of_boot = boot
    for seq in range(top, top - count, -1):
        record = Record(seq, of_boot, dice.randrange(1 << 32), *random_what(dice))
        records.insert(0, (record, _mark(dice, live_chance)))
        of_boot -= of_boot > 1 and dice.random() < 0.1
    head = dice.randrange(SLOTS) if wrapped else count
    past = Past(
        dice.randrange(1, 1 << 32), boot, head, records, Count(0, (0,) * 5, 0), 0, b"", [None] * layout.TIME_MARKS
    )
    _give_totals(dice, past, top - count + 1, top + 1)
    _give_time_marks(dice, past)
    past.image = _image(past)
    return past


def random_what(dice: random.Random) -> tuple[int, int]:
    if dice.random() < 0.05:
        return 0x20 + dice.randrange(1, 32), dice.randrange(1, 256)
    return dice.randrange(5), 0


def _mark(dice: random.Random, live_chance: float) -> int:
    """Not acknowledged; or acknowledged, perhaps by a write that was cut short."""
    if dice.random() < live_chance:
        return LIVE
    return dice.randrange(0x0F) if dice.random() < 0.1 else 0


def _give_totals(dice: random.Random, past: Past, oldest: int, end: int) -> None:
    """The copy that counts, made any time since the oldest record; the other is older, of another identity or torn."""
    past.totals = _count(dice, dice.randint(max(oldest, 1), end))
    past.totals_place = dice.randrange(2)
    older = _count(dice, max(1, past.totals.next_seq - dice.randint(1, SLOTS)))
    past.older_totals = dice.choice(
        (
            older.bytes(past.epoch) if older.next_seq < past.totals.next_seq else b"\xff" * layout.TOTALS_BYTES,
            b"\xff" * layout.TOTALS_BYTES,
            _count(dice, past.totals.next_seq + 9).bytes(past.epoch ^ dice.randrange(1, 1 << 32)),
            dice.randbytes(layout.TOTALS_BYTES - 1) + b"\xff",
        )
    )


def _count(dice: random.Random, next_seq: int) -> Count:
    most = 1 << 22
    presses = (
        dice.randrange(most),
        dice.randrange(most),
        dice.randrange(most),
        dice.randrange(most),
        dice.randrange(most),
    )
    return Count(next_seq, presses, dice.randrange(most))


def _give_time_marks(dice: random.Random, past: Past) -> None:
    """Of starts up to the present one: a start may have kept a mark and no record."""
    boots = dice.sample(range(max(1, past.boot - 8), past.boot + 3), dice.randrange(0, layout.TIME_MARKS + 1))
    for place, boot in zip(dice.sample(range(layout.TIME_MARKS), len(boots)), boots, strict=True):
        past.marks[place] = Mark(boot, dice.randrange(1 << 32), dice.randrange(1 << 22))


def _image(past: Past) -> bytearray:
    identity = layout.identity_bytes(past.epoch)
    parts = {0: identity, layout.IDENTITY_BYTES: identity}
    parts[totals_at(past.totals_place)] = past.totals.bytes(past.epoch)
    parts[totals_at(1 - past.totals_place)] = past.older_totals
    for place, mark in enumerate(past.marks):
        if mark:
            parts[time_mark_at(place)] = layout.time_mark_bytes(mark.boot, mark.t_ms, mark.quarter)
    for index, (record, mark_byte) in enumerate(past.records):
        parts[layout.slot_at(past.slot_of(index))] = record.bytes(mark_byte)
    return layout.image_of(parts)


def totals_at(place: int) -> int:
    return layout.TOTALS_AT + place * layout.TOTALS_BYTES


def time_mark_at(place: int) -> int:
    return layout.TIME_MARKS_AT + place * layout.TIME_MARK_BYTES


def expected_of(past: Past, *more: Record, again: Sequence[Record] = ()) -> Expected:
    """`more`: records that became durable after the past; `again`: delivered ones that look undelivered."""
    live = [record for record, mark in past.records if mark == LIVE]
    counted = [record for record, _ in past.records if record.seq >= past.totals.next_seq]
    made = [*past.totals.presses, past.totals.bursts]
    for record in (*counted, *more):
        made[min(record.what, 5)] += 1
    boots = [record.boot for record, _ in past.records] + [record.boot for record in (*more, *again)]
    marks = {mark.boot: mark for mark in past.marks if mark}
    return Expected(
        past.epoch,
        more[-1].seq + 1 if more else max(past.next_seq, past.totals.next_seq),
        max([0, *boots, *marks]) + 1,
        [*again, *live, *more],
        tuple(made),
        marks,
    )
