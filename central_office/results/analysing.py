"""Asks the database for the sums of a round's answers and has them computed: the one way to a plan's Analysis.

Figures count answers inside the plan's window; each comes with and without the flagged ones (law 5). Answers whose slip
was used before, or was void, are told beside them and enter none.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Protocol

from central_office.fleet.models import Kiosk
from central_office.intake.grouped import Asked
from central_office.intake.models import Tombstone
from central_office.intake.single_use import USED, VOID
from central_office.intake.sums import PersonSum, PlaceCount, TimeSum
from central_office.results.analysis import Analysis, By, Given
from central_office.results.breaking import Layout
from central_office.results.computing import Round, compute
from central_office.results.heaping import heaped
from central_office.results.models import GivenFigure
from central_office.results.naming import other_names, point_names
from central_office.results.piles import Piles, pile_up
from central_office.results.placing import placed
from central_office.rounds.catalogue import form_of, plan_of
from central_office.rounds.models import FormFile, PlanFile
from central_office.units.tree import tree
from survey.form import Form
from survey.masking import INTERNAL_FLOOR
from survey.plan import Plan

Points = frozenset[str] | None


class Source(Protocol):
    """Sums to be piled up one by one: counters made anew from the raw bytes (publication.counters); intake.sums."""

    def place_counts(self, plan_id: str, forms: Collection[str], points: Points = None) -> Iterator[PlaceCount]: ...
    def day_states(
        self, plan_id: str, forms: Collection[str], points: Points = None
    ) -> Iterator[tuple[date, str, bool, int]]: ...
    def time_sums(self, plan_id: str, forms: Collection[str], points: Points = None) -> Iterator[TimeSum]: ...
    def person_sums(self, plan_id: str, forms: Collection[str], points: Points = None) -> Iterator[PersonSum]: ...


def analyse(
    plan_file: PlanFile,
    now: datetime,
    points: Points = None,
    floor: int = INTERNAL_FLOOR,
    source: Source | None = None,
) -> Analysis:
    """The figures of a plan at `now`; `points`: only of these; `floor`: the least n shown of a row; `source`: None for
    sums that the database groups (results.heaping), which are the same.

    From survey.masking.PUBLIC_FLOOR on all of it is for everybody: no small figure stands in it, and no signal.
    """
    plan, form = plan_of(plan_file.text), form_of(plan_file.form.text)
    forms = sorted(FormFile.objects.filter(form=plan.form).values_list("digest", flat=True))
    asked = Asked(plan.id, forms, points)
    piles = heaped(form, asked) if source is None else _piled(form, asked, source)
    for why in (USED, VOID):
        piles.uncounted.setdefault(why, 0)
    found = Round(plan, form, piles, _layout(plan, form, piles, points), floor, points is not None)
    return compute(found, now, dict(sorted(piles.days.items())), _withdrawn(plan, points), given_of(plan.id))


def _piled(form: Form, asked: Asked, source: Source) -> Piles:
    told = (asked.plan, asked.forms, asked.points)
    return pile_up(
        form,
        source.place_counts(*told),
        source.day_states(*told),
        source.time_sums(*told),
        source.person_sums(*told),
    )


def given_of(plan: str) -> tuple[Given, ...]:
    """Figures computed elsewhere, as entered for the plan."""
    rows = GivenFigure.objects.filter(plan_id=plan).order_by("period", "name")
    return tuple(Given(row.name, row.hundredths, row.source, row.period, row.method) for row in rows)


def _layout(plan: Plan, form: Form, piles: Piles, points: Points) -> Layout:
    names = point_names(plan, points, piles)
    units = tree(plan.last_day)
    parents, unit_names = placed(units, names)
    agencies = {code: units.name(code) for code in piles.codes(By.AGENCY) if code}
    wanted = {each.point.code: each.forms for each in plan.allocations}
    quotas = {code: forms for code, forms in wanted.items() if forms or plan.visits is None}  # visits: 0 is no quota
    first = {By.POINT: names} | ({By.UNIT: unit_names} if parents else {})
    return Layout(first | other_names(plan, form, piles, agencies), parents, quotas)


def _withdrawn(plan: Plan, points: Points) -> int:
    """A tombstone tells its kiosk and no point."""
    stones = Tombstone.objects.filter(plan=plan.id)
    if points is not None:
        stones = stones.filter(kiosk__in=Kiosk.objects.filter(point__in=points).values("kiosk"))
    return stones.count()
