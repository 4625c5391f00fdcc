"""Files in folders that other accounts write in too: the one way in which deploy reads them, and takes locks beside the
kiosk. Knows no content."""

import contextlib
import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from pathlib import Path

MOST_BYTES = 64 * 1024


def read_others(path: Path, most: int = MOST_BYTES) -> bytes:
    """The first `most` bytes of what another account may have written: no pipe is waited for, no link followed.

    Raises: OSError.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "no plain file", str(path))
    with os.fdopen(handle, "rb") as file:
        return file.read(most)


def try_lock(handle: int) -> bool:
    """Take the lock of an open file, unless another holds it; whether it was free. Raises: OSError."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def held(path: Path) -> Iterator[bool]:
    """Whether the lock at `path`, made where it is new, was free; held as long as this lasts. Raises: OSError."""
    with path.open("a") as file:
        yield try_lock(file.fileno())
