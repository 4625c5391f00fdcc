"""The slip book's tables and the values in them. Owns their shape and which state may follow which; opens nothing."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, cast

import apsw

from survey.canonical import Value, decode, encode
from survey.errors import SurveyError
from survey.form import AnswerValue
from survey.slip_notes import SlipNote, SlipState, read_note
from sync_agent.outbox import integrity
from sync_agent.outbox.opening import one_state
from sync_agent.outbox.schema import migrate

_log = logging.getLogger(__name__)
APPLICATION_ID = 0x48615350  # "HaSP"

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        # `request` names the officer's wish, so that a wish that comes twice makes one slip. `told`: the state that the
        # centre has signed for, "" none. No instant: only the day (law 6).
        """CREATE TABLE slip(
             n INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE, request TEXT NOT NULL UNIQUE, number INTEGER NOT NULL,
             day TEXT NOT NULL, last_day TEXT NOT NULL, facts BLOB NOT NULL, dossier INTEGER NOT NULL,
             agency TEXT NOT NULL, late INTEGER, notice INTEGER, apology INTEGER, state TEXT NOT NULL,
             reprints INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '',
             told TEXT NOT NULL DEFAULT '') STRICT""",
        "CREATE INDEX slip_untold ON slip(n) WHERE told <> state AND state IN ('printed', 'void')",
        "CREATE INDEX slip_day ON slip(day)",
        # What leads from a slip to its code and dossier, sealed by the counter station under a key of its day.
        "CREATE TABLE link(token TEXT PRIMARY KEY, day TEXT NOT NULL, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE TABLE note(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
        f"PRAGMA application_id = {APPLICATION_ID}",
    ),
)
COLUMNS = (
    "n, token, request, number, day, last_day, facts, dossier, agency, late, notice, apology, state, reprints, reason"
)


class PrintState(StrEnum):
    """How far a slip came. VOID is final; a slip that is PRINTED stays so whatever becomes of a second print of it."""

    ISSUED = "issued"  # its code exists, no dot of it is on paper
    UNSURE = "unsure"  # on its way to the printer, or nobody knows whether it is on paper
    PRINTED = "printed"
    VOID = "void"


MAY_FOLLOW: Mapping[PrintState, tuple[PrintState, ...]] = {
    PrintState.ISSUED: (PrintState.UNSURE,),
    PrintState.UNSURE: (PrintState.ISSUED,),
    PrintState.PRINTED: (PrintState.UNSURE,),
    PrintState.VOID: (PrintState.ISSUED, PrintState.UNSURE, PrintState.PRINTED),
}


@dataclass(frozen=True, slots=True)
class NewSlip:
    """A slip about to be issued. `sealed`: its link, as the counter station sealed it; the rest as in SlipNote."""

    request: str
    token: str
    number: int
    day: date
    last_day: date
    sealed: bytes
    facts: Mapping[str, AnswerValue] = field(default_factory=dict)
    dossier: bool = False
    agency: str = ""
    late: bool | None = None
    notice: bool | None = None
    apology: bool | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip as the book has it. `n`: its place in the book. `reason`: code of why it is void."""

    n: int
    request: str
    note: SlipNote
    last_day: date
    state: PrintState
    reprints: int
    reason: str

    @property
    def token(self) -> str:
        return self.note.token


@dataclass(frozen=True, slots=True)
class SlipCounts:
    """Slips of one day. `reprints`: further prints of slips of that day."""

    printed: int
    void: int
    issued: int
    unsure: int
    reprints: int


def prepare(connection: apsw.Connection) -> None:
    """Tables, and SQLite's own look at the pages. Raises: DamagedStorage, UnsafeStorage."""
    connection.pragma("secure_delete", 1)  # what is deleted leaves no bytes in the pages
    migrate(connection, MIGRATIONS, APPLICATION_ID)
    with one_state(connection):
        integrity.check_file(connection)


def row_of(new: NewSlip) -> tuple[Any, ...]:
    """The values of COLUMNS from `token` to `apology`. Raises: NotCanonical."""
    facts = encode(cast("dict[str, Value]", dict(new.facts)))
    known = tuple(None if told is None else int(told) for told in (new.late, new.notice, new.apology))
    days = (new.day.isoformat(), new.last_day.isoformat())
    return new.token, new.request, new.number, *days, facts, int(new.dossier), new.agency, *known


def slip_of(row: tuple[Any, ...]) -> Slip | None:
    """The slip in a row of COLUMNS; None, and a line in the log, for one that was never written so."""
    n, token, request, number, day, last_day, facts, dossier, agency, late, notice, apology, state, reprints, reason = (
        row
    )
    value = {
        **{"token": token, "number": number, "day": day, "dossier": dossier, "agency": agency},
        **{name: "" if told is None else told for name, told in zip(_KNOWN, (late, notice, apology), strict=True)},
        "state": str(SlipState.VOID if state == PrintState.VOID else SlipState.PRINTED),
    }
    try:
        note = read_note(value | {"facts": decode(facts)})
        return Slip(n, request, note, date.fromisoformat(last_day), PrintState(state), reprints, reason)
    except (SurveyError, ValueError, TypeError):
        _log.error("slips.row_damaged", extra={"fields": {"n": n}})
        return None


_KNOWN = ("late", "notice", "apology")
