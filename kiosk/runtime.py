"""What the kiosk leaves in the machine's runtime folder for those who want to restart it. Knows no update.

`sitting`: locked (flock) while a citizen or technician is at the screen, and last changed when one rose. `alive`: the
last proof that it lives. Both are gone with the power. Without a folder, as on a developer's desk, nothing is left.
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path

FOLDER = "HAILONG_RUN"  # the variable that the service sets
SITTING = "sitting"
ALIVE = "alive"


def runtime_folder(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The folder that the service names, None without one."""
    named = environment.get(FOLDER, "")
    return Path(named) if named else None


class Sitting:
    """An exclusive lock for as long as somebody is served. One that cannot be had is asked for at the next turn:
    whoever holds it is about to restart the machine, and an answer is safe on the disk whatever comes."""

    def __init__(self, folder: Path | None) -> None:
        self._path = folder / SITTING if folder is not None else None
        self._handle: int | None = None

    def turn(self, served: bool) -> None:
        """Call at every turn of the loop; costs nothing while nothing changes."""
        if served and self._handle is None and self._path is not None:
            self._lock(self._path)
        elif not served and self._handle is not None:
            self.close()

    def close(self) -> None:
        """Somebody rose: the file's last change tells when, to those who wait for a rest."""
        if self._handle is not None:
            with contextlib.suppress(OSError):
                os.pwrite(self._handle, b"1", 0)
            os.close(self._handle)
            self._handle = None

    def _lock(self, path: Path) -> None:
        with contextlib.suppress(OSError):
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(handle)
                return
            self._handle = handle


class AliveFile:
    """Counts the proofs of life since the start of this process."""

    def __init__(self, folder: Path | None) -> None:
        self._path = folder / ALIVE if folder is not None else None
        self._beats = 0

    def beat(self, at_s: float) -> None:
        """A frame was drawn and input came through at `at_s`, seconds since the machine started."""
        if self._path is None:
            return
        self._beats += 1
        told = {"v": 1, "pid": os.getpid(), "beats": self._beats, "at_s": round(at_s, 3)}
        aside = self._path.with_name(f".{ALIVE}.{os.getpid()}")
        with contextlib.suppress(OSError):  # a full memory disk stops no survey
            aside.write_text(json.dumps(told), "ascii")
            aside.replace(self._path)
