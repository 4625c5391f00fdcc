"""One guarded SQLite file held open: its turn-taking, its transactions, its log. Knows no table.

Every change is one BEGIN IMMEDIATE transaction and durable when its block ends.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from sync_agent.outbox.errors import translated
from sync_agent.outbox.guard import Journal
from sync_agent.outbox.opening import BUSY_TIMEOUT_MS, one_at_a_time
from sync_agent.outbox.private_file import PrivateVfs
from sync_agent.outbox.quarantine import Change

_log = logging.getLogger(__name__)


class GuardedFile:
    """Two processes may hold the same file; within one, threads take turns."""

    def __init__(self, path: Path, connection: apsw.Connection, vfs: PrivateVfs, journal: Journal) -> None:
        self._path = path
        self._vfs: PrivateVfs | None = vfs
        self._connection = connection
        self._journal = journal
        self._turn = threading.RLock()
        self._log_pages = 0
        connection.set_wal_hook(self._note_log)

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        with self._turn, one_at_a_time(self._path.parent):
            try:
                self._connection.close(True)
            except apsw.Error as error:  # of the last checkpoint only: the log keeps all
                _log.warning("outbox.checkpoint_failed", extra={"fields": {"error": str(error)}})
            if self._vfs is not None:
                self._vfs.unregister()
                self._vfs = None

    def checkpoint(self) -> None:
        """Copy the log into the database. That it cannot now (disk full) loses nothing: the log keeps all."""
        self._log_pages = 0
        try:
            self._connection.wal_checkpoint()
        except apsw.Error as error:
            _log.warning("outbox.checkpoint_failed", extra={"fields": {"error": str(error)}})

    def blank_log(self) -> bool:
        """Copy the log into the database and write zeros over it, so that nothing deleted is left in it.

        False if it could not be done now, since somebody reads or writes: the caller tries again. Nobody is made to
        wait for a reader, who may be slow, while this holds the turn to write.
        """
        with self._turn:
            self.checkpoint()  # most of the work, while others may write
            self._connection.set_busy_timeout(0)
            try:
                self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            except apsw.BusyError:
                return False
            except apsw.Error as error:
                _log.warning("outbox.checkpoint_failed", extra={"fields": {"error": str(error)}})
                return False
            finally:
                self._connection.set_busy_timeout(BUSY_TIMEOUT_MS)
        return True

    @contextmanager
    def _change(self, what: str) -> Iterator[Change]:
        """One immediate transaction: committed at the end of the block, rolled back if it raises."""
        with self._turn, translated(what):
            execute = self._connection.execute
            execute("BEGIN IMMEDIATE")
            try:
                yield execute
                execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    execute("ROLLBACK")
            if self._log_pages >= self._journal.checkpoint_pages:
                self.checkpoint()

    def _note_log(self, _connection: apsw.Connection, _name: str, pages: int) -> int:
        """In place of SQLite's own checkpoint, whose failure apsw would report as that of a commit that is durable."""
        self._log_pages = pages
        return apsw.SQLITE_OK
