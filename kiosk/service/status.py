"""How the kiosk is, for people at the counter: nothing of any answer, and no count finer than a quarter of an hour.

Who stands beside the screen sees who answers; a figure that moved with each answer would tell whether this citizen did
(law 6). So counts are taken every 15 minutes, at fixed times that no one chooses, as they are for the office.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from kiosk.answer import Store
from kiosk.clock import Now
from kiosk.service.machine import Machine
from kiosk.standing import Standing
from kiosk.texts import Words
from survey.errors import BadMessage
from survey.form import text_in
from survey.identifier import read_quarter, write_quarter
from survey.panel_state import CONDITION, Condition, Trouble, notes_of, read_conditions
from survey.record import Clock
from sync_agent.outbox import OutboxError

log = logging.getLogger(__name__)
COUNTS_S = 900.0
CONTACT_FILE = "contact.json"  # the agent writes it
LITTLE_BYTES = 64 * 1024 * 1024
HOT_C = 80  # the Pi slows itself down from here on


@dataclass(frozen=True, slots=True)
class Counted:
    """As of the quarter-hour `at`. `waiting`: answers not delivered; `oldest`: quarter-hour of the first of them."""

    at: str
    waiting: int
    oldest: str
    free_bytes: int


@dataclass(frozen=True, slots=True)
class Status:
    """`heard`: the quarter-hour in which the office was last heard, "" for never. `language`: of the words in it."""

    standing: Standing | None
    version: str
    counted: Counted | None
    heard: str
    clock: Clock
    panels: tuple[Condition, ...]
    machine: Machine


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
    _due_s: float = field(default=float("-inf"))

    def tick(self) -> None:
        """Count, every quarter of an hour from the start on; a disk that cannot be read leaves the figures empty."""
        now = self.now()
        if now.at_s < self._due_s:
            return
        self._due_s = now.at_s + COUNTS_S
        try:
            health = self.store.health()
        except OutboxError as error:
            log.warning("service.note_failed", extra={"fields": {"code": error.code}})
            self._counted = None
            return
        self._counted = Counted(write_quarter(now.wall), health.pending, health.oldest_quarter, health.free_bytes)

    def look(self) -> Status:
        """As it is now, but for the counts."""
        now = self.now()
        heard = heard_in(self.directory / CONTACT_FILE, now.wall)
        return Status(
            self.standing(), self.version, self._counted, heard, now.clock, _panels(self.store), self.machine()
        )


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
    return (*_place(status, words, language), *_counts(status, words), *_machine(status, words), *_boxes(status, words))


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
    if counted is None:
        return heard, Row(words["status_disk"], words["status_unreadable"], False)
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
