"""The history of a plan: who did what, when, and what it said before. Added to with the change itself."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from central_office.people.audit import note as audit
from central_office.rounds.models import PlanEvent
from survey.plan import Plan
from survey.plan_parts import Milestone


class Kind(StrEnum):
    LOADED = "loaded"
    EDITED = "edited"  # while it was a draft that nobody had answered
    AMENDED = "amended"  # by a dated paper
    STAGE = "stage"
    MILESTONE = "milestone"  # met
    FORM = "form"  # another version of its form is asked by


class Stage(StrEnum):
    """How far a plan is (facts §5 no. 30). In this order; back only by a person who says why."""

    DRAFT = "draft"
    ACCEPTED = "accepted"
    APPROVED = "approved"
    PUBLISHED = "published"


def add(
    plan: str,
    kind: Kind,
    actor: str,
    now: datetime,
    *,
    about: str = "",
    note: str = "",
    day: date | None = None,
    replaced: str = "",
) -> None:
    """One more row, and its line in the log of people. Call it inside the transaction of the change."""
    PlanEvent.objects.create(
        plan_id=plan, kind=kind, at=now, actor=actor, about=about, note=note, day=day, replaced=replaced
    )
    action = f"plan.{about if kind is Kind.STAGE else kind}"
    audit(actor, action, plan, {"about": about, "note": note, "day": day.isoformat() if day else ""})


def of(plan: str) -> list[PlanEvent]:
    """Newest first."""
    return list(PlanEvent.objects.filter(plan_id=plan).order_by("-id"))


def stage_of(plan: str) -> Stage:
    """A plan that nobody has moved on is a draft."""
    return stages_of([plan]).get(plan, Stage.DRAFT)


def stages_of(plans: list[str]) -> Mapping[str, Stage]:
    """The stage of each plan that was ever moved."""
    moved = PlanEvent.objects.filter(plan_id__in=plans, kind=Kind.STAGE).order_by("id")
    return {plan: Stage(about) for plan, about in moved.values_list("plan_id", "about")}


def met(plan: Plan) -> dict[Milestone, date]:
    """When each milestone was met, by its task; of several tellings the last one holds."""
    told = PlanEvent.objects.filter(plan_id=plan.id, kind=Kind.MILESTONE).order_by("id")
    days = {about: day for about, day in told.values_list("about", "day") if day is not None}
    return {milestone: days[milestone.task] for milestone in plan.milestones if milestone.task in days}
