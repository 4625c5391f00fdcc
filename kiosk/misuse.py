"""When an answer looks like play or ballot stuffing: pure rules on monotonic seconds. Flags, never drops (law 5).

The instants stay on the kiosk; only the names of the flags travel (law 6). Thresholds: docs/flags.md; trust.md threats
1 and 2 (five seconds is the gap of HappyOrNot's filter).
"""

from collections import deque
from collections.abc import Iterable

RAPID_S = 5.0  # an answer that begins sooner than this after the last one
BURST_S, BURST_ANSWERS = 60.0, 6  # this many answers, the present one included, within a minute
HAMMER_S, HAMMER_TAPS = 3.0, 10  # this many taps within three seconds; typing is not counted
RAPID, BURST, HAMMER, RECOVERED = "rapid", "burst", "hammer", "recovered"


class History:
    """What one counter has seen lately: ends of answers, on screen and buttons alike. Forgotten when it restarts."""

    def __init__(self) -> None:
        self._finished_s: deque[float] = deque(maxlen=BURST_ANSWERS)

    def finished(self, at_s: float) -> None:
        self._finished_s.append(at_s)

    def flags(self, begun_s: float) -> frozenset[str]:
        """Flags of an answer whose first touch was at `begun_s`."""
        ago = [begun_s - at_s for at_s in self._finished_s]
        found = set()
        if any(seconds < RAPID_S for seconds in ago):
            found.add(RAPID)
        if sum(seconds < BURST_S for seconds in ago) >= BURST_ANSWERS - 1:
            found.add(BURST)
        return frozenset(found)


def hammering(taps_s: Iterable[float]) -> bool:
    """Whether ascending tap instants hold HAMMER_TAPS within HAMMER_S."""
    taps = list(taps_s)
    return any(last - first < HAMMER_S for first, last in zip(taps, taps[HAMMER_TAPS - 1 :], strict=False))
