"""The way to the code pad that no citizen finds: the upper corners touched left, right, right, left, after a rest.

Pure: positions in millimetres from the upper left corner, seconds handed in. What a random hand opens is measured in
tests/kiosk/service/test_gesture.py.
"""

ORDER = "LRRL"
CORNER_MM = 18.0
REST_S = 1.0  # without a touch before the first: a hand that drums never rests
WITHIN_S = 6.0
BOUNCE_S = 0.15  # a second contact this soon at the same corner is the same touch


class Gesture:
    """Not for threads. One screen's touches, each told once."""

    def __init__(self) -> None:
        self._seen = ""
        self._first_s = self._last_s = float("-inf")

    @property
    def under_way(self) -> bool:
        """Whether the last touch went on with a gesture: two corners or more in their order.

        Such a touch is not meant for what lies in the corner; the first one may be.
        """
        return len(self._seen) >= 2

    def touched(self, x_mm: float, y_mm: float, width_mm: float, at_s: float) -> bool:
        """Whether this touch is the last one of the gesture."""
        corner = "" if y_mm > CORNER_MM else "L" if x_mm <= CORNER_MM else "R" if x_mm >= width_mm - CORNER_MM else ""
        rested, bounced = at_s - self._last_s >= REST_S, at_s - self._last_s < BOUNCE_S
        self._last_s = at_s
        if bounced and corner and self._seen.endswith(corner):
            return False
        if rested and corner == ORDER[0] and self._seen != ORDER[:-1]:
            self._seen, self._first_s = "", at_s
        if self._first_s == float("-inf") or at_s - self._first_s > WITHIN_S or not self._goes_on(corner):
            self.reset()
            return False
        self._seen += corner
        if self._seen == ORDER:
            self.reset()
            return True
        return False

    def reset(self) -> None:
        """The next gesture begins anew, after a rest."""
        self._seen, self._first_s = "", float("-inf")

    def _goes_on(self, corner: str) -> bool:
        return bool(corner) and ORDER.startswith(self._seen + corner)
