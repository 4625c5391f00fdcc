"""Motion on the glass: a question comes in from the side it lies on. Pure arithmetic; never holds up a touch.

The scene that slides is composed and painted already, and its targets stand where they will come to rest: a touch
counts from its first frame on.
"""

from kiosk.flow import Screen
from kiosk.ui import theme
from kiosk.ui.view import View

FRAME_S = 1 / 60


class Slide:
    """One slide at a time; a new one takes the place of the last."""

    def __init__(self, distance: float) -> None:
        """`distance`: pixels from where a scene comes to where it rests."""
        self._distance = distance
        self._began_s: float | None = None
        self._side = 0

    def begin(self, side: int, now_s: float) -> None:
        """From the right for 1, from the left for -1; 0 sets the scene down at once."""
        self._began_s, self._side = (now_s if side else None), side

    @property
    def moving(self) -> bool:
        return self._began_s is not None

    def offset(self, now_s: float) -> float:
        """Pixels to the right of its place at `now_s`; it slows down as it arrives."""
        if self._began_s is None:
            return 0.0
        left = 1 - (now_s - self._began_s) / theme.SLIDE_S
        if not 0 < left <= 1:
            self._began_s = None
            return 0.0
        return self._side * self._distance * left**3


def side_of(before: View | None, after: View) -> int:
    """From which side `after` comes: 1 for what follows, -1 for what went before, 0 where nothing should move."""
    if before is None or after.state.comfort.contrast or before.state.comfort != after.state.comfort:
        return 0
    was, now = _place(before), _place(after)
    if was is None or now is None or (was, now) == (THANKS, INVITATION):
        return 0
    return (now > was) - (now < was)


INVITATION, THANKS = -1, 10**6


def _place(view: View) -> int | None:
    """In the order in which a citizen meets the screens; the pages of a list lie side by side."""
    state = view.state
    if state.screen in (Screen.QUESTION, Screen.COMMENT):
        codes = [question.code for question in view.form.questions]
        return codes.index(state.question) * 100 + view.page if state.question in codes else None
    return {Screen.INVITATION: INVITATION, Screen.THANKS: THANKS}.get(state.screen)
