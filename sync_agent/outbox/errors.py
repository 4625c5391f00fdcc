"""What can go wrong with the outbox: one class per decision of the caller, and the map from SQLite's errors to them."""

from collections.abc import Iterator
from contextlib import contextmanager

import apsw


class OutboxError(Exception):
    """Root. `code` is stable and goes into logs; `hint` tells a technician what to do."""

    code = "outbox"
    hint = "See the message."

    def __init__(self, message: str, code: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.code = code or self.code
        self.hint = hint or self.hint


class UnsafeStorage(OutboxError):
    """This machine cannot keep the promise (library, journal, file system): do not start."""

    code = "unsafe_storage"
    hint = "Use the installed hailong environment and a local ext4 data partition with barriers."


class DamagedStorage(OutboxError):
    """The file holds something that was never written there: stop, keep the card, call the office."""

    code = "damaged_storage"
    hint = "Keep the data directory as it is (copy it whole); then replace the card and enrol the kiosk anew."


class StorageFailed(OutboxError):
    """Nothing was recorded: disk full, I/O error or a lock held too long. Show «tạm ngừng» and retry `probe()`."""

    code = "storage_failed"
    hint = "Free space on the data partition, or replace the card; the kiosk goes on by itself."


_PASSING = {
    apsw.FullError: "disk_full",
    apsw.IOError: "io_error",
    apsw.ReadOnlyError: "read_only",
    apsw.CantOpenError: "cannot_open",
    apsw.BusyError: "busy",
    apsw.LockedError: "busy",
    apsw.NoMemError: "no_memory",
    apsw.PermissionsError: "no_permission",
    apsw.InterruptError: "interrupted",
    apsw.ConnectionClosedError: "closed",
}


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Turns SQLite's errors into ours. What is not known to pass is taken for damage, never ignored."""
    try:
        yield
    except apsw.Error as error:
        for kind, code in _PASSING.items():
            if isinstance(error, kind):
                raise StorageFailed(f"{what}: {error}", code) from error
        raise DamagedStorage(f"{what}: {type(error).__name__}: {error}") from error
    except OSError as error:
        raise StorageFailed(f"{what}: {error}", "io_error") from error
