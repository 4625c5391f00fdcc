"""What must be forgotten and stands in no database and no backup: the key of the day, the counts of the last minutes.

Owns the folder `runtime` in the office's data directory, which all its processes share. Knows no answer, no address
and no rule.
"""

import fcntl
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

from django.conf import settings

KEY_BYTES = 32
KEY_NAME = "day-{}.key"  # a name that begins like one of an earlier day goes with it, what a crash left included


def day_key(day: date) -> bytes:
    """32 random bytes, the same in every process for this day; the keys of other days go. Raises: OSError."""
    path = _folder() / KEY_NAME.format(day)
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        _make(path)
        forget_keys(day)
        key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise OSError(f"{path.name} is no key")
    return key


def forget_keys(day: date) -> None:
    """Destroy the keys of the days before `day`. Raises: OSError."""
    first = KEY_NAME.format(day)
    for path in _folder().glob("day-*"):
        if path.name < first:
            path.unlink(missing_ok=True)


def change(name: str, by: Callable[[bytes], bytes]) -> None:
    """Replace what the file `name` holds, by one thread of one process at a time. Raises: OSError."""
    descriptor = os.open(_folder() / name, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        held = by(file.read())
        file.seek(0)
        file.truncate()
        file.write(held)


def _make(path: Path) -> None:
    """Whole or not at all; of two processes at once one makes it, and both read that one's."""
    new = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        with suppress(FileExistsError):
            os.link(new, path)
    finally:
        new.unlink()


def _folder() -> Path:
    folder: Path = settings.RUNTIME_DIRECTORY
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
