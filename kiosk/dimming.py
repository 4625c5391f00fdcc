"""How bright the screen is: a pure table of rest, office hours and time since the last touch. Knows no lamp, no window.

| screen                          | office            | since the last touch    | light |
|---------------------------------|-------------------|-------------------------|-------|
| somebody answers, or is thanked | –                 | –                       | FULL  |
| at rest                         | open, or not known| less than `dim_after_s` | FULL  |
| at rest                         | open, or not known| more                    | DIM   |
| at rest                         | closed            | less than DARK_AFTER_S  | FULL  |
| at rest                         | closed            | more                    | DARK  |

A tap is a promise (law 1): on a dim screen everything can be read, so a touch counts. On a dark one nothing can be seen
to be aimed at: the first touch lights it, and is no answer. The office is not known to be closed while the clock is
uncertain or nobody has said when it opens.
"""

from collections.abc import Sequence
from enum import StrEnum

from kiosk.clock import Moment
from kiosk.hours import Span, is_closed
from survey.record import Clock

DARK_AFTER_S = 60.0
GRACE_MIN = 15  # whoever waited at closing time still finds the screen lit; that of the flag "out_of_hours"


class Light(StrEnum):
    FULL = "full"
    DIM = "dim"
    DARK = "dark"


PARTS = {Light.FULL: 1.0, Light.DIM: 0.35, Light.DARK: 0.0}  # of the full light


def light(resting: bool, closed: bool, untouched_s: float, dim_after_s: float) -> Light:
    """One row of the table above; `dim_after_s` 0 never dims."""
    if not resting:
        return Light.FULL
    if closed:
        return Light.DARK if untouched_s >= DARK_AFTER_S else Light.FULL
    return Light.DIM if 0 < dim_after_s <= untouched_s else Light.FULL


class Dimmer:
    """Remembers the last touch. `dim_after_s`: seconds; `opened`: office hours, none if nobody has said."""

    def __init__(self, dim_after_s: float, opened: Sequence[Span], now_s: float) -> None:
        self._dim_after_s, self._opened, self._touched_s = dim_after_s, opened, now_s
        self.light = Light.FULL

    def touched(self, at_s: float) -> bool:
        """Whether this touch may be an answer: whoever saw nothing has aimed at nothing."""
        self._touched_s = at_s
        return self.light is not Light.DARK

    def look(self, resting: bool, moment: Moment) -> Light:
        """The light from now on. `resting`: nobody is in the middle of an answer."""
        known = moment.clock is Clock.SYNCHRONISED
        closed = known and is_closed(self._opened, moment.wall, GRACE_MIN)
        self.light = light(resting, closed, moment.at_s - self._touched_s, self._dim_after_s)
        return self.light
