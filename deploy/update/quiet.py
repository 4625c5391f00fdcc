"""Whether a moment is quiet enough to restart: nobody sits at the kiosk, and, if so told, the office is closed.

The lock is the kiosk's (`/run/hailong/sitting`, flock); the opening hours are read from the kiosk's settings, in the
spelling that docs/configuration.md describes. Imports nothing of the kiosk.
"""

import contextlib
import os
import re
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from deploy.shared import try_lock

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SPAN = re.compile(r"(?:([a-z]{3})(?:-([a-z]{3}))? )?(\d\d):(\d\d)-(\d\d):(\d\d)")
GRACE_MIN = 30  # people come before the door opens, and stay after it has closed
REST_S = 120.0  # after the last citizen; whoever hesitates at the screen is not cut off


@contextlib.contextmanager
def nobody_sits(lock: Path, now_s: float) -> Iterator[bool]:
    """Whether nobody has sat here for a while; nobody is taken for sitting as long as this lasts.

    `now_s`: the wall clock, by which the file's last change is told. A folder that is absent has no kiosk: true.
    """
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o660)
    except FileNotFoundError:
        yield True
        return
    try:
        with contextlib.suppress(OSError):  # whoever came first made it; the kiosk must be able to open it
            folder = lock.parent.stat()
            os.fchown(handle, folder.st_uid, folder.st_gid)
            os.fchmod(handle, 0o660)
        yield try_lock(handle) and not 0 <= now_s - _last_rose(handle) < REST_S
    finally:
        os.close(handle)


def _last_rose(handle: int) -> float:
    found = os.fstat(handle)
    return found.st_mtime if found.st_size else 0.0  # an empty file: nobody has sat here since the machine started


def is_open(kiosk_settings: str, wall: datetime) -> bool:
    """Whether `wall`, local, lies in the opening hours of these settings, with a grace. False where there are none."""
    try:
        spans = tomllib.loads(kiosk_settings).get("open", [])
    except tomllib.TOMLDecodeError:
        return False
    minute = wall.hour * 60 + wall.minute
    found = [SPAN.fullmatch(span) for span in spans if isinstance(span, str)]
    return any(
        wall.weekday() in _days(match[1], match[2]) and _minute(match, 3) <= minute + GRACE_MIN
        and minute < _minute(match, 5) + GRACE_MIN
        for match in found
        if match
    )  # fmt: skip


def _minute(match: "re.Match[str]", group: int) -> int:
    return int(match[group]) * 60 + int(match[group + 1])


def _days(first: str | None, last: str | None) -> range:
    if first is None:
        return range(5)
    if first not in DAYS or (last or first) not in DAYS:
        return range(7)
    return range(DAYS.index(first), DAYS.index(last or first) + 1)
