"""A finger that trembles: a second strike at one place is no second touch (EN 301 549 8.4.3). Knows no window."""


class Strikes:
    """Remembers the last touch that counted. `near`: pixels, the two axes added, that count as the same place."""

    def __init__(self, near: float) -> None:
        self._near = near
        self._last: tuple[str, float, float, float] | None = None

    def is_second(self, target: str, x: float, y: float, at_s: float, limit_s: float, *, typing: bool = False) -> bool:
        """Whether this touch repeats the last one: the same target, or the same spot after the screen changed under it.

        A touch that repeats does not prolong the time: a finger that never rests still counts once in `limit_s`.
        """
        if self._last is not None:
            last_target, last_x, last_y, last_s = self._last
            spot = abs(x - last_x) + abs(y - last_y) < self._near and not typing
            if (target == last_target or spot) and at_s - last_s < limit_s:
                return True
        self._last = (target, x, y, at_s)
        return False
