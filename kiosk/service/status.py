"""How the kiosk is, for people at the counter: nothing of any answer, and no count finer than a quarter of an hour.

Who stands beside the screen sees who answers; a figure that moved with each answer would tell whether this citizen did
(law 6). So counts are taken at the full quarter-hour and kept on the disk. Neither a start nor a clock that is set
takes one: whoever pulls the plug would choose its instant.
"""

import json
import logging
import textwrap
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from kiosk.answer import Store
from kiosk.card import OUTCOME_FILE, Faults, read_faults
from kiosk.clock import Moment, Now
from kiosk.service.machine import Machine
from kiosk.standing import Standing
from kiosk.texts import Words, filled
from survey.errors import BadMessage
from survey.form import text_in
from survey.identifier import quarter_of, read_quarter, write_quarter
from survey.panel_state import CONDITION, Condition, Trouble, notes_of, read_conditions
from survey.record import Clock
from sync_agent.outbox import OutboxError

log = logging.getLogger(__name__)
NOTE = "service/counted"
COUNTS_S = 900.0
LATEST_S = 60.0  # after the full quarter-hour; a count that comes later is left out
JUMP_S = 2.0  # wall time that moves so much against monotonic time was set
CONTACT_FILE = "contact.json"  # the agent writes it
LITTLE_BYTES = 64 * 1024 * 1024
LONGEST_VALUE = 90  # letters of a line of the table
HOT_C = 80  # the Pi slows itself down from here on


@dataclass(frozen=True, slots=True)
class Counted:
    """As of the full quarter-hour `at`. `waiting`: answers not delivered; `oldest`: quarter-hour of the first."""

    at: str
    waiting: int
    oldest: str
    free_bytes: int


@dataclass(frozen=True, slots=True)
class Status:
    """`heard`: the quarter-hour in which the office was last heard, "" for never. `readable`: the disk was. `card`: why
    the technician's last file was not used."""

    standing: Standing | None
    version: str
    counted: Counted | None
    heard: str
    clock: Clock
    panels: tuple[Condition, ...]
    machine: Machine
    readable: bool = True
    card: Faults | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """`well` is False where somebody must look."""

    label: str
    text: str
    well: bool = True


@dataclass
class Looker:
    """Everything that a look needs, handed in. `machine`: reads the device's own sensors."""

    store: Store
    directory: Path
    standing: Callable[[], Standing | None]
    now: Now
    machine: Callable[[], Machine]
    version: str
    _counted: Counted | None = None
    _readable: bool = True
    _before: Moment | None = None  # the tick before
    _since_s: float = 0.0  # from here on the wall clock ran on without being set

    def load(self) -> None:
        """Take up the last count, of an earlier start. Raises: OutboxError."""
        self._counted = read_counted(self.store.notes().get(NOTE, ""))

    def tick(self) -> None:
        """Count at the full quarter-hour."""
        now, before = self.now(), self._before
        self._before = now
        if before is None or _was_set(before, now):
            self._since_s = now.at_s
        elif quarter_of(now.wall) != quarter_of(before.wall) and self._is_fixed(now):
            self._count(now)

    def deadline_s(self) -> float:
        """The monotonic instant of the next full quarter-hour."""
        now = self.now()
        return now.at_s + COUNTS_S - _into_quarter_s(now)

    def _is_fixed(self, now: Moment) -> bool:
        """Whether nobody chose this instant. Where no time service sets the clock, it begins anew with each start: then
        no count is taken before a quarter of an hour has gone by since."""
        fixed = now.clock is Clock.SYNCHRONISED or now.at_s - self._since_s >= COUNTS_S
        return fixed and _into_quarter_s(now) <= LATEST_S

    def _count(self, now: Moment) -> None:
        """A disk that cannot be read leaves the figures empty."""
        self._counted, self._readable = None, False
        try:
            health = self.store.health()
            self._counted = Counted(write_quarter(now.wall), health.pending, health.oldest_quarter, health.free_bytes)
            self._readable = True
            self.store.put_note(NOTE, json.dumps(asdict(self._counted)))
        except OutboxError as error:
            log.warning("service.note_failed", extra={"fields": {"code": error.code}})

    def look(self) -> Status:
        """As it is now, but for the counts."""
        now = self.now()
        heard = heard_in(self.directory / CONTACT_FILE, now.wall)
        return Status(
            self.standing(),
            self.version,
            self._counted,
            heard,
            now.clock,
            _panels(self.store),
            self.machine(),
            self._readable,
            read_faults(self.directory / OUTCOME_FILE),
        )


def read_counted(text: str) -> Counted | None:
    """The count in a note; None for a note that is missing or damaged."""
    try:
        value = json.loads(text)
        found = Counted(str(value["at"]), int(value["waiting"]), str(value["oldest"]), int(value["free_bytes"]))
        read_quarter(found.at)
    except (ValueError, TypeError, KeyError, OverflowError):
        return None
    return found


def _was_set(before: Moment, now: Moment) -> bool:
    """Whether somebody, or a time service, set the wall clock between the two."""
    return abs((now.wall - before.wall).total_seconds() - (now.at_s - before.at_s)) > JUMP_S


def _into_quarter_s(now: Moment) -> float:
    return (now.wall - quarter_of(now.wall)).total_seconds()


def heard_in(path: Path, wall: datetime) -> str:
    """The quarter-hour, in the offset of `wall`, of the office's last word in the agent's file; "" if there is none."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        times = [value[name] for name in ("last_receipt_s", "last_heard_s") if value.get(name) is not None]
        newest = datetime.fromtimestamp(max(times), tz=UTC) if times else None
    except (OSError, ValueError, TypeError, AttributeError, OverflowError):
        return ""
    return "" if newest is None else write_quarter(newest.astimezone(wall.tzinfo))


def rows(status: Status, words: Words, language: str) -> tuple[Row, ...]:
    """The lines that are shown, the same for every role."""
    machine = (*_machine(status, words), *_card(status, words))
    return (*_place(status, words, language), *_counts(status, words), *machine, *_boxes(status, words))


def _place(status: Status, words: Words, language: str) -> tuple[Row, ...]:
    if status.standing is None:
        return (Row(words["status_point"], words["status_no_point"], False),)
    given, form = status.standing.assignment, status.standing.form
    return (
        Row(words["status_point"], text_in(given.point_name, language)),
        Row(words["status_kiosk"], given.kiosk),
        Row(words["status_form"], f"{form.id} · {form.version}"),
    )


def _counts(status: Status, words: Words) -> tuple[Row, ...]:
    heard = Row(words["status_heard"], _time(status.heard) or words["status_never"], bool(status.heard))
    counted = status.counted
    if not status.readable:
        return heard, Row(words["status_disk"], words["status_unreadable"], False)
    if counted is None:  # a new kiosk, before its first full quarter-hour
        return heard, Row(words["status_waiting"], "–")
    waiting = words["status_waiting_at"].replace("{count}", str(counted.waiting)).replace("{time}", _time(counted.at))
    oldest = (Row(words["status_oldest"], _time(counted.oldest)),) if counted.oldest else ()
    room = f"{counted.free_bytes // 1_000_000} MB"
    disk = Row(words["status_disk"], room, counted.free_bytes >= LITTLE_BYTES)
    return heard, Row(words["status_waiting"], waiting), *oldest, disk


def _machine(status: Status, words: Words) -> tuple[Row, ...]:
    sure, machine = status.clock is Clock.SYNCHRONISED, status.machine
    found = [Row(words["status_clock"], words["status_sure" if sure else "status_unsure"], sure)]
    if machine.temperature_c is not None:
        degrees = f"{machine.temperature_c} °C"
        found.append(Row(words["status_temperature"], degrees, machine.temperature_c < HOT_C))
    if machine.supply_low is not None:
        low = machine.supply_low
        found.append(Row(words["status_supply"], words["status_supply_low" if low else "status_well"], not low))
    return (*found, Row(words["status_version"], status.version))


def _card(status: Status, words: Words) -> tuple[Row, ...]:
    if status.card is None:
        return ()
    first = textwrap.shorten(status.card.shown[0], LONGEST_VALUE, placeholder=" …")
    others = status.card.beyond(1)
    more = " " + filled(words["card_more"], count=str(others)) if others else ""
    return (Row(words["status_card"], first + more, False),)


def _boxes(status: Status, words: Words) -> tuple[Row, ...]:
    label = words["status_panel"]
    return tuple(
        Row(
            label.replace("{name}", each.panel),
            words[f"trouble_{each.trouble or 'none'}"],
            each.trouble is Trouble.NONE,
        )
        for each in status.panels
    )


def _panels(store: Store) -> tuple[Condition, ...]:
    try:
        return read_conditions(notes_of(store.notes(), CONDITION))
    except (OutboxError, BadMessage):
        return ()


def _time(quarter: str) -> str:
    """A quarter-hour as it is read in Viet Nam; what is none stays as it is."""
    try:
        return read_quarter(quarter).strftime("%H:%M %d/%m/%Y")
    except ValueError:
        return quarter
