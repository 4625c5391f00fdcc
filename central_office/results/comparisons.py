"""The page on which two rounds stand side by side, and its CSV. Judges nothing: `comparing` does."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from central_office.people.access import Right, needs, visible
from central_office.results import analysis_tables, comparing
from central_office.results.analysis import Analysis
from central_office.results.keeping import current
from central_office.results.views import csv_reply, points_of
from central_office.rounds.catalogue import plan_of
from central_office.rounds.models import PlanFile
from survey.masking import INTERNAL_FLOOR


@require_safe
@needs(Right.SEE_FIGURES)
def compare_page(request: HttpRequest) -> HttpResponse:
    """`a`: the earlier round, `b`: the later; without them the one before, and the last."""
    plans = visible(request.user, PlanFile.objects.order_by("loaded_at"))
    a, b = _asked(request, [plan.plan for plan in plans])
    context: dict[str, Any] = {
        "page": "results",
        "plans": [plan_of(plan.text) for plan in plans],
        "a": a,
        "b": b,
        "floor": INTERNAL_FLOOR,
    }
    if a and b and a != b:
        earlier, later = _analysis(request, a), _analysis(request, b)
        tables = comparing.compare(earlier, later)
        context |= {"tables": tables, "earlier": earlier, "later": later, "method": comparing.METHOD}
    return render(request, "office/compare.html", context)


@require_safe
@needs(Right.SEE_FIGURES)
def compare_csv(request: HttpRequest) -> HttpResponse:
    a, b = (request.GET.get(name, "") for name in ("a", "b"))
    earlier, later = _analysis(request, a), _analysis(request, b)
    tables = comparing.compare(earlier, later)
    rows = analysis_tables.change_rows(tables, comparing.METHOD)
    return csv_reply(f"so-sanh-{earlier.plan.id}-{later.plan.id}.csv", analysis_tables.CHANGE_HEAD, rows)


def _asked(request: HttpRequest, plans: list[str]) -> tuple[str, str]:
    b = request.GET.get("b", plans[-1] if plans else "")
    others = [plan for plan in plans if plan != b]
    return request.GET.get("a", others[-1] if others else ""), b


def _analysis(request: HttpRequest, plan: str) -> Analysis:
    found = PlanFile.objects.select_related("form").filter(plan=plan.replace("\0", "")).first()
    if found is None or not visible(request.user, [found]):
        raise Http404
    return current(found, timezone.now(), points_of(request, found.plan))
