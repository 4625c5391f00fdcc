"""Opens a file of ours, and lets nobody have it before machine, mode, pages and chain have been looked at.

The order matters: what could harm the file is refused before the file is touched.
"""

import ctypes
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import apsw

from sync_agent.outbox import guard, integrity
from sync_agent.outbox.errors import DamagedStorage, StorageFailed, UnsafeStorage, translated
from sync_agent.outbox.guard import Journal
from sync_agent.outbox.log_check import check_log
from sync_agent.outbox.private_file import PrivateVfs, log_name
from sync_agent.outbox.schema import migrate

BUSY_TIMEOUT_MS = 5000
MOUNTS = Path("/proc/self/mountinfo")
Found = TypeVar("Found")


def open_file(path: Path, base: str, journal: Journal) -> tuple[apsw.Connection, PrivateVfs, list[int]]:
    """A checked connection to an outbox, its file layer, and the numbers of damaged records that must be set aside.

    Raises: UnsafeStorage, DamagedStorage, StorageFailed.
    """
    return open_guarded(path, base, journal, _prepare_outbox)


def open_guarded(
    path: Path, base: str, journal: Journal, prepare: Callable[[apsw.Connection], Found]
) -> tuple[apsw.Connection, PrivateVfs, Found]:
    """A connection to any file of ours, its file layer, and what `prepare` (tables, then their check) found in it.

    Raises: UnsafeStorage, DamagedStorage, StorageFailed.
    """
    guard.check_library(apsw.sqlite_lib_version())
    guard.check_file_system(path.parent.resolve(), _mounts())
    with translated("open"), one_at_a_time(path.parent):
        _check_not_emptied(path)
        vfs = PrivateVfs(base, journal.log_bytes)
        try:
            connection = apsw.Connection(str(path.resolve()), vfs=vfs.name)
        except BaseException:
            vfs.unregister()
            raise
        try:
            _set_mode(connection, journal)
            if journal.mode == "wal":
                check_log(connection, Path(log_name(str(path))), int(connection.pragma("page_size")))
            return connection, vfs, prepare(connection)
        except BaseException:
            connection.close(True)
            vfs.unregister()
            raise


@contextmanager
def one_at_a_time(directory: Path) -> Iterator[None]:
    """Opening and closing take turns: SQLite says "locked" at once while another process makes or ends the log."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        give_up_s = time.monotonic() + BUSY_TIMEOUT_MS / 1000
        while not _locked(handle):
            if time.monotonic() > give_up_s:
                raise StorageFailed("another process keeps the outbox from being opened", "busy")
            time.sleep(0.01)
        yield
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the kernel drops it with the process
    except BlockingIOError:
        return False
    return True


def _mounts() -> str:
    try:
        return MOUNTS.read_text("utf-8", "surrogateescape")
    except OSError as error:
        raise UnsafeStorage(f"cannot tell the file system: {error}", "unsafe_file_system") from error


def _check_not_emptied(path: Path) -> None:
    """SQLite takes an empty file for a new one and throws its log away; then numbers would start again at 1."""
    log = Path(log_name(str(path)))
    if (not path.exists() or path.stat().st_size == 0) and log.exists():
        with log.open("rb") as file:
            if file.read(4) != bytes(4):  # zeros: grown, then cut off before the first commit
                raise DamagedStorage(f"{path.name} is gone or empty, its log is not")


def _set_mode(connection: apsw.Connection, journal: Journal) -> None:
    connection.set_busy_timeout(BUSY_TIMEOUT_MS)
    if journal.mode == "wal":  # the log stays when the last connection closes: growing it again costs 4 MB
        connection.file_control("main", apsw.SQLITE_FCNTL_PERSIST_WAL, ctypes.addressof(ctypes.c_int(1)))
    connection.pragma("page_size", journal.page_bytes)
    connection.pragma("cell_size_check", 1)
    mode = connection.pragma("journal_mode", journal.mode)
    connection.pragma("synchronous", journal.synchronous)
    guard.check_journal(journal, mode, connection.pragma("synchronous"))


def _prepare_outbox(connection: apsw.Connection) -> list[int]:
    connection.pragma("secure_delete", 1)  # a delivered answer leaves no bytes in the pages
    migrate(connection)
    with one_state(connection):
        integrity.check_file(connection)
        return integrity.check_chain(connection)


@contextmanager
def one_state(connection: apsw.Connection) -> Iterator[None]:
    """Look at one state of the file, whatever the other process does meanwhile."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
