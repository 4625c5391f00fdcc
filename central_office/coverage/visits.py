"""Takes in how many people came, after checks, and tells what holds now. Knows no answer and no slip.

A refusal is a sentence for the person who entered the number; the same number again changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from central_office.coverage.models import Source, VisitCount
from central_office.people import audit
from central_office.rounds.models import PlanFile
from survey.coverage import MOST_VISITS
from survey.plan import Plan

MOST_NOTED = 20  # points named in the log's line of one entry


@dataclass(frozen=True, slots=True)
class Told:
    """`count` None: an earlier telling is taken back. `source`: one of `Source`."""

    point: str
    day: date
    count: int | None
    source: str = Source.STAFF.value


@dataclass(frozen=True, slots=True)
class Sorted:
    """What entering some tellings would do: `new` are stored, `same` hold already, `refused` come with a reason."""

    new: tuple[Told, ...]
    same: int
    refused: tuple[tuple[Told, str], ...]


def refusal(told: Told, plan: Plan, today: date) -> str:
    """Why the number cannot be, in Vietnamese; "" if it can."""
    if plan.allocation(told.point) is None:
        return f"kế hoạch không có điểm «{told.point}»"
    if not plan.holds(told.day):
        return f"ngày {told.day:%d/%m/%Y} không thuộc đợt khảo sát ({plan.first_day:%d/%m} – {plan.last_day:%d/%m/%Y})"
    if told.day > today:
        return f"ngày {told.day:%d/%m/%Y} chưa tới"
    if told.source not in Source:
        return f"không có nguồn «{told.source}»"
    if told.count is not None and not 0 <= told.count <= MOST_VISITS:
        return f"số lượt phải từ 0 đến {MOST_VISITS:,}".replace(",", ".")
    return ""


def sort(plan: Plan, tellings: Iterable[Told], today: date) -> Sorted:
    """What `enter` would do with them."""
    holding = latest(plan.id)
    new: list[Told] = []
    refused: list[tuple[Told, str]] = []
    same = 0
    for told in tellings:
        if reason := refusal(told, plan, today):
            refused.append((told, reason))
        elif _holds(holding.get((told.point, told.day)), told):
            same += 1
        else:
            new.append(told)
    return Sorted(tuple(new), same, tuple(refused))


def enter(plan: Plan, tellings: Sequence[Told], by: str, now: datetime, today: date, actor: str = "") -> Sorted:
    """Store what is new. Two people who enter at once follow each other, so that the same file twice adds nothing.

    `actor`: who the log names, where that is not `by`.
    """
    with transaction.atomic():
        PlanFile.objects.select_for_update().get(plan=plan.id)
        result = sort(plan, tellings, today)
        VisitCount.objects.bulk_create(
            VisitCount(
                plan=plan.id,
                point=told.point,
                day=told.day,
                count=told.count,
                source=told.source,
                entered_by=by[:150],
                entered_at=now,
            )
            for told in result.new
        )
        if result.new:
            points = sorted({told.point for told in result.new})
            audit.note(
                actor or by, "visits.entered", plan.id, {"numbers": len(result.new), "points": points[:MOST_NOTED]}
            )
    return result


def latest(plan: str) -> dict[tuple[str, date], VisitCount]:
    """What holds of each point and day of which something was told; a telling taken back is among them, with None."""
    newest = VisitCount.objects.filter(plan=plan).values("point", "day").annotate(last=Max("pk")).values("last")
    return {(row.point, row.day): row for row in VisitCount.objects.filter(pk__in=newest)}


def history(plan: str, point: str) -> list[VisitCount]:
    """Every telling of a point, the newest first."""
    return list(VisitCount.objects.filter(plan=plan, point=point).order_by("-pk"))


def _holds(row: VisitCount | None, told: Told) -> bool:
    if row is None:
        return told.count is None
    if row.count is None or told.count is None:
        return row.count is told.count
    return (row.count, row.source) == (told.count, told.source)
