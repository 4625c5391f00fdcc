"""Every EEPROM that a power cut can leave behind, with what the program must say when it starts on it.

One operation of PROTOCOL.md §9 is stopped at a random cell, and that cell holds any mixture: the recycling of a slot,
the writing of a record, its mark, its acknowledgement, the totals, the two identities, the time marks.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from firmware_bridge.frames import Mark
from tests.terminal import image as layout
from tests.terminal.image import LIVE, SLOTS, Count, Record
from tests.terminal.torn_past import Expected, Past, expected_of, random_past, random_what, time_mark_at, totals_at


class Kind(StrEnum):
    INTACT = "intact"
    RECYCLE = "recycle"
    RECORD = "record"
    MARK = "mark"
    ACKNOWLEDGEMENT = "acknowledgement"
    TOTALS = "totals"
    IDENTITY = "identity"
    FIRST_IDENTITY = "first identity"
    TIME_MARK = "time mark"


@dataclass(slots=True)
class Torn:
    kind: Kind
    step: int
    image: bytes
    expected: Expected


def torn(dice: random.Random, first_erased: int = layout.MARK_OF_RECORD) -> Torn:
    """One image. `first_erased`: the cell of a slot that is erased first; another than the mark: a wrong program."""
    kind = dice.choice(list(Kind))
    past = random_past(dice)
    if kind is Kind.RECYCLE:
        return _recycle(dice, past, first_erased)
    return _MAKERS[kind](dice, past)


# --- what a cut leaves of an operation ---


def erasing(dice: random.Random, old: int) -> int:
    return old | dice.randrange(256)


def writing(dice: random.Random, old: int, new: int) -> int:
    return old & (new | dice.randrange(256))


def replacing(dice: random.Random, old: int, new: int) -> int:
    """Erased and written in one operation, which may stop in either half."""
    return erasing(dice, old) if dice.random() < 0.5 else writing(dice, 0xFF, new)


def _erase(dice: random.Random, image: bytearray, at: int, order: Sequence[int], stop: int) -> None:
    for offset in order[:stop]:
        image[at + offset] = 0xFF
    image[at + order[stop]] = erasing(dice, image[at + order[stop]])


def _replace(dice: random.Random, image: bytearray, at: int, new: bytes, key: int, stop: int) -> None:
    """Key erased, the others replaced in order, key written: `len(new) + 1` steps, stopped in `stop`."""
    others = [offset for offset in range(len(new)) if offset != key]
    for step, offset in enumerate([key, *others, key][: stop + 1]):
        old, last = image[at + offset], step == len(new)
        if step == stop:
            new_byte = new[offset]
            image[at + offset] = erasing(dice, old) if step == 0 else replacing(dice, old, new_byte)
            if last:
                image[at + offset] = writing(dice, old, new_byte)
        else:
            image[at + offset] = 0xFF if step == 0 else new[offset]


# --- one operation stopped ---


def _intact(dice: random.Random, past: Past) -> Torn:
    return Torn(Kind.INTACT, 0, bytes(past.image), expected_of(past))


def _recycle(dice: random.Random, past: Past, first: int) -> Torn:
    """The record in the head is delivered and in the totals. Its torn mark may say live: then it comes again."""
    if len(past.records) < SLOTS - 1:
        return _intact(dice, past)
    oldest = past.records[0][0]
    old = Record(oldest.seq - 1, max(1, oldest.boot - 1), dice.randrange(1 << 32), *random_what(dice))
    at, step = layout.slot_at(past.head), dice.choice((0, dice.randrange(layout.SLOT_BYTES)))
    past.image[at : at + layout.SLOT_BYTES] = old.bytes(0)
    order = [first, *(offset for offset in range(layout.SLOT_BYTES) if offset != first)]
    _erase(dice, past.image, at, order, step)
    if step == 0 and order[0] == layout.MARK_OF_RECORD and dice.random() < 0.2:
        past.image[at + layout.MARK_OF_RECORD] = LIVE  # one mixture of 256, and the worst
    again = [old] if past.image[at + layout.MARK_OF_RECORD] == LIVE else []
    return Torn(Kind.RECYCLE, step, bytes(past.image), expected_of(past, again=again))


def _next_record(dice: random.Random, past: Past) -> Record:
    return Record(past.next_seq, min(past.boot + 1, 0xFFFF), dice.randrange(1 << 32), *random_what(dice))


def _record(dice: random.Random, past: Past) -> Torn:
    at, step = layout.slot_at(past.head), dice.randrange(layout.MARK_OF_RECORD)
    new = _next_record(dice, past).bytes(LIVE)
    past.image[at : at + step] = new[:step]
    past.image[at + step] = writing(dice, 0xFF, new[step])
    return Torn(Kind.RECORD, step, bytes(past.image), expected_of(past))


def _mark_of_record(dice: random.Random, past: Past) -> Torn:
    at, record = layout.slot_at(past.head), _next_record(dice, past)
    torn_mark = writing(dice, 0xFF, LIVE) if dice.random() < 0.9 else LIVE
    past.image[at : at + layout.SLOT_BYTES] = record.bytes(torn_mark)
    more = [record] if torn_mark == LIVE else []
    return Torn(Kind.MARK, 12, bytes(past.image), expected_of(past, *more))


def _acknowledgement(dice: random.Random, past: Past) -> Torn:
    waiting = [index for index, (_, mark) in enumerate(past.records) if mark == LIVE]
    if not waiting:
        return _intact(dice, past)
    index = dice.choice(waiting)
    torn_mark = writing(dice, LIVE, 0)
    past.records[index] = (past.records[index][0], torn_mark)
    past.image[layout.slot_at(past.slot_of(index)) + layout.MARK_OF_RECORD] = torn_mark
    return Torn(Kind.ACKNOWLEDGEMENT, 0, bytes(past.image), expected_of(past))


def _totals(dice: random.Random, past: Past) -> Torn:
    """The older copy becomes the newer one: the same counts whichever of the two is read."""
    expected = expected_of(past)
    presses = expected.made[:5]
    new = Count(past.next_seq, (presses[0], presses[1], presses[2], presses[3], presses[4]), expected.made[5])
    step = dice.randrange(layout.TOTALS_BYTES + 1)
    if new.next_seq > past.totals.next_seq:
        at = totals_at(1 - past.totals_place)
        _replace(dice, past.image, at, new.bytes(past.epoch), layout.MARK_OF_TOTALS, step)
    return Torn(Kind.TOTALS, step, bytes(past.image), expected)


def _identity(dice: random.Random, past: Past) -> Torn:
    """The same identity written anew with another flag: both copies are of one epoch, in every step one is whole."""
    new = layout.identity_bytes(past.epoch, flags=0, refractory_ms=1500)
    copy, step = dice.randrange(2), dice.randrange(layout.IDENTITY_BYTES + 1)
    if copy:
        past.image[: layout.IDENTITY_BYTES] = new
    _replace(dice, past.image, copy * layout.IDENTITY_BYTES, new, layout.KEY_OF_IDENTITY, step)
    return Torn(Kind.IDENTITY, copy * 100 + step, bytes(past.image), expected_of(past))


def _first_identity(dice: random.Random, past: Past) -> Torn:
    """A blank terminal is given an identity; its totals are there first."""
    none = Count(1, (0,) * 5, 0)
    image = layout.image_of({totals_at(past.totals_place): none.bytes(past.epoch)})
    new = layout.identity_bytes(past.epoch)
    copy, step = dice.randrange(2), dice.randrange(layout.IDENTITY_BYTES + 1)
    if copy:
        image[: layout.IDENTITY_BYTES] = new
    _replace(dice, image, copy * layout.IDENTITY_BYTES, new, layout.KEY_OF_IDENTITY, step)
    whole = bytes(image[: layout.IDENTITY_BYTES]) == new or bytes(image[16 : 16 + layout.IDENTITY_BYTES]) == new
    epoch = past.epoch if whole else 0
    return Torn(Kind.FIRST_IDENTITY, copy * 100 + step, bytes(image), Expected(epoch, 1, 1, [], (0,) * 6, {}))


def _time_mark(dice: random.Random, past: Past) -> Torn:
    """The mark of the present start takes the place of the lowest start's, which is gone from the first step on."""
    place = min(range(layout.TIME_MARKS), key=lambda n: past.marks[n].boot if past.marks[n] else 0)  # type: ignore[union-attr]
    boots = [record.boot for record, _ in past.records] + [mark.boot for mark in past.marks if mark]
    new = Mark(max([0, *boots]) + 1, dice.randrange(1 << 32), dice.randrange(1 << 22))
    written = layout.time_mark_bytes(new.boot, new.t_ms, new.quarter)
    step, at = dice.randrange(layout.TIME_MARK_BYTES + 1), time_mark_at(place)
    before = bytes(past.image[at : at + layout.TIME_MARK_BYTES])
    _replace(dice, past.image, at, written, layout.KEY_OF_TIME_MARK, step)
    now = bytes(past.image[at : at + layout.TIME_MARK_BYTES])
    if now != before:
        past.marks[place] = new if now == written else None
    return Torn(Kind.TIME_MARK, step, bytes(past.image), expected_of(past))


_MAKERS: dict[Kind, Callable[[random.Random, Past], Torn]] = {
    Kind.INTACT: _intact,
    Kind.RECORD: _record,
    Kind.MARK: _mark_of_record,
    Kind.ACKNOWLEDGEMENT: _acknowledgement,
    Kind.TOTALS: _totals,
    Kind.IDENTITY: _identity,
    Kind.FIRST_IDENTITY: _first_identity,
    Kind.TIME_MARK: _time_mark,
}


def many(seed: int, count: int, first_erased: int = layout.MARK_OF_RECORD) -> Iterable[Torn]:
    dice = random.Random(seed)
    return (torn(dice, first_erased) for _ in range(count))
