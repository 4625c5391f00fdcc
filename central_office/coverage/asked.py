"""Which plan a request is about, and what day it is where plans are carried out."""

from dataclasses import replace
from datetime import date

from django.http import Http404, HttpRequest
from django.utils import timezone

from central_office.intake.lines import PLAN_ZONE
from central_office.people.access import scope_of, visible
from central_office.rounds.catalogue import choose, plan_of
from central_office.rounds.models import PlanFile
from survey.plan import Plan


def today() -> date:
    """The day in the plans' zone, whatever zone the office is set to."""
    return timezone.now().astimezone(PLAN_ZONE).date()


def plan_asked(request: HttpRequest) -> Plan | None:
    """The plan asked for, or the one that runs; None when there is none. Raises: Http404 for an unknown.

    Only plans that the person sees, each with the points that the person sees and no other.
    """
    plans = visible(request.user, PlanFile.objects.order_by("loaded_at"))
    wanted = request.POST.get("plan") or request.GET.get("plan")
    try:
        chosen = choose(plans, wanted, today())
    except PlanFile.DoesNotExist:
        raise Http404 from None
    return None if chosen is None else cut(plan_of(chosen.text), scope_of(request.user).points_of(chosen.plan))


def cut(plan: Plan, points: frozenset[str] | None) -> Plan:
    """The plan with those points alone: whatever is summed over it is summed over them. None: all of them."""
    if points is None:
        return plan
    kept = tuple(allocation for allocation in plan.allocations if allocation.point.code in points)
    return replace(plan, allocations=kept, declared_total=None)


def plan_or_404(request: HttpRequest) -> Plan:
    plan = plan_asked(request)
    if plan is None:
        raise Http404
    return plan
