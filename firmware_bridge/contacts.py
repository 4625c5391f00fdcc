"""What counts as a press in the terminal (PROTOCOL.md §5), sampled once a millisecond. Knows no record and no line.

The kiosk's GPIO panel follows the same rules from time-stamped edges (hardware/debounce.py); both pass one table of
vectors, as will the firmware.
"""

from collections import deque
from dataclasses import dataclass

from firmware_bridge.frames import BURST, BUTTONS

STABLE_SAMPLES = 8
STUCK_MS = 15_000
MOST_HITS = 255
_ALL = 2**BUTTONS - 1


@dataclass(frozen=True, slots=True)
class Hit:
    """What to record: `what` and `aux` as in frames.Press."""

    t_ms: int
    what: int
    aux: int


class Contacts:
    """Five contacts, one bit each, 1 = closed. What is closed at the first sample may have been counted before."""

    def __init__(self, refractory_ms: int) -> None:
        self.held = 0
        self.stuck = 0
        self._refractory_ms = refractory_ms
        self._samples: deque[int] = deque(maxlen=STABLE_SAMPLES)
        self._held_since = [0] * BUTTONS
        self._quiet_at: int | None = None  # end of the refractory time, None when the last one is over
        self._burst_mask = self._burst_hits = self._burst_t_ms = 0

    def sample(self, t_ms: int, closed: int) -> list[Hit]:
        """One sample of all contacts, each millisecond in order; what it completes."""
        hits = self._end_burst(t_ms)
        if not self._samples:
            self.held, self._held_since = closed, [t_ms] * BUTTONS
            self._samples.extend([closed] * STABLE_SAMPLES)
        self._samples.append(closed)
        every, some = _ALL, 0
        for mask in self._samples:
            every &= mask
            some |= mask
        before, self.held = self.held, (self.held | every) & some
        for button in range(BUTTONS):
            bit = 1 << button
            if self.held & ~before & bit:
                self._held_since[button] = t_ms
                hits += self._pressed(t_ms, button)
            elif self.held & bit and t_ms - self._held_since[button] > STUCK_MS:
                self.stuck |= bit
        self.stuck &= self.held
        return hits

    def _pressed(self, t_ms: int, button: int) -> list[Hit]:
        first = self._quiet_at is None
        self._quiet_at = t_ms + self._refractory_ms
        if first:
            return [Hit(t_ms, button, 0)]
        self._burst_t_ms = self._burst_t_ms if self._burst_hits else t_ms
        self._burst_mask |= 1 << button
        self._burst_hits += 1
        return []

    def _end_burst(self, t_ms: int) -> list[Hit]:
        if self._quiet_at is None or t_ms < self._quiet_at:
            return []
        self._quiet_at = None
        mask, hits = self._burst_mask, min(self._burst_hits, MOST_HITS)
        self._burst_mask = self._burst_hits = 0
        return [Hit(self._burst_t_ms, BURST | mask, hits)] if hits else []
