"""The counters of a round made anew from its records' bytes, as intake.sums tells them. Pure: reads no sum.

Counting itself is intake.counting's; in the window is judged by the plan that is handed in.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from central_office.intake.counting import PERSON, TIME, CellRow, HeapKey, Sums, sums_of
from central_office.intake.ledger import judge_for
from central_office.intake.lines import CellKey, Line
from central_office.intake.reading import Judge
from central_office.intake.sums import DayCount, PersonSum, PlaceCount, Points, TimeSum
from central_office.publication.recount import Member
from central_office.rounds.catalogue import plan_of
from central_office.rounds.models import PlanFile
from survey.plan import Plan

CHUNK = 5_000


@dataclass(slots=True)
class Counters:
    """The functions of intake.sums over counters of its own."""

    plan: Plan
    cells: list[CellKey] = field(default_factory=list)
    sums: Sums = field(default_factory=Sums)
    _known: dict[str, int] = field(default_factory=dict)

    def add(self, lines: list[Line]) -> None:
        """Count `lines`."""
        numbers = {line.cell: self._number(line.cell) for line in lines}
        rows = {key: CellRow(number, self.plan.holds(key.day)) for key, number in numbers.items()}
        self.sums.join(sums_of(lines, rows))

    def _number(self, key: CellKey) -> int:
        number = self._known.setdefault(key.text, len(self.cells))
        if number == len(self.cells):
            self.cells.append(key)
        return number

    def day_counts(self, _plan: str, forms: Collection[str], points: Points = None) -> Iterator[DayCount]:
        for number, key in enumerate(self.cells):
            if key.form in forms and (points is None or key.point in points):
                inside = self.plan.holds(key.day)
                where = (key.point, key.channel, key.state, key.day, key.flags, bool(key.flags), inside)
                yield DayCount(*where, key.agency, key.why, key.by_slip, self.sums.cells[number])

    def place_counts(self, plan: str, forms: Collection[str], points: Points = None) -> Iterator[PlaceCount]:
        added: Counter[tuple[str, str, str, bool, bool, str, str]] = Counter()
        for each in self.day_counts(plan, forms, points):
            place = (each.point, each.channel, each.state, each.flagged, each.in_window, each.agency, each.why)
            added[place] += each.count
        for place, count in sorted(added.items()):
            yield PlaceCount(*place, count)

    def day_states(
        self, plan: str, forms: Collection[str], points: Points = None
    ) -> Iterator[tuple[date, str, bool, int]]:
        added: Counter[tuple[date, str, bool]] = Counter()
        for each in self.day_counts(plan, forms, points):
            if each.in_window and not each.why:
                added[each.day, each.state, each.flagged] += each.count
        for (day, state, flagged), count in sorted(added.items()):
            yield day, state, flagged, count

    def time_sums(self, _plan: str, forms: Collection[str], points: Points = None) -> Iterator[TimeSum]:
        for key, question, value, count in self._heaps(TIME, forms, points):
            if key.month is not None:
                yield TimeSum(key.point, key.channel, key.agency, key.month, key.flagged, question, value, count)

    def person_sums(self, _plan: str, forms: Collection[str], points: Points = None) -> Iterator[PersonSum]:
        for key, question, value, count in self._heaps(PERSON, forms, points):
            yield PersonSum(key.point, key.field, key.respondent, key.flagged, question, value, count)

    def _heaps(self, family: str, forms: Collection[str], points: Points) -> Iterator[tuple[HeapKey, str, str, int]]:
        for key in sorted(self.sums.heaps, key=lambda each: each.text):
            if key.family == family and key.form in forms and (points is None or key.point in points):
                for (question, value), count in sorted(self.sums.heaps[key].items()):
                    yield key, question, value, count


def counters_of(plan_file: PlanFile, members: Iterable[Member]) -> Counters:
    """Counters of the records; of one that was withdrawn nothing is left to count."""
    counters, held = Counters(plan_of(plan_file.text)), list[Line]()
    for line in _lines(members):
        held.append(line)
        if len(held) == CHUNK:
            counters.add(held)
            held = []
    counters.add(held)
    return counters


def _lines(members: Iterable[Member]) -> Iterator[Line]:
    judges: dict[str, Judge] = {}
    cells: dict[tuple[CellKey, str], CellKey] = {}
    for member in members:
        if not member.raw:
            continue
        judge = judges.get(member.kiosk) or judges.setdefault(member.kiosk, judge_for(member.kiosk))
        line = judge.read(member.seq, member.raw)
        if isinstance(line, Line):
            yield _judged(line, member.why, cells)


def _judged(line: Line, why: str, cells: dict[tuple[CellKey, str], CellKey]) -> Line:
    """The line in its cell: that it is not counted stands beside its bytes, not in them."""
    if not why:
        return line
    cell = cells.get((line.cell, why)) or cells.setdefault((line.cell, why), replace(line.cell, why=why))
    return line._replace(cell=cell)
