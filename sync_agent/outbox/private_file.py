"""Gives the outbox its own file format, so that no other SQLite program can take part in its write-ahead log.

SQLite before 3.51.3 may lose commits when two connections checkpoint at once; Debian 12 has 3.40.1. So the first 16
bytes on the disk are ours, and log and journal lie under names that only this shim knows: another SQLite finds neither
a database nor a log, whatever its version (decision 0002). Owns also the log's size (grown once: a commit then extends
no file, which would cost a second device flush), its sync and its blanking. Knows nothing of SQL.
"""

import os
from typing import Any

import apsw

from sync_agent.outbox.log_check import HEADER_BYTES

MAGIC = b"Hai Long outbox\0"
_PLAIN = b"SQLite format 3\0"
_SWAP = {MAGIC: _PLAIN, _PLAIN: MAGIC}  # a plain SQLite file put in our place is then "not a database"
_NAMES = {"-wal": "-log", "-journal": "-undo"}  # the part before "-" must stay: SQLite copies owner and mode from it
_CHUNK = bytes(1 << 16)
_read = apsw.VFSFile.xRead


def log_name(database: str) -> str:
    """Where the log of `database` lies."""
    return hidden_name(database + "-wal")


def hidden_name(name: str) -> str:
    """The name on the disk of the file that SQLite calls `name`."""
    for ending, ours in _NAMES.items():
        if name.endswith(ending):
            return name.removesuffix(ending) + ours
    return name


class PrivateVfs(apsw.VFS):
    """SQLite's file layer `base` ("" is the system's own) with our header and our names."""

    def __init__(self, base: str, log_bytes: int) -> None:
        self.name = f"hailong-outbox-{id(self):x}"
        self._base = base
        self._log_bytes = log_bytes
        super().__init__(self.name, base)

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        if flags[0] & apsw.SQLITE_OPEN_MAIN_DB:
            return _MainFile(self._base, name, flags)
        if flags[0] & apsw.SQLITE_OPEN_WAL:
            return _LogFile(self._base, hidden_name(str(name)), flags, self._log_bytes)
        return apsw.VFSFile(self._base, hidden_name(name) if isinstance(name, str) else name, flags)

    def xAccess(self, pathname: str, flags: int) -> bool:  # noqa: N802
        return super().xAccess(hidden_name(pathname), flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        super().xDelete(hidden_name(filename), syncdir)


class _MainFile(apsw.VFSFile):
    """The database: its first 16 bytes are ours on the disk and SQLite's in memory."""

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        data = _read(self, amount, offset)
        return data if offset or len(data) < len(MAGIC) else _swapped(data)

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802
        super().xWrite(_swapped(bytes(data)) if offset == 0 else data, offset)


def _swapped(data: bytes) -> bytes:
    start = data[: len(MAGIC)]
    return _SWAP.get(start, start) + data[len(MAGIC) :]


class _LogFile(apsw.VFSFile):
    """The write-ahead log. apsw holds Python's lock while it syncs, which would stop the screen; `os.fdatasync` on a
    descriptor of our own does not. (The database itself gets none: closing it would drop SQLite's locks.)"""

    def __init__(self, base: str, name: str, flags: list[int], log_bytes: int) -> None:
        super().__init__(base, name, flags)
        self._descriptor = -1
        self._grow(log_bytes)
        if not base:
            self._descriptor = os.open(name, os.O_RDWR | os.O_CLOEXEC)

    def _grow(self, log_bytes: int) -> None:
        """Real zeros, not a hole; the first sync through SQLite also makes the directory entry durable."""
        size = self.xFileSize()
        if size >= log_bytes:
            return
        try:
            for offset in range(size, log_bytes, len(_CHUNK)):
                self.xWrite(_CHUNK[: log_bytes - offset], offset)
        except apsw.FullError:
            super().xTruncate(size)  # a full disk costs speed here, not safety
        self.xSync(apsw.SQLITE_SYNC_NORMAL)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        """SQLite empties the log when the database holds all of it and nobody reads it: zeros then, in the same place.

        Cut off, the answers in it would lie about in free blocks, and growing it again would cost its whole length.
        """
        if newsize:
            super().xTruncate(newsize)
            return
        size = self.xFileSize()
        if not size:
            return
        self.xWrite(bytes(min(size, HEADER_BYTES)), 0)  # first, and durable: no half of the log may ever be played back
        self.xSync(apsw.SQLITE_SYNC_NORMAL)
        for offset in range(0, size, len(_CHUNK)):
            zeros = _CHUNK[: size - offset]
            if self.xRead(len(zeros), offset) != zeros:
                self.xWrite(zeros, offset)
        self.xSync(apsw.SQLITE_SYNC_NORMAL)

    def xSync(self, flags: int) -> None:  # noqa: N802
        if self._descriptor < 0:
            super().xSync(flags)
            return
        try:
            os.fdatasync(self._descriptor)
        except OSError as error:
            raise apsw.IOError(f"fdatasync of the log: {error}") from error

    def xClose(self) -> None:  # noqa: N802
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        super().xClose()
