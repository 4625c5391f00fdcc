"""The write paths that are swept: the memory each starts from, what starts it, how long it takes, its parts by name."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from firmware_bridge.frames import Mark
from firmware_bridge.simulator.board import CYCLES_PER_US, Event, EventKind, Fram
from tests.terminal import deep_torn
from tests.terminal import image as layout
from tests.terminal.image import ACKNOWLEDGED, LIVE, SLOTS, Count, Record
from tests.terminal.rig import BLANK, Memory

EPOCH = 0x5EED1E57
HEAD = 65  # the ring's next slot: it wraps within a few records
TOP = 200_000  # the newest record's number
QUARTER_MS = 900_000
NOW_QUARTER = 1_988_100
NOW_WALL_MS = NOW_QUARTER * QUARTER_MS + 317_000
FRAM_BYTE_US = 22.5
JOIN_US = 1500


class Start(StrEnum):
    """What the sweep's time is counted from."""

    PRESS = "contact closes"
    PROVISION = "identity is sent"
    TIME_MARK = "the time is sent"


class Doing(StrEnum):
    """What a write path is doing; in the order of its parts."""

    DEBOUNCE = "contact settles"
    OPEN = "slot is opened"
    RECORD = "record"
    COMMIT = "mark: durable"
    LAMP = "lamp"
    ACKNOWLEDGEMENT = "acknowledged"
    TOTALS = "totals"
    RECYCLE = "next slot is erased"
    HEADER = "header"
    TIME_MARK = "time mark"
    IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class Base:
    """`made`: TOTALS of the memory, of the five buttons and of bursts. `wall_ms`: the host's clock, if it has one.

    `delivered`: sources of its records. All are on the host's disk; a torn mark may make one look as if it were not.
    """

    memory: Memory
    made: tuple[int, ...] = (0,) * 6
    marks: tuple[Mark, ...] = ()
    wall_ms: int | None = None
    delivered: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class WritePath:
    """`linked`: whether the host hears from the contact on. `step_us`: of the long sweep."""

    name: str
    fram: Fram
    start: Start
    base: Callable[[], Base]
    span_us: int
    step_us: int = 200
    linked: bool = True


def ring_base(counted_below: int = TOP + 1, marks: Sequence[Mark] = (), wall_ms: int | None = None) -> Base:
    """A ring that has wrapped, every record acknowledged, the next slot erased."""
    records = [Record(seq, 7, seq * 977, seq % 5) for seq in range(TOP - SLOTS + 2, TOP + 1)]
    count = Count(counted_below, (4000, 3000, 2000, 1000, 500), 40)
    parts = {0: layout.identity_bytes(EPOCH), layout.IDENTITY_BYTES: layout.identity_bytes(EPOCH)}
    parts[layout.TOTALS_AT] = count.bytes(EPOCH)
    for number, mark in enumerate(marks):
        at = layout.TIME_MARKS_AT + number * layout.TIME_MARK_BYTES
        parts[at] = layout.time_mark_bytes(mark.boot, mark.t_ms, mark.quarter)
    for behind, record in enumerate(reversed(records), 1):
        parts[layout.slot_at(HEAD - behind)] = record.bytes(ACKNOWLEDGED)
    made = [*count.presses, count.bursts]
    for record in records:
        made[record.what] += record.seq >= counted_below
    memory = Memory(bytes(layout.image_of(parts)), BLANK.fram)
    return Base(memory, tuple(made), tuple(marks), wall_ms, sources(records))


def sources(records: Iterable[Record]) -> frozenset[str]:
    return frozenset(f"{EPOCH:08x}-{one.seq:08x}-{one.boot:04x}-{one.t_ms:08x}" for one in records)


def checkpoint_base() -> Base:
    """The totals are so old that the next slot may not be erased before they are written anew."""
    return ring_base(counted_below=TOP - SLOTS + 2)


def torn_head_base() -> Base:
    """The recycling of the next slot was cut in its first step: the delivered record in it looks live again."""
    base, old = ring_base(), Record(TOP - SLOTS + 1, 7, 12_345, 2)
    eeprom, at = bytearray(base.memory.eeprom), layout.slot_at(HEAD)
    eeprom[at : at + layout.SLOT_BYTES] = old.bytes(LIVE)
    return Base(Memory(bytes(eeprom), BLANK.fram), base.made, delivered=base.delivered | sources([old]))


def time_mark_base() -> Base:
    marks = [Mark(boot, 5000 + boot, NOW_QUARTER - 400 + boot) for boot in (3, 4, 5, 7)]
    return ring_base(marks=marks, wall_ms=NOW_WALL_MS)


def blank_base() -> Base:
    return Base(BLANK)


def deep_base(header_behind: int = 10, numbers_left: int = 200) -> Base:
    """A deep store that has wrapped, every record acknowledged."""
    fram = bytearray(deep_torn.SIZE)
    count = Count(TOP + 1 - header_behind, (4000, 3000, 2000, 1000, 500), 40)
    fram[: deep_torn.HEADER_BYTES] = deep_torn.header_bytes(EPOCH, 77, count)
    made = [*count.presses, count.bursts]
    records = [Record(seq, 7, seq * 977, seq % 5) for seq in range(TOP - deep_torn.SLOTS + 1, TOP + 1)]
    for record in records:
        at = deep_torn.slot_at(record.seq)
        fram[at : at + deep_torn.SLOT_BYTES] = deep_torn.record_bytes(record, deep_torn.ACKNOWLEDGED)
        made[record.what] += record.seq >= count.next_seq
    identity, none = layout.identity_bytes(EPOCH, flags=1), Count(TOP + numbers_left, (0,) * 5, 0)
    parts = {0: identity, layout.IDENTITY_BYTES: identity, layout.TOTALS_AT: none.bytes(EPOCH)}
    return Base(Memory(bytes(layout.image_of(parts)), bytes(fram)), tuple(made))


def deep_header_base() -> Base:
    """The header is 256 records behind: it is written before the next one."""
    return deep_base(header_behind=256)


def deep_numbers_base() -> Base:
    """The numbers spoken for run out: the internal totals speak for more."""
    return deep_base(numbers_left=18)


_PRESS = Start.PRESS
RING = WritePath("ring", Fram.ABSENT, _PRESS, ring_base, 130_000)
TORN_HEAD = WritePath("ring, torn head", Fram.ABSENT, _PRESS, torn_head_base, 70_000)
DEEP = WritePath("deep", Fram.PRESENT, _PRESS, deep_base, 30_000, 50)
PATHS = (
    RING,
    WritePath("ring, unlinked", Fram.ABSENT, _PRESS, ring_base, 130_000, linked=False),
    TORN_HEAD,
    WritePath("ring, totals", Fram.ABSENT, _PRESS, checkpoint_base, 200_000),
    DEEP,
    WritePath("deep, unlinked", Fram.PRESENT, _PRESS, deep_base, 30_000, 50, linked=False),
    WritePath("deep, header", Fram.PRESENT, _PRESS, deep_header_base, 40_000, 50),
    WritePath("deep, numbers", Fram.PRESENT, _PRESS, deep_numbers_base, 130_000, 500),
    WritePath("first identity", Fram.ABSENT, Start.PROVISION, blank_base, 260_000),
    WritePath("first identity, deep", Fram.PRESENT, Start.PROVISION, blank_base, 260_000, 500),
    WritePath("time mark", Fram.ABSENT, Start.TIME_MARK, time_mark_base, 80_000),
)
BY_NAME = {path.name: path for path in PATHS}


# --- its parts ---


@dataclass(frozen=True, slots=True)
class Work:
    """What the program was writing from `from_us` to `to_us`."""

    doing: Doing
    from_us: float
    to_us: float


class Reader:
    """Names the events of an undisturbed path, in their order."""

    def __init__(self, zero_cycle: int) -> None:
        self.work: list[Work] = []
        self._zero = zero_cycle
        self._begun_us = 0.0
        self._marks_written: set[int] = set()
        self._deep_marks: dict[int, int] = {}
        self._slot: int | None = None  # of the record
        self._erased: int | None = None

    def take(self, event: Event) -> None:
        at_us = (event.cycle - self._zero) / CYCLES_PER_US
        if event.kind is EventKind.LAMP and event.detail:
            self._add(Doing.LAMP, at_us, at_us)
        elif event.kind is EventKind.EEPROM and event.what:
            self._begun_us = at_us
        elif event.kind is EventKind.EEPROM:
            self._add(self._in_eeprom(event.detail), self._begun_us, at_us)
        elif event.kind is EventKind.FRAM and event.what == 2:
            self._add(self._in_fram(event.detail), at_us - FRAM_BYTE_US, at_us)

    def _add(self, doing: Doing, from_us: float, to_us: float) -> None:
        last = self.work[-1] if self.work else None
        if last and last.doing is doing and from_us - last.to_us < JOIN_US:
            self.work[-1] = Work(doing, last.from_us, to_us)
        else:
            self.work.append(Work(doing, from_us, to_us))

    def _in_eeprom(self, address: int) -> Doing:
        if address < layout.TIME_MARKS_AT:
            return Doing.IDENTITY
        if address < layout.TOTALS_AT:
            return Doing.TIME_MARK
        if address < layout.RING_AT:
            return Doing.TOTALS
        slot, offset = divmod(address - layout.RING_AT, layout.SLOT_BYTES)
        if self._slot is None and offset == layout.MARK_OF_RECORD:
            self._erased = slot  # a recycling begins at the mark, a record at its number
        if self._slot is None and slot != self._erased:
            self._slot = slot
        if slot != self._slot:
            return Doing.RECYCLE
        if offset != layout.MARK_OF_RECORD:
            return Doing.RECORD
        again = slot in self._marks_written
        self._marks_written.add(slot)
        return Doing.ACKNOWLEDGEMENT if again else Doing.COMMIT

    def _in_fram(self, address: int) -> Doing:
        if address < deep_torn.RECORDS_AT:
            return Doing.HEADER
        slot, offset = divmod(address - deep_torn.RECORDS_AT, deep_torn.SLOT_BYTES)
        if offset != deep_torn.MARK_AT:
            return Doing.RECORD
        times = self._deep_marks[slot] = self._deep_marks.get(slot, 0) + 1
        return {1: Doing.OPEN, 2: Doing.OPEN, 3: Doing.COMMIT}.get(times, Doing.ACKNOWLEDGEMENT)
