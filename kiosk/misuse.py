"""When an answer looks like play or ballot stuffing: pure rules on monotonic seconds. Flags, never drops (law 5).

The instants and the last few ratings stay in the kiosk's memory; only the names of the flags travel (law 6). Why each
limit is what it is, and what no rule here can see: docs/flags.md.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kiosk.clock import Moment, wall_at
from kiosk.hours import Span, is_closed
from kiosk.reading import UNREAD, Reading
from survey.form import AnswerValue
from survey.record import Channel, Clock

RAPID, BURST, HAMMER, RECOVERED, PAUSED = "rapid", "burst", "hammer", "recovered", "paused"
SLIP_USED = "slip_used"
PACED, FAST, STRAIGHT, COPY, OUT_OF_HOURS = "paced", "fast", "straight", "copy", "out_of_hours"
FLAGS = (RAPID, BURST, PACED, HAMMER, FAST, STRAIGHT, COPY, OUT_OF_HOURS, RECOVERED, PAUSED, SLIP_USED)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, counts, words a second, minutes. `bursts`, `repeats`: (seconds, answers within them that are too many).

    `repeats` is about short answers with the same ratings; `copy_*` about those with `copy_ratings` or more.
    """

    rapid_s: float
    bursts: tuple[tuple[float, int], ...]
    repeats: tuple[tuple[float, int], ...]
    paced_gaps: int = 6
    paced_ratio: float = 1.5
    paced_longest_s: float = 120.0
    hammer_s: float = 3.0
    hammer_taps: int = 10
    stray_taps: int = 6
    stray_share: float = 0.4
    fast_questions: int = 3
    fast_words_s: float = 15.0
    straight_ratings: int = 4
    straight_words_s: float = 10.0
    straight_gap_s: float = 20.0
    copy_ratings: int = 4
    copy_earlier: int = 2
    copy_s: float = 600.0
    copy_words_s: float = 6.0
    grace_min: int = 15


SCREEN = Limits(
    rapid_s=5.0,
    bursts=((60.0, 6), (180.0, 10)),
    repeats=((20.0, 3), (50.0, 4), (100.0, 5), (150.0, 6), (240.0, 7), (400.0, 10)),
)
BUTTONS = Limits(
    rapid_s=3.0,
    bursts=((8.0, 3), (12.0, 4), (35.0, 5), (60.0, 6), (180.0, 10)),
    repeats=((10.0, 3), (20.0, 4), (45.0, 5), (90.0, 6), (180.0, 8), (300.0, 10)),
)
LIMITS = {Channel.SCREEN: SCREEN, Channel.BUTTON: BUTTONS}
REMEMBERED = 32  # more than any rule looks back


@dataclass(frozen=True, slots=True)
class Sitting:
    """One answer as the rules see it.

    `ended_s`: the touch that last changed the answers. The one that sent them may be the next citizen's, who finds
    the form of somebody who has left. `ratings`: question and level, in the form's order. `has_slip`: a slip that may
    be used once vouches for a visit of its own.
    """

    channel: Channel
    begun_s: float
    ended_s: float
    ratings: tuple[tuple[str, AnswerValue], ...] = ()
    reading: Reading = UNREAD
    has_slip: bool = False

    @property
    def is_straight(self) -> bool:
        """Whether there are ratings, and all are the same level."""
        return len({level for _, level in self.ratings}) == 1


class History:
    """What one counter has seen lately, on screen and buttons alike. Forgotten when the kiosk restarts."""

    def __init__(self, opened: Sequence[Span] = ()) -> None:
        self._opened = opened
        self._sittings: deque[Sitting] = deque(maxlen=REMEMBERED)

    def finished(self, sitting: Sitting) -> None:
        self._sittings.append(sitting)

    def flags(
        self, channel: Channel, begun_s: float, moment: Moment | None = None, *, has_slip: bool = False
    ) -> frozenset[str]:
        """Flags of an answer whose first touch was at `begun_s`; `moment`: the clocks now, None if they are no help.

        That citizens with slips come one after the other says nothing against any of them, nor against others.
        """
        earlier, limits = self._before(begun_s), LIMITS[channel]
        alone = [sitting for sitting in earlier if not sitting.has_slip]
        return _set(
            {
                RAPID: is_rapid([s for s in earlier if s.channel is channel], begun_s, limits),
                BURST: not has_slip and is_burst(alone, begun_s, limits),
                PACED: not has_slip and is_paced(alone, begun_s, limits),
                OUT_OF_HOURS: moment is not None
                and moment.clock is Clock.SYNCHRONISED
                and is_closed(self._opened, wall_at(moment, begun_s), limits.grace_min),
            }
        )

    def flags_of(self, sitting: Sitting) -> frozenset[str]:
        """Flags of an answer as it now stands."""
        earlier, limits = self._before(sitting.begun_s), LIMITS[sitting.channel]
        alone = [before for before in earlier if not before.has_slip]
        repeats = not sitting.has_slip and is_repeat(alone, sitting, limits)
        return _set(
            {
                FAST: is_fast(sitting, limits),
                STRAIGHT: is_straight(earlier, sitting, limits),
                COPY: repeats or is_copy(earlier, sitting, limits),
            }
        )

    def _before(self, at_s: float) -> list[Sitting]:
        """Sittings that began before, oldest first. A box that was unplugged hands its presses over late."""
        return sorted((s for s in self._sittings if s.begun_s <= at_s), key=lambda sitting: sitting.begun_s)


def _set(found: Mapping[str, bool]) -> frozenset[str]:
    return frozenset(flag for flag, is_set in found.items() if is_set)


def is_rapid(earlier: Sequence[Sitting], begun_s: float, limits: Limits) -> bool:
    """Whether nobody can have left and somebody else stepped up since the last answer."""
    return any(begun_s - sitting.ended_s < limits.rapid_s for sitting in earlier)


def is_burst(earlier: Sequence[Sitting], begun_s: float, limits: Limits) -> bool:
    """Whether more answers came lately than a queue of people gives, the present one included."""
    return _crowded(earlier, begun_s, limits.bursts)


def is_paced(earlier: Sequence[Sitting], begun_s: float, limits: Limits) -> bool:
    """Whether the last gaps between beginnings are short and as even as a clock's."""
    begun = [sitting.begun_s for sitting in earlier[-limits.paced_gaps :]] + [begun_s]
    gaps = [later - sooner for sooner, later in pairwise(begun)]
    if len(gaps) < limits.paced_gaps:
        return False
    return max(gaps) <= limits.paced_longest_s and max(gaps) <= limits.paced_ratio * min(gaps)


def _crowded(earlier: Sequence[Sitting], begun_s: float, windows: Sequence[tuple[float, int]]) -> bool:
    ago = [begun_s - sitting.ended_s for sitting in earlier if sitting.ended_s <= begun_s]
    return any(sum(seconds < within_s for seconds in ago) >= answers - 1 for within_s, answers in windows)


def is_hammering(taps_s: Iterable[float], limits: Limits = SCREEN) -> bool:
    """Whether ascending tap instants, without those of typing, come faster than a person aims."""
    taps = list(taps_s)
    ends = zip(taps, taps[limits.hammer_taps - 1 :], strict=False)
    return any(last - first < limits.hammer_s for first, last in ends)


def is_straying(strays: int, touches: int, limits: Limits = SCREEN) -> bool:
    """Whether the touches of one sitting, typing left out, fall where there is nothing as if nobody aimed."""
    return strays >= limits.stray_taps and strays >= limits.stray_share * touches


def is_fast(sitting: Sitting, limits: Limits) -> bool:
    """Whether nobody could have read the questions after the first in that time. A lone first tap is never judged."""
    return sitting.reading.questions >= limits.fast_questions and sitting.reading.is_faster_than(limits.fast_words_s)


def is_straight(earlier: Sequence[Sitting], sitting: Sitting, limits: Limits) -> bool:
    """Whether all ratings are one level, hardly read, and soon after somebody else's. One or two alone are common."""
    soon = any(sitting.begun_s - before.ended_s < limits.straight_gap_s for before in earlier)
    hardly_read = sitting.reading.is_faster_than(limits.straight_words_s)
    return len(sitting.ratings) >= limits.straight_ratings and sitting.is_straight and hardly_read and soon


def is_repeat(earlier: Sequence[Sitting], sitting: Sitting, limits: Limits) -> bool:
    """Whether short answers with these very ratings came more often lately than from a queue of people."""
    same = [before for before in earlier if before.ratings == sitting.ratings]
    return 0 < len(sitting.ratings) < limits.copy_ratings and _crowded(same, sitting.begun_s, limits.repeats)


def is_copy(earlier: Sequence[Sitting], sitting: Sitting, limits: Limits) -> bool:
    """Whether the answers just before had the very same ratings. All of one level is common, unless it is quick too."""
    last = earlier[-limits.copy_earlier :]
    if len(sitting.ratings) < limits.copy_ratings or len(last) < limits.copy_earlier:
        return False
    same = all(before.ratings == sitting.ratings for before in last)
    lately = sitting.begun_s - last[0].begun_s < limits.copy_s
    return same and lately and (not sitting.is_straight or sitting.reading.is_faster_than(limits.copy_words_s))
