"""The kiosk's own clocks as one value: wall time is a claim with a quality mark, monotonic time orders (law 8)."""

import ctypes
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from survey.record import Clock

SYNCHRONISED = Path("/run/systemd/timesync/synchronized")
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised
TIMEX_BYTES = 512  # larger than struct timex on every architecture; `modes` = 0 only reads


@dataclass(frozen=True, slots=True)
class Moment:
    """`wall` carries its UTC offset; `at_s` is monotonic and counts suspend, so that sleep never shortens a timeout."""

    wall: datetime
    at_s: float
    clock: Clock


Now: TypeAlias = Callable[[], Moment]


def read_clock() -> Moment:
    """This machine's time now."""
    return Moment(datetime.now(UTC).astimezone(), since_boot_s(), quality())


def today() -> date:
    """The day by this machine's wall clock, in its time zone."""
    return datetime.now(UTC).astimezone().date()


def wall_at(moment: Moment, at_s: float) -> datetime:
    """What the wall clock of `moment` says of the monotonic instant `at_s`."""
    return moment.wall - timedelta(seconds=moment.at_s - at_s)


def since_boot_s() -> float:
    """`Moment.at_s` alone, which costs no look at the clock's quality."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def trusted_wall_ms() -> int | None:
    """Milliseconds since 1970 UTC; None while no time service has set this machine's clock."""
    return time.time_ns() // 1_000_000 if quality() is Clock.SYNCHRONISED else None


def quality() -> Clock:
    """Whether a time service has set this machine's clock since it booted."""
    if SYNCHRONISED.exists() or _kernel_state() not in (-1, TIME_ERROR):
        return Clock.SYNCHRONISED
    return Clock.UNCERTAIN


def read_boot() -> str:
    """16 hexadecimal digits that name this boot of the kernel."""
    return BOOT_ID.read_text(encoding="ascii").replace("-", "")[:16].lower()


def _kernel_state() -> int:
    try:
        return int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(TIMEX_BYTES)))
    except (OSError, AttributeError):
        return -1
