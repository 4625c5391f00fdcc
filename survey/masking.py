"""Which figures of a table may be shown so that no small one can be had, read or reckoned. Pure; knows no form or plan.

A table is rows that sum to a total; each row has two layers, the unflagged answers and the flagged ones, for figures
stand with and without these (law 5). Hidden are the opinions: how many of a row's answers were satisfied, and the n
that they are a share of. Whoever looks is taken to know how many answered in every row (quotas are followed in public),
so a row without answers hides nothing. In the graph whose edges are the hidden parts (row, layer), between the sums of
layers and of rows that are shown, a part can be reckoned exactly when its edge is a bridge.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TypeVar

Key = TypeVar("Key")

PUBLIC_FLOOR = 10  # least n of a figure shown to everybody
INTERNAL_FLOOR = 5  # to an officer


class Sight(IntEnum):
    """What is shown of a row."""

    NOTHING = 0
    ALL = 1  # the figure of all answers, not the one without the flagged
    BOTH = 2


@dataclass(frozen=True, slots=True)
class Heap:
    """`n` answers to a question, `clean` of them unflagged. `movable`: False for a group none of whose rows has both
    layers: its layers follow from its rows, so it covers for no other."""

    n: int
    clean: int
    movable: bool = True

    @property
    def flagged(self) -> int:
        return self.n - self.clean

    @property
    def mixed(self) -> bool:
        return self.clean > 0 and self.flagged > 0 and self.movable

    def __add__(self, other: "Heap") -> "Heap":
        return Heap(self.n + other.n, self.clean + other.clean)


def sight_of(heap: Heap, floor: int) -> Sight:
    """What may be shown of a figure that stands alone."""
    if _small(heap.n, floor):
        return Sight.NOTHING
    if not (heap.clean and heap.flagged) or not (_small(heap.clean, floor) or _small(heap.flagged, floor)):
        return Sight.BOTH
    return Sight.ALL if heap.movable else Sight.NOTHING


def sights(rows: Sequence[Heap], floor: int, total: Sight = Sight.BOTH) -> list[Sight]:
    """What is shown of each of `rows`; `total`: what may be shown of their sum (`sight_of`).

    Further rows are hidden, the smallest first, until nothing small can be had from the total; first only the figure
    without the flagged. A caller who shows a total that may not be shown tells by it what it tells, of no row more.
    """
    if total is Sight.NOTHING:
        return [Sight.NOTHING if row.n else Sight.BOTH for row in rows]
    found = [sight_of(row, floor) for row in rows]
    if total is Sight.ALL:
        found = [min(each, Sight.ALL) if row.mixed else each for each, row in zip(found, rows, strict=True)]
    _hide_wholes(rows, found, floor)
    if total is Sight.BOTH:
        _hide_layers(rows, found, floor)
    return found


def nested(
    groups: Mapping[Key, Heap], rows: Sequence[tuple[Key, Heap]], floor: int, total: Sight = Sight.BOTH
) -> tuple[dict[Key, Sight], list[Sight]]:
    """The same for rows that sum to groups that sum to the total: what is shown of each group, and of each row.

    A group is shown only if what is hidden among its own rows cannot be had from it. What a group does not show, its
    rows do not.
    """
    inside: dict[Key, list[int]] = {key: [] for key in groups}
    for place, (key, _) in enumerate(rows):
        inside[key].append(place)
    keys = list(groups)
    heaps = [replace(groups[key], movable=any(rows[place][1].mixed for place in inside[key])) for key in keys]
    seen = dict(zip(keys, sights(heaps, floor, total), strict=True))
    shown = [Sight.BOTH] * len(rows)
    for key in keys:
        mine = [rows[place][1] for place in inside[key]]
        for place, sight in zip(inside[key], sights(mine, floor, seen[key]), strict=True):
            shown[place] = sight
    return seen, shown


def sight_of_sum(inside: Iterable[Sight], outside: Iterable[Sight], total: Sight) -> Sight:
    """What may be shown of a sum over some of a table's rows: what follows from what is shown anyhow."""
    return max(min(inside, default=Sight.BOTH), min([*outside, total]))


def _small(count: int, floor: int) -> bool:
    return 0 < count < floor


def _smallest_first(sizes: Sequence[int]) -> list[int]:
    """Places of the rows with answers; of two alike the first."""
    return sorted((place for place, size in enumerate(sizes) if size), key=sizes.__getitem__)


def _hide_wholes(rows: Sequence[Heap], found: list[Sight], floor: int) -> None:
    for place in _smallest_first([row.n for row in rows]):
        hidden = _hidden(rows, found)
        if not hidden or (len(hidden) > 1 and sum(row.n for row in hidden) >= floor):
            return
        found[place] = Sight.NOTHING


def _hide_layers(rows: Sequence[Heap], found: list[Sight], floor: int) -> None:
    """Take away figures without the flagged, those of the fewest flagged first; where that is not enough, rows."""
    for place in _smallest_first([row.flagged if row.mixed else 0 for row in rows]):
        if _layers_sound(_hidden(rows, found), _halves(rows, found), floor):
            return
        found[place] = min(found[place], Sight.ALL)
    for place in _smallest_first([row.n for row in rows]):
        if _layers_sound(_hidden(rows, found), _halves(rows, found), floor):
            return
        found[place] = Sight.NOTHING


def _hidden(rows: Sequence[Heap], found: Sequence[Sight]) -> list[Heap]:
    return [row for row, sight in zip(rows, found, strict=True) if sight is Sight.NOTHING and row.n]


def _halves(rows: Sequence[Heap], found: Sequence[Sight]) -> list[Heap]:
    return [row for row, sight in zip(rows, found, strict=True) if sight is Sight.ALL and row.mixed]


def _layers_sound(hidden: Sequence[Heap], halves: Sequence[Heap], floor: int) -> bool:
    """Whether nothing small can be reckoned from the total with and without the flagged, neither alone nor as a sum.

    `hidden`: rows not shown at all; `halves`: mixed rows of which only the whole is shown.
    """
    both = [*hidden, *halves]
    for layer in ([row.clean for row in both], [row.flagged for row in both]):
        if _small(sum(layer), floor):
            return False
    clean = sum(row.clean > 0 for row in hidden)
    flagged = sum(row.flagged > 0 for row in hidden)
    if halves and len(halves) < 2 and not (clean and flagged):
        return False  # the one half is a bridge between the layers
    across = bool(halves)
    clean_is_bridge = clean == 1 and not (across and flagged)
    flagged_is_bridge = flagged == 1 and not (across and clean)
    if clean_is_bridge and any(_small(row.clean, floor) for row in hidden):
        return False
    return not (flagged_is_bridge and any(_small(row.flagged, floor) for row in hidden))
