"""What coverage is made of: counts of points and days that can be added, and what the plan's rule says of them.

Pure: knows no database, no request and no rating. `gathering` makes these values.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from central_office.coverage.counts import Way
from survey.coverage import Band, Verdict, VisitsRule, tenths
from survey.plan import Plan

URGENCY = (  # of points; what a person must look at stands first
    *(Verdict.ABOVE, Verdict.MORE_THAN_VISITS, Verdict.BELOW, Verdict.UNKNOWN, Verdict.NO_VISITS, Verdict.WITHIN),
    None,
)
TO_LOOK_AT = URGENCY[:4]


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of some points and days. `ways`: answers in the window by how they came, in the order of `Way`.

    `no_dossier`: slips printed for no dossier; `withdrawn`: those taken back with their code before any answer came.

    `visits`: of the days where they are known, None where of none; `compared` and `compared_clean`: the answers, and
    those without a flag, of these same days. `missing`: days that are over and whose visits nobody knows. `uncounted`:
    answers that enter no figure, because their slip was used before or taken back.
    """

    printed: int = 0
    void: int = 0
    used: int = 0
    withdrawn: int = 0
    no_dossier: int = 0
    ways: tuple[int, ...] = (0,) * len(Way)
    flagged: int = 0
    uncounted: int = 0
    visits: int | None = None
    compared: int = 0
    compared_clean: int = 0
    missing: int = 0
    sources: frozenset[str] = frozenset()

    @property
    def answers(self) -> int:
        return sum(self.ways)

    @property
    def left(self) -> int:
        """Slips printed that nobody has answered with."""
        return self.printed - self.used

    @property
    def response(self) -> int | None:
        """Of the slips printed, how many an answer came with; tenths of a percent."""
        return tenths(self.used, self.printed)

    @property
    def per_visit(self) -> int | None:
        """Answers for visits, both of the days whose visits are known; tenths of a percent."""
        return tenths(self.compared, self.visits or 0)


@dataclass(frozen=True, slots=True)
class Judged:
    """Some figures and what the rule says of them. `clean`: what it says without the flagged answers (law 5)."""

    figures: Figures
    band: Band | None
    verdict: Verdict | None
    clean: Verdict | None


@dataclass(frozen=True, slots=True)
class Point:
    """`days`: the window's days in order; None for one that has not come. `late`, `early`: answers outside it."""

    code: str
    name: str
    total: Judged
    days: tuple[Judged | None, ...]
    late: int = 0
    early: int = 0

    @property
    def needs_a_look(self) -> bool:
        return self.total.verdict in TO_LOOK_AT

    @property
    def urgency(self) -> tuple[int, int]:
        """Less is more urgent: the whole first, then how many days are not well."""
        bad = sum(1 for day in self.days if day is not None and day.verdict in TO_LOOK_AT)
        return URGENCY.index(self.total.verdict), -bad


@dataclass(frozen=True, slots=True)
class Coverage:
    """Everything the page, its CSV and its JSON show. `points` in the order of the plan; `outside`: slips of other
    days than the window's."""

    plan: Plan
    today: date
    days: tuple[date, ...]
    points: tuple[Point, ...]
    total: Figures
    outside: int

    @property
    def late(self) -> int:
        return sum(point.late for point in self.points)

    @property
    def early(self) -> int:
        return sum(point.early for point in self.points)

    def most_urgent_first(self) -> list[Point]:
        return sorted(self.points, key=lambda point: point.urgency)

    def verdicts(self) -> dict[Verdict, int]:
        """How many points each verdict has."""
        found: dict[Verdict, int] = dict.fromkeys(Verdict, 0)
        for point in self.points:
            if point.total.verdict is not None:
                found[point.total.verdict] += 1
        return found


def add(parts: Iterable[Figures]) -> Figures:
    """The sum. Visits are known where those of any part are."""
    parts = list(parts)
    known = [part.visits for part in parts if part.visits is not None]
    return Figures(
        printed=sum(part.printed for part in parts),
        void=sum(part.void for part in parts),
        used=sum(part.used for part in parts),
        withdrawn=sum(part.withdrawn for part in parts),
        no_dossier=sum(part.no_dossier for part in parts),
        ways=tuple(map(sum, zip(*(part.ways for part in parts), strict=True))) or Figures().ways,
        flagged=sum(part.flagged for part in parts),
        uncounted=sum(part.uncounted for part in parts),
        visits=sum(known) if known else None,
        compared=sum(part.compared for part in parts),
        compared_clean=sum(part.compared_clean for part in parts),
        missing=sum(part.missing for part in parts),
        sources=frozenset().union(*(part.sources for part in parts)),
    )


def judge(rule: VisitsRule | None, figures: Figures) -> Judged:
    """What the rule says; without a rule only that more answered than came. A day missing leaves the whole unknown;
    where none is missing and none known (the round begins, a Sunday) there is nothing to judge yet."""
    visits = None if figures.missing else figures.visits
    if figures.visits is None and not figures.missing:
        return Judged(figures, None, None, None)
    if rule is None:
        suspect = visits is not None and figures.compared > visits
        verdict = Verdict.MORE_THAN_VISITS if suspect else None
        return Judged(figures, None, verdict, verdict)
    return Judged(
        figures,
        None if visits is None else rule.band(visits),
        rule.verdict(visits, figures.compared),
        rule.verdict(visits, figures.compared_clean),
    )
