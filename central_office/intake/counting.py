"""What new records add to the counters: answers to their day's cell, ratings to two heaps. Pure: knows no database.

A heap of family TIME is a month of one point, channel and agency; one of family PERSON is a field of procedures and a
kind of respondent at one point, over the whole plan. Both hold only answers that are in the window and counted.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date
from typing import NamedTuple, TypeAlias

from central_office.intake.lines import NO_CELL, CellKey, Line

Pair: TypeAlias = tuple[str, str]  # question, value
TIME, PERSON = "time", "person"


class HeapKey(NamedTuple):
    """The columns of one heap; `text` is their unique spelling. `month`: its first day, None in family PERSON."""

    family: str
    plan: str
    form: str
    point: str
    channel: str = ""
    agency: str = ""
    month: date | None = None
    field: str = ""
    respondent: str = ""
    flagged: bool = False

    @property
    def text(self) -> str:
        month = self.month.isoformat()[:7] if self.month else ""
        parts = (*self[:6], month, self.field, self.respondent, "flagged" if self.flagged else "")
        return "|".join(parts)


class CellRow(NamedTuple):
    """A cell as the database has it: whether its day is in the window is said there, not by who read the batch."""

    id: int
    in_window: bool


@dataclass(slots=True)
class Sums:
    """What is added: `cells` by the row's id; `heaps`: how often each pair was given."""

    cells: Counter[int] = made(default_factory=Counter)
    heaps: dict[HeapKey, Counter[Pair]] = made(default_factory=dict)

    def add(self, group: "Group", cell: CellKey, row: CellRow) -> None:
        """Count `group`, whose answers stand in `cell`."""
        self.cells[row.id] += group.answers
        if row.in_window and not cell.why:
            self._heap(time_heap(cell), group.pairs)
            person = self._heap(person_heap(cell, group.field, group.respondent), group.pairs)
            person["", cell.state] += group.answers  # how many answers there were, finished or not

    def _heap(self, key: HeapKey, pairs: Mapping[Pair, int]) -> Counter[Pair]:
        heap = self.heaps.setdefault(key, Counter())
        heap.update(pairs)
        return heap

    def join(self, other: "Sums") -> None:
        """Add `other`'s."""
        self.cells.update(other.cells)
        for key, pairs in other.heaps.items():
            self._heap(key, pairs)

    def negative(self) -> "Sums":
        """The same, taken off."""
        heaps = {key: Counter({pair: -count for pair, count in pairs.items()}) for key, pairs in self.heaps.items()}
        return Sums(Counter({cell: -count for cell, count in self.cells.items()}), heaps)


@dataclass(slots=True)
class Group:
    """Records of one cell, one field and one kind of respondent."""

    field: str
    respondent: str
    answers: int = 0
    pairs: Counter[Pair] = made(default_factory=Counter)


def sums_of(lines: Iterable[Line], cells: Mapping[CellKey, CellRow]) -> Sums:
    """What `lines` add; erased ones add nothing."""
    groups: dict[tuple[CellKey, str, str], Group] = {}
    for line in lines:
        key = (line.cell, line.field, line.respondent)
        group = groups.get(key)
        if group is None:
            group = groups[key] = Group(line.field, line.respondent)
        group.answers += 1
        group.pairs.update(line.counted)
    sums = Sums()
    for (cell, _, _), group in groups.items():
        if cell is not NO_CELL:
            sums.add(group, cell, cells[cell])
    return sums


def time_heap(cell: CellKey) -> HeapKey:
    place = (cell.plan, cell.form, cell.point, cell.channel, cell.agency)
    return HeapKey(TIME, *place, month=cell.day.replace(day=1), flagged=bool(cell.flags))


def person_heap(cell: CellKey, field: str, respondent: str) -> HeapKey:
    kind = {"field": field, "respondent": respondent, "flagged": bool(cell.flags)}
    return HeapKey(PERSON, cell.plan, cell.form, cell.point, **kind)  # type: ignore[arg-type]
