"""What «frames missed during a transition» means, for whoever drew it. Pure: instants in, counts out.

A display of 60 Hz is due a frame every sixtieth of a second from the transition's first frame until its end. An
interval of more than one and a half frames has missed those that it skipped. A screen that jumps misses nearly all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

FRAME_S = 1 / 60
LATE = 1.5  # frames; a shorter interval is jitter of the clock that measures


@dataclass(frozen=True, slots=True)
class Frames:
    """`due` intervals of the display, `missed` of them; `longest_s`: how long the same frame stood."""

    due: int
    missed: int
    longest_s: float

    def __add__(self, other: "Frames") -> "Frames":
        return Frames(self.due + other.due, self.missed + other.missed, max(self.longest_s, other.longest_s))

    @property
    def percent(self) -> float:
        return 100 * self.missed / self.due if self.due else 0.0


def judge(instants_s: Sequence[float], length_s: float, frame_s: float = FRAME_S) -> Frames:
    """The frames of one transition of `length_s`; `instants_s`: rising monotonic times at which frames were shown.

    It begins with the first frame. Frames after its end do not count, and the time from the last one to the end does.
    A touch that brought no frame at all missed every one.
    """
    due = max(int(length_s / frame_s + 0.5), 1)
    if not instants_s:
        return Frames(due, due, length_s)
    end_s = instants_s[0] + length_s
    gaps_s = [later - earlier for earlier, later in pairwise([*(at for at in instants_s if at < end_s), end_s])]
    missed = sum(_skipped(gap_s / frame_s) for gap_s in gaps_s)
    return Frames(due, missed, max(gaps_s))


def together(transitions: Iterable[Frames]) -> Frames:
    return sum(transitions, Frames(0, 0, 0.0))


def after_each(starts_s: Sequence[float], instants_s: Sequence[float]) -> list[list[float]]:
    """The instants that follow each start and precede the next; both in rising order."""
    bounds = [*starts_s, float("inf")]
    return [[at for at in instants_s if begin <= at < end] for begin, end in pairwise(bounds)]


def _skipped(frames: float) -> int:
    """How many frames an interval skipped; halves count as skipped, as with a display that waits for the next."""
    return int(frames + 0.5) - 1 if frames > LATE else 0
