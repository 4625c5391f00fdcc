"""Sums of answers heaped by what figures are broken down by, each source read once. Pure; judges and hides nothing."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, TypeAlias

from central_office.results.analysis import By
from survey.form import Form, Kind, Question, Role
from survey.index import Share
from survey.masking import Heap

RATED = (Role.OVERALL, Role.FACTOR)  # what every row of a breakdown is told of


class Place(Protocol):
    """Answers of one place, channel and state (central_office.intake.sums)."""

    @property
    def point(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def flagged(self) -> bool: ...
    @property
    def in_window(self) -> bool: ...
    @property
    def agency(self) -> str: ...
    @property
    def why(self) -> str: ...
    @property
    def count(self) -> int: ...


class Timed(Protocol):
    """How often a value was given in a month."""

    @property
    def point(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def agency(self) -> str: ...
    @property
    def month(self) -> date: ...
    @property
    def flagged(self) -> bool: ...
    @property
    def question(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def count(self) -> int: ...


class Personal(Protocol):
    """How often a value was given by a kind of citizen; question "" counts the answers, by their state."""

    @property
    def point(self) -> str: ...
    @property
    def field(self) -> str: ...
    @property
    def respondent(self) -> str: ...
    @property
    def flagged(self) -> bool: ...
    @property
    def question(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def count(self) -> int: ...


@dataclass(slots=True)
class Pile:
    """The answers to one question. `values`: how often each was given, unflagged and flagged; `points`: satisfied and
    n of each point, the clusters that they lie in."""

    values: dict[str, list[int]] = field(default_factory=dict)
    points: dict[str, list[int]] = field(default_factory=dict)

    def give(self, value: str, flagged: bool, count: int) -> None:
        counts = self.values.setdefault(value, [0, 0])
        counts[flagged] += count

    def cluster(self, point: str, satisfied: int, n: int) -> None:
        counts = self.points.setdefault(point, [0, 0])
        counts[0] += satisfied
        counts[1] += n

    def join(self, other: "Pile") -> None:
        for value, (clean, flagged) in other.values.items():
            self.give(value, False, clean)
            self.give(value, True, flagged)
        for point, (satisfied, n) in other.points.items():
            self.cluster(point, satisfied, n)

    def count(self, value: str) -> int:
        return sum(self.values.get(value, (0, 0)))

    def clusters(self, hidden: Collection[str] = ()) -> list[Share]:
        """Of the points; those whose own figure is `hidden` together as one."""
        found = [Share(*self.points[point]) for point in sorted(self.points) if point not in hidden]
        rest = [Share(*self.points[point]) for point in self.points if point in hidden]
        return [*found, sum(rest, Share(0, 0))] if rest else found

    def heavy_clusters(self, floor: int) -> list[Share]:
        """Of the points, the smallest together until none has fewer than `floor`: where no point's figure is told."""
        found = sorted((share for share in self.clusters() if share.n), key=lambda share: share.n)
        while len(found) > 1 and found[0].n < floor:
            found = sorted([found[0] + found[1], *found[2:]], key=lambda share: share.n)
        return found


@dataclass(slots=True)
class Counts:
    """How many answers a row has."""

    received: int = 0
    partial: int = 0
    flagged: int = 0

    def add(self, state: str, flagged: bool, count: int) -> None:
        self.received += count
        self.partial += count if state == "partial" else 0
        self.flagged += count if flagged else 0

    def join(self, other: "Counts") -> None:
        self.received += other.received
        self.partial += other.partial
        self.flagged += other.flagged


@dataclass(slots=True)
class Piles:
    """`whole` by question; `rows` by breakdown, row and question; `counts` by breakdown and row; `days`: answers."""

    whole: dict[str, Pile] = field(default_factory=dict)
    rows: dict[By, dict[str, dict[str, Pile]]] = field(default_factory=dict)
    counts: dict[By, dict[str, Counts]] = field(default_factory=dict)
    total: Counts = field(default_factory=Counts)
    outside_window: int = 0
    uncounted: dict[str, int] = field(default_factory=dict)
    days: dict[date, int] = field(default_factory=dict)

    def of(self, by: By, code: str, question: str) -> Pile:
        return self.rows.get(by, {}).get(code, {}).get(question) or Pile()

    def counts_of(self, by: By, code: str) -> Counts:
        return self.counts.get(by, {}).get(code) or Counts()

    def codes(self, by: By) -> list[str]:
        return sorted({*self.rows.get(by, {}), *self.counts.get(by, {})})

    def merge(self, source: By, by: By, parent: Mapping[str, str]) -> None:
        """Make the rows of `by` from those of `source`; `parent`: which row each stands in."""
        for code, questions in self.rows.get(source, {}).items():
            for question, pile in questions.items():
                pile_of(self.rows, by, parent[code], question).join(pile)
        for code, counts in self.counts.get(source, {}).items():
            self.counts.setdefault(by, {}).setdefault(parent[code], Counts()).join(counts)


def pile_up(
    form: Form,
    places: Iterable[Place],
    days: Iterable[tuple[date, str, bool, int]],
    times: Iterable[Timed],
    people: Iterable[Personal],
) -> Piles:
    """`days`: day, state, flagged and how many, of answers that count."""
    piles = Piles()
    for place in places:
        add_place(piles, place)
    for day, state, flagged, count in days:
        piles.days[day] = piles.days.get(day, 0) + count
        add_count(piles, By.MONTH, month_code(day), state, flagged, count)
    _add_times(piles, form, times)
    _add_people(piles, form, people)
    return piles


def month_code(day: date) -> str:
    return f"{day:%Y-%m}"


def judge_of(form: Form) -> dict[tuple[str, str], bool]:
    """Of each question's levels, as text, whether they are satisfied ones; what is no level is not in it."""
    known: dict[tuple[str, str], bool] = {}
    for question in form.questions:
        least = favourable_from(question)
        for level in question.scale.levels if question.scale and least is not None else ():
            known[question.code, str(level.value)] = level.value >= (least or 0)
    return known


def favourable_from(question: Question) -> int | None:
    """The least level that an index counts: the scale's own; else the last but one, of four levels or more (R-092)."""
    if question.kind is not Kind.SCALE or question.scale is None:
        return None
    levels = question.scale.levels
    own = question.scale.satisfied_from
    return own if own is not None else levels[-2].value if len(levels) > 3 else levels[-1].value


def heap_of(pile: Pile, question: Question) -> Heap:
    """Its answers on the scale, for masking."""
    levels = [str(level.value) for level in question.scale.levels] if question.scale else []
    pairs = [pile.values.get(level, [0, 0]) for level in levels]
    clean, flagged = (sum(pair[layer] for pair in pairs) for layer in (0, 1))
    return Heap(clean + flagged, clean)


def add_place(piles: Piles, row: Place) -> None:
    if row.why:
        piles.uncounted[row.why] = piles.uncounted.get(row.why, 0) + row.count
    elif not row.in_window:
        piles.outside_window += row.count
    else:
        piles.total.add(row.state, row.flagged, row.count)
        for by, code in ((By.POINT, row.point), (By.CHANNEL, row.channel), (By.AGENCY, row.agency)):
            add_count(piles, by, code, row.state, row.flagged, row.count)


Clusters: TypeAlias = "dict[tuple[str, str, str, date, str], list[int]]"


def _add_times(piles: Piles, form: Form, times: Iterable[Timed]) -> None:
    """A year of a thousand points is a million sums: each is put in two small heaps here, and these in the rows'."""
    judge, asked = judge_of(form), rated(form)
    spots: Counter[tuple[str, str, str, bool]] = Counter()
    moments: Counter[tuple[str, str, date, str, str, bool]] = Counter()
    clusters: Clusters = {}
    for row in times:
        question, value, count = row.question, row.value, row.count
        spots[row.point, question, value, row.flagged] += count
        if question not in asked:
            continue
        moments[row.channel, row.agency, row.month, question, value, row.flagged] += count
        if (question, value) in judge:
            cluster = clusters.setdefault((row.point, row.channel, row.agency, row.month, question), [0, 0])
            cluster[judge[question, value]] += count
    _add_spots(piles, form, spots)
    for (channel, agency, month, question, value, flagged), count in moments.items():
        for by, code in _moment(channel, agency, month):
            pile_of(piles.rows, by, code, question).give(value, flagged, count)
    for (point, channel, agency, month, question), (others, satisfied) in clusters.items():
        for by, code in _moment(channel, agency, month):
            pile_of(piles.rows, by, code, question).cluster(point, satisfied, satisfied + others)


def _add_spots(piles: Piles, form: Form, spots: Mapping[tuple[str, str, str, bool], int]) -> None:
    """`spots`: by point, question, value and whether flagged."""
    judge, asked = judge_of(form), rated(form)
    marks = {question.code for question in form.questions if any(option.signal for option in question.options)}
    for (point, question, value, flagged), count in spots.items():
        mine = [piles.whole.setdefault(question, Pile())]
        if question in asked or question in marks:
            mine.append(pile_of(piles.rows, By.POINT, point, question))
        for pile in mine:
            pile.give(value, flagged, count)
            if (question, value) in judge:
                pile.cluster(point, count * judge[question, value], count)


def _moment(channel: str, agency: str, month: date) -> tuple[tuple[By, str], ...]:
    return (By.CHANNEL, channel), (By.AGENCY, agency), (By.MONTH, month_code(month))


def _add_people(piles: Piles, form: Form, people: Iterable[Personal]) -> None:
    judge, asked = judge_of(form), rated(form)
    for row in people:
        for by, code in ((By.FIELD, row.field), (By.RESPONDENT, row.respondent)):
            if not row.question:
                add_count(piles, by, code, row.value, row.flagged, row.count)
            elif row.question in asked:
                pile = pile_of(piles.rows, by, code, row.question)
                pile.give(row.value, row.flagged, row.count)
                if (row.question, row.value) in judge:
                    pile.cluster(row.point, row.count * judge[row.question, row.value], row.count)


def rated(form: Form) -> set[str]:
    """Codes of the questions that every row of a breakdown is told of."""
    return {question.code for question in form.questions if question.role in RATED}


def add_count(piles: Piles, by: By, code: str, state: str, flagged: bool, count: int) -> None:
    piles.counts.setdefault(by, {}).setdefault(code, Counts()).add(state, flagged, count)


def pile_of(rows: dict[By, dict[str, dict[str, Pile]]], by: By, code: str, question: str) -> Pile:
    return rows.setdefault(by, {}).setdefault(code, {}).setdefault(question, Pile())
