"""Stretches of this process's monotonic time, such as pauses and tests. Knows no clock, keeps nothing."""

from collections import deque

MOST_KEPT = 64


class Spans:
    """Begun and ended in turn; the oldest of more than 64 are forgotten. Seconds are the caller's, monotonic."""

    def __init__(self) -> None:
        self._past: deque[tuple[float, float]] = deque(maxlen=MOST_KEPT)
        self._since_s: float | None = None

    @property
    def running(self) -> bool:
        return self._since_s is not None

    def begin(self, at_s: float) -> None:
        if self._since_s is None:
            self._since_s = at_s

    def end(self, at_s: float) -> None:
        if self._since_s is not None:
            self._past.append((self._since_s, at_s))
            self._since_s = None

    def hold(self, at_s: float) -> bool:
        """Whether `at_s` lies in one of them."""
        if self._since_s is not None and at_s >= self._since_s:
            return True
        return any(since_s <= at_s <= until_s for since_s, until_s in self._past)
