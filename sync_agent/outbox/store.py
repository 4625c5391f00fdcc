"""The outbox itself: drafts, the chain of finished records, and their release by a receipt. Plain SQL, one lock.

Every change is one BEGIN IMMEDIATE transaction and durable when its method returns. Knows no network and no clock.
"""

import hashlib
import logging
from collections.abc import Mapping
from pathlib import Path

import apsw

from survey.errors import SurveyError
from survey.record import Sealed, Submission, read_draft, seal, write_draft
from survey.wire import Receipt
from sync_agent.outbox.errors import StorageFailed, translated
from sync_agent.outbox.guard import JOURNAL, Journal
from sync_agent.outbox.guarded import GuardedFile
from sync_agent.outbox.health import Health, measure
from sync_agent.outbox.integrity import is_whole
from sync_agent.outbox.opening import open_file
from sync_agent.outbox.quarantine import quarantine
from sync_agent.outbox.rows import count, is_new, settle

FILE_NAME = "outbox.db"
TAKEN_OVER = ".adopted"  # a folder beside the file: another outbox is about to take its place (sync_agent.rescuing)
PROBE_BYTES = 16 * 1024  # more than an answer needs, so that a probe that passes is no false hope
_log = logging.getLogger(__name__)


def open_outbox(path: Path, base: str, journal: Journal) -> "Outbox":
    """`Outbox.open` with the journal as a parameter: for the power-cut laboratory and the benchmark only."""
    if (path.parent / TAKEN_OVER).exists():
        raise StorageFailed("an old card's data is being taken over", "taken_over", "The agent ends it at its start.")
    connection, vfs, damaged = open_file(path, base, journal)
    outbox = Outbox(path, connection, vfs, journal)
    try:
        outbox.set_aside(damaged)
        outbox.checkpoint()
    except BaseException:
        outbox.close()
        raise
    return outbox


class Outbox(GuardedFile):
    """One kiosk's answers. Two processes may hold the same file; within one, threads take turns."""

    @classmethod
    def open(cls, path: Path, *, vfs: str | None = None) -> "Outbox":
        """Open or make the outbox at `path`; `vfs` names an apsw file layer to stand on (tests).

        Raises: UnsafeStorage, DamagedStorage, StorageFailed.
        """
        return open_outbox(path, vfs or "", JOURNAL)

    def save_draft(self, submission: Submission) -> None:
        """Keep an unfinished answer, in place of what was kept under its id. Durable on return.

        Raises: StorageFailed, DamagedStorage; BadRecord or NotCanonical for what no record can hold.
        """
        raw = write_draft(submission)
        with self._change("save_draft") as change:
            change("INSERT OR REPLACE INTO draft VALUES (?, ?, ?)", (submission.id, raw, _sha256(raw)))

    def drafts(self) -> list[Submission]:
        """Unfinished answers in the order of their ids. One that cannot be read goes to quarantine."""
        with self._turn, translated("drafts"):
            rows = self._connection.execute("SELECT id, raw, digest FROM draft ORDER BY id").fetchall()
        good: list[Submission] = []
        for name, raw, digest in rows:
            try:
                if not isinstance(raw, bytes) or _sha256(raw) != digest:
                    raise ValueError("damaged")
                good.append(read_draft(raw))
            except SurveyError:
                self._set_draft_aside(str(name), "unreadable")
            except ValueError:
                self._set_draft_aside(str(name), "damaged")
        return good

    def finish(self, submission: Submission, source: str = "", tally: str = "") -> Sealed | None:
        """Seal the answer as the next record of the chain and drop its draft, in one transaction. Durable on return.

        `source` names what it came from (a press of a terminal); None if an answer from that source is already held.
        `tally` names what counts it, in the same transaction (see `tallies`).
        Raises: StorageFailed, DamagedStorage; BadRecord for an answer that no record can hold.
        """
        with self._change("finish") as change:
            change("DELETE FROM draft WHERE id = ?", (submission.id,))
            if source and not is_new(change, source):
                return None
            seq, prev = change("SELECT seq, digest FROM head").get
            sealed = seal(submission, seq + 1, prev.hex())
            digest = bytes.fromhex(sealed.digest)
            change("INSERT INTO record VALUES (?, ?, ?)", (sealed.seq, sealed.raw, digest))
            change("UPDATE head SET seq = ?, digest = ?, pending = pending + 1", (sealed.seq, digest))
            if tally:
                count(change, tally)
        return sealed

    def pass_over(self, source: str, *tallies: str) -> bool:
        """Note that a press was told apart: it is no answer, and is counted all the same. Durable on return.

        False if it was held or told apart before. Raises: StorageFailed, DamagedStorage.
        """
        with self._change("pass_over") as change:
            if not is_new(change, source):
                return False
            for tally in filter(None, tallies):
                count(change, tally)
        return True

    def holds(self, source: str) -> bool:
        """Whether an answer from that source was finished here, of the last thousands. Raises: StorageFailed."""
        with self._turn, translated("holds"):
            return self._connection.execute("SELECT 1 FROM seen WHERE source = ?", (source,)).get is not None

    def tallies(self) -> dict[str, int]:
        """How many answers were ever finished under each tally, delivered ones included. Raises: StorageFailed."""
        with self._turn, translated("tallies"):
            return dict(self._connection.execute("SELECT name, count FROM tally"))

    def settle(self, counted: Mapping[str, int], notes: Mapping[str, str]) -> None:
        """Take `counted` off the tallies and keep `notes`, in one transaction: what was counted meanwhile stays.

        Durable on return. Raises: StorageFailed.
        """
        with self._change("settle") as change:
            settle(change, counted, notes)

    def put_note(self, name: str, value: str) -> None:
        """Keep `value` under `name`, in place of what was there. Durable on return. Raises: StorageFailed."""
        with self._change("put_note") as change:
            change("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))

    def drop_note(self, name: str) -> None:
        """Forget the note, if there is one. Durable on return. Raises: StorageFailed."""
        with self._change("drop_note") as change:
            change("DELETE FROM note WHERE name = ?", (name,))

    def notes(self) -> dict[str, str]:
        """Every note. Raises: StorageFailed."""
        with self._turn, translated("notes"):
            return dict(self._connection.execute("SELECT name, value FROM note"))

    def pending(self, limit: int = 500, most_bytes: int = 1_000_000, after: int = 0) -> list[Sealed]:
        """The oldest records above number `after`, in order, at most `most_bytes` of lines. A damaged one is set aside.

        Raises: DamagedStorage, StorageFailed.
        """
        found: list[Sealed] = []
        damaged: list[int] = []
        room = most_bytes
        with self._turn, translated("pending"):
            rows = self._connection.execute(
                "SELECT seq, raw, digest FROM record WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit)
            )
            for seq, raw, digest in list(rows):
                if not is_whole(seq, raw, digest):
                    damaged.append(seq)
                    continue
                room -= len(raw) + 1
                if room < 0 and found:
                    break
                found.append(Sealed(seq, raw, digest.hex()))
        self.set_aside(damaged)
        return found if found or not damaged else self.pending(limit, most_bytes, after)

    def release(self, receipt: Receipt) -> None:
        """Drop the records that `receipt` (already verified) says are stored; its refusals go to quarantine.

        Nothing happens if the receipt's batch is not the one held here, or was released before.
        Raises: StorageFailed, DamagedStorage.
        """
        batch = receipt.batch
        with self._change("release") as change:
            held = change(
                "SELECT (SELECT count(*) FROM record WHERE seq BETWEEN ?1 AND ?2),"
                " coalesce((SELECT digest FROM record WHERE seq = ?2),"
                " (SELECT digest FROM quarantine WHERE seq = ?2))",
                (batch.first, batch.last),
            ).get
            if not 0 < held[0] <= batch.count or held[1] != bytes.fromhex(batch.head):
                _log.info("outbox.receipt_unused", extra={"fields": {"first": batch.first, "last": batch.last}})
                return
            for refusal in receipt.refusals:
                quarantine(change, refusal.seq, refusal.verdict, refusal.code)
            change("DELETE FROM record WHERE seq BETWEEN ? AND ?", (batch.first, batch.last))
            change("UPDATE head SET pending = pending - ?", (held[0],))
            change(
                "INSERT INTO receipt(first, last, count, head, accepted, duplicate, refused) VALUES (?,?,?,?,?,?,?)",
                (batch.first, batch.last, batch.count, held[1], receipt.accepted, receipt.duplicate,
                 len(receipt.refusals)),
            )  # fmt: skip

    def health(self) -> Health:
        """Figures for status and heartbeat. Raises: StorageFailed, DamagedStorage."""
        with self._turn, translated("health"):
            return measure(self._connection, self._path)

    def probe(self) -> None:
        """Write something larger than an answer, durably. Raises: StorageFailed while nothing can be recorded."""
        with self._change("probe") as change:
            change("INSERT OR REPLACE INTO probe VALUES (1, randomblob(?))", (PROBE_BYTES,))
            change("DELETE FROM probe")

    def snapshot(self, path: Path) -> None:
        """Copy the outbox into a new plain SQLite file that any tool can read (`sqlite-utils tables PATH`).

        Raises: StorageFailed, also if `path` exists.
        """
        if path.exists():
            raise StorageFailed(f"{path} exists", "exists", "Name a file that does not exist yet.")
        with self._turn, translated("snapshot"):
            copy = apsw.Connection(str(path))
            try:
                with copy.backup("main", self._connection, "main") as backup:
                    backup.step()
                copy.pragma("journal_mode", "delete")
            finally:
                copy.close()

    def __enter__(self) -> "Outbox":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def set_aside(self, numbers: list[int]) -> None:
        """Move damaged records to quarantine: never delivered, never dropped."""
        if not numbers:
            return
        _log.error("outbox.records_damaged", extra={"fields": {"seqs": numbers[:100], "count": len(numbers)}})
        with self._change("set_aside") as change:
            for seq in numbers:
                moved = quarantine(change, seq, "damaged", "damaged")
                change("DELETE FROM record WHERE seq = ?", (seq,))
                change("UPDATE head SET pending = pending - ?", (moved,))

    def _set_draft_aside(self, name: str, code: str) -> None:
        _log.error("outbox.draft_damaged", extra={"fields": {"code": code}})
        with self._change("set_aside") as change:
            change(
                "INSERT INTO quarantine(seq, raw, digest, verdict, code)"
                " SELECT NULL, CAST(raw AS BLOB), CAST(digest AS BLOB), 'damaged', ? FROM draft WHERE id = ?",
                (code, name),
            )
            change("DELETE FROM draft WHERE id = ?", (name,))


def _sha256(raw: bytes) -> bytes:
    return hashlib.sha256(raw).digest()
