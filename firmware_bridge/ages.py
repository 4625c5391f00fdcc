"""How long ago a record was made, from what is known of the terminal's starts (PROTOCOL.md §4). Knows no port.

A start's clock counts milliseconds mod 2³², and may be off by some parts in a thousand.
"""

from dataclasses import dataclass
from enum import StrEnum

from firmware_bridge.frames import Mark

QUARTER_MS = 900_000
WRAP_MS = 2**32
MOST_STARTS = 64
MOST_DRIFT = 0.02  # of a terminal's clock; beyond it two sightings are not of one start
SLACK_S = 10.0  # how late a sighting may reach us; a shorter absence is taken for none, and costs an age no more
DRIFT_AFTER_S = 600.0  # a shorter time between sightings tells nothing of the drift
DISAGREE_MS = 60_000  # a record this far in the future: one of the two wall clocks is wrong


class AgeQuality(StrEnum):
    """What an age rests on, best first."""

    EXACT = "exact"  # made in the terminal's present start
    ANCHORED = "anchored"  # made in an earlier start, which this host heard
    MARKED = "marked"  # made in an earlier start that was told the time by some host
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Age:
    ms: int | None
    quality: AgeQuality


UNKNOWN = Age(None, AgeQuality.UNKNOWN)


@dataclass(slots=True)
class _Start:
    """First and last sighting of one start: host seconds, terminal milliseconds."""

    first_s: float
    first_ms: int
    last_s: float
    last_ms: int
    lasting: bool = False

    def saw(self, now_ms: int, at_s: float) -> bool:
        """Take one more sighting; False when it cannot be of this start."""
        passed_s, host_s = signed_ms(now_ms - self.last_ms) / 1000, at_s - self.last_s
        if passed_s < 0 or passed_s < host_s * (1 - MOST_DRIFT) - SLACK_S:
            return False
        self.last_s, self.last_ms = at_s, now_ms
        return True

    def time_s(self, t_ms: int) -> float:
        """The host's time of `t_ms`, counted from the last sighting at the pace seen so far."""
        return self.last_s + signed_ms(t_ms - self.last_ms) / 1000 * self._pace()

    def _pace(self) -> float:
        host_s, passed_s = self.last_s - self.first_s, signed_ms(self.last_ms - self.first_ms) / 1000
        if host_s < DRIFT_AFTER_S or passed_s <= 0 or abs(host_s / passed_s - 1) > MOST_DRIFT:
            return 1.0
        return host_s / passed_s


class Anchors:
    """When terminals started, as this host heard it. Outlives links: a port that is opened anew restarts a terminal.

    Times are seconds of the caller's monotonic clock. A terminal that kept nothing in a start uses its number again,
    so a start answers for records only after `keep`: something of it is in the terminal's memory.
    """

    def __init__(self) -> None:
        self._starts: dict[tuple[int, int], _Start] = {}

    def saw(self, epoch: int, boot: int, now_ms: int, at_s: float) -> None:
        """The terminal `epoch` in its start `boot` said that it is `now_ms` old."""
        start = self._starts.pop((epoch, boot), None)
        if start is None or not start.saw(now_ms, at_s):
            start = _Start(at_s, now_ms, at_s, now_ms)
        self._starts[epoch, boot] = start
        if len(self._starts) > MOST_STARTS:
            del self._starts[next(iter(self._starts))]

    def keep(self, epoch: int, boot: int) -> None:
        """A record or a mark of this start exists: its number is never used again."""
        if start := self._starts.get((epoch, boot)):
            start.lasting = True

    def age_ms(self, epoch: int, boot: int, t_ms: int, now_s: float) -> int | None:
        """Milliseconds since `t_ms` of that start; None when this host has not heard it."""
        start = self._starts.get((epoch, boot))
        if start is None or not start.lasting:
            return None
        return max(0, round((now_s - start.time_s(t_ms)) * 1000))


def marked_age_ms(mark: Mark, t_ms: int, wall_ms: int) -> int | None:
    """Milliseconds since `t_ms` of the mark's start at `wall_ms` (since 1970, UTC); None when the clocks disagree."""
    age_ms = wall_ms - mark.quarter * QUARTER_MS - signed_ms(t_ms - mark.t_ms)
    return max(0, age_ms) if age_ms >= -DISAGREE_MS else None


def signed_ms(difference_ms: int) -> int:
    """A difference of two readings of a terminal's clock, from -2³¹ on: it restarts before the sign is in doubt."""
    return (difference_ms + WRAP_MS // 2) % WRAP_MS - WRAP_MS // 2
