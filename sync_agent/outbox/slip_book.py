"""The counter's slips: what was issued, how far each came, what the centre has been told, and the sealed way back.

Sole owner of `slips.db`, a file beside the outbox: the counter station writes it, the kiosk asks it for the facts of a
slip, the agent tells the centre. It never holds a code or a dossier in clear, nor an answer. A book that is damaged or
missing stops no survey.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from survey.slip_notes import SlipNote
from sync_agent.outbox.errors import StorageFailed, translated
from sync_agent.outbox.guard import Journal
from sync_agent.outbox.guarded import GuardedFile
from sync_agent.outbox.opening import open_guarded
from sync_agent.outbox.slip_rows import (
    COLUMNS,
    MAY_FOLLOW,
    NewSlip,
    PrintState,
    Slip,
    SlipCounts,
    prepare,
    row_of,
    slip_of,
)

FILE_NAME = "slips.db"
SMALL_JOURNAL = Journal(log_bytes=256 << 10, checkpoint_pages=128)  # a slip takes a few pages, and a day has hundreds


class SlipBook(GuardedFile):
    """One counter's slips. Every change is durable on return.

    Each method may raise StorageFailed or DamagedStorage.
    """

    @classmethod
    def open(cls, path: Path, *, vfs: str = "") -> "SlipBook":
        """Open or make the book at `path`. Raises: UnsafeStorage, DamagedStorage, StorageFailed."""
        connection, layer, _ = open_guarded(path, vfs, SMALL_JOURNAL, prepare)
        return cls(path, connection, layer, SMALL_JOURNAL)

    @classmethod
    def open_if_there(cls, path: Path) -> "SlipBook | None":
        """The book at `path`; None at a counter that prints no slips. Raises: as `open`."""
        return cls.open(path) if path.exists() else None

    def __enter__(self) -> "SlipBook":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    # the counter station: one slip

    def issue(self, new: NewSlip) -> Slip | None:
        """Enter a new slip, ISSUED, with its link; the one already entered for the same request, if there is one.

        None if its code was used before: make another. Raises: NotCanonical for facts that cannot be written.
        """
        with self._change("issue") as change:
            if not change("SELECT 1 FROM slip WHERE request = ?", (new.request,)).get:
                if change("SELECT 1 FROM slip WHERE token = ?", (new.token,)).get:
                    return None
                change(
                    "INSERT INTO slip(token, request, number, day, last_day, facts, dossier, agency, late, notice,"
                    " apology, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'issued')",
                    row_of(new),
                )
                change("INSERT INTO link VALUES (?, ?, ?)", (new.token, new.day.isoformat(), new.sealed))
        return self.by_request(new.request)

    def set_state(self, token: str, state: PrintState, reason: str = "") -> bool:
        """Whether the slip's state could become `state` (MAY_FOLLOW) and did; `reason`: code of why it is void."""
        before = ", ".join(f"'{each}'" for each in MAY_FOLLOW[state])
        with self._change("set_state") as change:
            rows = change(
                f"UPDATE slip SET state = ?, reason = ? WHERE token = ? AND state IN ({before}) RETURNING 1",  # noqa: S608  our own words
                (str(state), reason, token),
            ).fetchall()
        return bool(rows)

    def count_reprint(self, token: str, before: int) -> bool:
        """Count one more print of a slip that had `before`; False if it was counted already."""
        with self._change("count_reprint") as change:
            rows = change(
                "UPDATE slip SET reprints = reprints + 1 WHERE token = ? AND reprints = ? RETURNING 1", (token, before)
            ).fetchall()
        return bool(rows)

    def by_request(self, request: str) -> Slip | None:
        return next(iter(self._slips("WHERE request = ?", request)), None)

    def slip(self, n: int) -> Slip | None:
        """The slip at place `n` of the book."""
        return next(iter(self._slips("WHERE n = ?", n)), None)

    # the counter station: its pages

    def recent(self, day: date, limit: int) -> list[Slip]:
        """Slips of that day, newest first."""
        return self._slips("WHERE day = ? ORDER BY n DESC LIMIT ?", day.isoformat(), limit)

    def days(self) -> tuple[date, date] | None:
        """The first and the last day of which slips are held; None for no slips."""
        with self._turn, translated("days"):
            first, last = self._connection.execute("SELECT min(day), max(day) FROM slip").fetchall()[0]
        return None if first is None else (date.fromisoformat(str(first)), date.fromisoformat(str(last)))

    def unsettled(self) -> list[Slip]:
        """Slips of any day that are ISSUED or UNSURE, oldest first: somebody must look."""
        return self._slips("WHERE state IN ('issued', 'unsure') ORDER BY n")

    def late(self) -> list[Slip]:
        """Slips that are on paper, or may be, whose result came late, oldest first."""
        return self._slips("WHERE late = 1 AND state IN ('printed', 'unsure') ORDER BY n")

    def counts(self, day: date) -> SlipCounts:
        with self._turn, translated("counts"):
            rows: list[tuple[Any, ...]] = self._connection.execute(
                "SELECT state, count(*), sum(reprints) FROM slip WHERE day = ? GROUP BY state", (day.isoformat(),)
            ).fetchall()
        of = {str(state): int(count) for state, count, _ in rows}
        printed, void, issued, unsure = (of.get(str(state), 0) for state in _COUNTED)
        return SlipCounts(printed, void, issued, unsure, sum(int(reprints) for _, _, reprints in rows))

    # the kiosk and the agent

    def note(self, token: str) -> SlipNote | None:
        """What the counter said of the slip; None if it is not of this counter. Whoever shows its code has it on
        paper, whatever the printer said."""
        found = self._slips("WHERE token = ?", token)
        return found[0].note if found else None

    def untold(self, limit: int) -> list[SlipNote]:
        """What the centre has still to be told, oldest first: slips printed or void, never those still unsettled."""
        wanted = "WHERE told <> state AND state IN ('printed', 'void') ORDER BY n LIMIT ?"
        return [slip.note for slip in self._slips(wanted, limit)]

    def told(self, notes: Iterable[SlipNote]) -> None:
        """The centre has signed for these notes. One that has changed since stays untold."""
        with self._change("told") as change:
            for note in notes:
                change("UPDATE slip SET told = ?1 WHERE token = ?2 AND state = ?1", (str(note.state), note.token))

    # links, and the end of them

    def link(self, token: str) -> bytes | None:
        """The sealed link of a slip; None when its time is over."""
        with self._turn, translated("link"):
            found: bytes | None = self._connection.execute("SELECT sealed FROM link WHERE token = ?", (token,)).get
            return found

    def link_days(self) -> list[date]:
        """The days of which links are kept, oldest first."""
        with self._turn, translated("link_days"):
            rows = self._connection.execute("SELECT DISTINCT day FROM link ORDER BY day").fetchall()
        return [date.fromisoformat(str(day)) for (day,) in rows]

    def links_of(self, day: date) -> list[bytes]:
        """The sealed links of slips of that day, by token."""
        with self._turn, translated("links_of"):
            rows = self._connection.execute("SELECT sealed FROM link WHERE day = ? ORDER BY token", (day.isoformat(),))
            return [sealed for (sealed,) in rows]

    def drop_links(self, day: date) -> None:
        """Delete the links of slips of that day. Without a link nothing can be printed any more, so what was never
        printed is void, and what may have been is taken for printed."""
        with self._change("drop_links") as change:
            change("DELETE FROM link WHERE day = ?", (day.isoformat(),))
            change("UPDATE slip SET state = 'void' WHERE day = ? AND state = 'issued'", (day.isoformat(),))
            change("UPDATE slip SET state = 'printed' WHERE day = ? AND state = 'unsure'", (day.isoformat(),))
        self.checkpoint()

    def forget(self, before: date) -> int:
        """Delete slips that were good until before that day, have no link and are told; how many."""
        with self._change("forget") as change:
            rows = change(
                "DELETE FROM slip WHERE last_day < ? AND told = state AND token NOT IN (SELECT token FROM link)"
                " RETURNING 1",
                (before.isoformat(),),
            ).fetchall()
        return len(rows)

    # small facts that must outlive a power cut

    def notes(self) -> dict[str, str]:
        with self._turn, translated("notes"):
            return dict(self._connection.execute("SELECT name, value FROM note"))

    def put_note(self, name: str, value: str) -> None:
        with self._change("put_note") as change:
            change("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))

    def drop_note(self, name: str) -> None:
        with self._change("drop_note") as change:
            change("DELETE FROM note WHERE name = ?", (name,))

    def _slips(self, where: str, *values: object) -> list[Slip]:
        with self._turn, translated("slips"):
            rows = self._connection.execute(f"SELECT {COLUMNS} FROM slip {where}", values).fetchall()  # noqa: S608  ours
        return [slip for slip in map(slip_of, rows) if slip is not None]


_COUNTED = (PrintState.PRINTED, PrintState.VOID, PrintState.ISSUED, PrintState.UNSURE)


def set_book_aside(path: Path, name: str) -> None:
    """Put a damaged book and its log out of the way under `name`, whole, for whoever looks into it; the next opening
    makes a new one. No process may have it open. Raises: StorageFailed."""
    with translated("set_book_aside"):
        for part in sorted(path.parent.glob(f"{path.name}*")):
            aside = path.parent / (name + part.name.removeprefix(path.name))
            if aside.exists():
                raise StorageFailed(f"{aside} exists", "exists", "Name a file that does not exist yet.")
            part.rename(aside)
