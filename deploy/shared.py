"""Files in folders that other accounts write in too: the one way in which deploy reads them, and takes locks beside the
kiosk. Knows no content."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

MOST_BYTES = 64 * 1024


def read_others(path: Path, most: int = MOST_BYTES) -> bytes:
    """The first `most` bytes of what another account may have written: no pipe is waited for, no link followed.

    Raises: OSError.
    """
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        return file.read(most)


def is_taken(handle: int) -> bool:
    """Whether this process has the lock of an open file now; whoever holds it is not waited for."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def held(path: Path) -> Iterator[bool]:
    """Whether the lock at `path`, made where it is new, was free; held as long as this lasts. Raises: OSError."""
    with path.open("a") as file:
        yield is_taken(file.fileno())
