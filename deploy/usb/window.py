"""The time in which a stick is let in: opened by a technician or by a kiosk without an assignment, closed by the clock.

Owns the file that says so. The time is the machine's since its start, which nobody can set.
"""

import contextlib
import os
import secrets
import time
from pathlib import Path

from deploy.shared import read_others

RUN = Path("/run/hailong")
OPEN, REQUEST = "usb-open", "usb-request"
OPEN_S = 600.0
NOT_ENDING = "0"  # what the file says while no end is known


def boot_s() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Window:
    """`run`: the directory that kiosk and root share; nothing in it is followed, only replaced."""

    def __init__(self, run: Path = RUN) -> None:
        self._file, self._request = run / OPEN, run / REQUEST

    def open(self, until_s: float | None) -> None:
        """Sticks are let in until then; None: until `close`. Raises: OSError."""
        write_aside(self._file, f"{until_s:.0f}" if until_s is not None else NOT_ENDING)

    def close(self) -> None:
        self._file.unlink(missing_ok=True)

    def is_open(self, now_s: float) -> bool:
        """An empty file is an open window, as a hand makes it; one that cannot be read is none."""
        try:
            text = read_others(self._file, 40).decode("ascii", "replace").strip()
            return text in ("", NOT_ENDING) or now_s < float(text)
        except (OSError, ValueError):
            return False

    def take_request(self) -> bool:
        """Whether the kiosk's menu asked for the window; it asks once."""
        try:
            self._request.unlink()
        except OSError:
            return False
        return True


def write_aside(path: Path, text: str, mode: int = 0o644) -> None:
    """Put a small file in the place of whatever bears its name, a link too. Raises: OSError."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            os.fchmod(file.fileno(), mode)
        aside.replace(path)
    finally:
        with contextlib.suppress(OSError):
            aside.unlink()
