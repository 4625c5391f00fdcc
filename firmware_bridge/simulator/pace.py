"""How much virtual time is due: in step with a real clock, without racing after a stall. Owns no clock."""

from collections.abc import Callable

MOST_BEHIND_S = 0.5


class Pace:
    """`now_s`: a monotonic clock. `rate`: virtual seconds per real second."""

    def __init__(self, now_s: Callable[[], float], rate: float) -> None:
        self._now_s = now_s
        self._rate = rate
        self._last_s = now_s()
        self._owed_us = 0.0

    def due_us(self) -> float:
        """Virtual time that should have passed and has not been paid. After a stall the rest is forgotten."""
        now_s = self._now_s()
        self._owed_us += (now_s - self._last_s) * 1e6 * self._rate
        self._last_s = now_s
        self._owed_us = min(self._owed_us, MOST_BEHIND_S * 1e6 * self._rate)
        return self._owed_us

    def paid(self, us: float) -> None:
        self._owed_us -= us
