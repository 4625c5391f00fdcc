"""The office's pages and downloads: HTTP in, HTTP out. Figures come from `keeping`, their shape from
`showing` and the tables."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from central_office.fleet.models import Kiosk
from central_office.fleet.panels import ALARM_NAMES
from central_office.intake.lines import PLAN_ZONE
from central_office.intake.models import Incident
from central_office.people import audit
from central_office.people.access import Right, Scope, may, needs, scope_of, visible
from central_office.results import analysis_tables, showing, spreadsheet
from central_office.results.analysis import Analysis
from central_office.results.analysis_json import as_json
from central_office.results.figures import unseen_incidents
from central_office.results.keeping import current
from central_office.results.sayings import UNCOUNTED
from central_office.rounds.catalogue import choose, plan_of
from central_office.rounds.models import PlanFile

INCIDENTS_SHOWN = 20
INCIDENT_NAMES = {
    "conflict": "Trùng mã, khác nội dung",
    "rejected": "Bị từ chối",
    "chain_break": "Chuỗi bị đứt",
    "fork": "Hai nhánh (nghi sao chép thiết bị)",
    "missing": "Thiếu phiếu đã nhận",
    "panel": "Hộp nút",
    "slip": "Phiếu mời",
    "enrolment": "Mã ghi danh bị dùng lần nữa (nghi sao chép thẻ)",
}


@require_safe
@needs(Right.SEE_FIGURES)
def results_page(request: HttpRequest) -> HttpResponse:
    plans = visible(request.user, PlanFile.objects.select_related("form").order_by("loaded_at"))
    chosen = _chosen(plans, request.GET.get("plan"))
    context: dict[str, Any] = {
        "plans": [plan_of(plan.text) for plan in plans],
        "page": "results",
    }
    if chosen is not None:
        points = points_of(request, chosen.plan)
        analysis = current(chosen, timezone.now(), points)
        context |= showing.context(analysis) | _beside_figures(request, analysis, points)
    return render(request, "office/results.html", context)


@require_safe
@needs(Right.SEE_FIGURES)
def results_csv(request: HttpRequest) -> HttpResponse:
    analysis = _analysis(request)
    return csv_reply(f"ket-qua-{analysis.plan.id}.csv", analysis_tables.HEAD, analysis_tables.rows_of(analysis))


@require_safe
@needs(Right.SEE_FIGURES)
def results_json(request: HttpRequest) -> HttpResponse:
    analysis = _analysis(request)
    body = as_json(analysis)
    body["received_today"] = _today(analysis)
    if points_of(request, analysis.plan.id) is None:
        body["incidents"] = dict(unseen_incidents())
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


@require_safe
@needs(Right.SEE_FIGURES)
def index_csv(request: HttpRequest) -> HttpResponse:
    """What counts into the administrative reform index of units (R-096)."""
    analysis = _analysis(request)
    name = f"chi-so-don-vi-{analysis.plan.id}.csv"
    return csv_reply(name, analysis_tables.INDEX_HEAD, analysis_tables.index_rows(analysis))


@require_POST
@needs(Right.HANDLE_INCIDENTS)
def acknowledge(request: HttpRequest) -> HttpResponse:
    """A person has looked at the incidents up to the newest one that the page showed."""
    newest = request.POST.get("newest", "")
    if newest.isdecimal() and len(newest) < 19:
        with transaction.atomic():
            mine = _unseen(scope_of(request.user)).filter(pk__lte=int(newest))
            if seen := mine.update(seen_at=timezone.now()):
                audit.note(request.user.get_username(), "incidents.seen", newest, {"count": seen})
    return redirect("results")


def _chosen(plans: list[PlanFile], wanted: str | None) -> PlanFile | None:
    try:
        return choose(plans, wanted, timezone.now().astimezone(PLAN_ZONE).date())
    except PlanFile.DoesNotExist:
        raise Http404 from None


def _chosen_or_404(request: HttpRequest) -> PlanFile:
    plans = visible(request.user, PlanFile.objects.select_related("form").order_by("loaded_at"))
    chosen = _chosen(plans, request.GET.get("plan"))
    if chosen is None:
        raise Http404
    return chosen


def points_of(request: HttpRequest, plan: str) -> frozenset[str] | None:
    """The points of a plan whose figures the person may see; None: all."""
    return scope_of(request.user).points_of(plan)


def _analysis(request: HttpRequest) -> Analysis:
    chosen = _chosen_or_404(request)
    return current(chosen, timezone.now(), points_of(request, chosen.plan))


def _today(analysis: Analysis) -> int:
    """Of this plan alone, by the day on which people answered; plans count days in one zone wherever the office is."""
    return analysis.days.get(analysis.at.astimezone(PLAN_ZONE).date(), 0)


def _beside_figures(request: HttpRequest, analysis: Analysis, points: frozenset[str] | None) -> dict[str, Any]:
    """What stands on the page beside the figures: what came today, what somebody must look at."""
    handles = may(request.user, Right.HANDLE_INCIDENTS)  # sees exactly those that the button is for
    unseen = _unseen(scope_of(request.user, Right.HANDLE_INCIDENTS if handles else Right.SEE_FIGURES))
    return {
        "incidents": [(incident, _name(incident)) for incident in unseen.order_by("-pk")[:INCIDENTS_SHOWN]],
        "incident_total": unseen.count(),
        "uncounted": [(name, analysis.uncounted.get(why, 0)) for why, name in UNCOUNTED.items()],
        "received_today": _today(analysis),
        "partial_scope": points is not None,
    }


def _unseen(scope: Scope) -> "QuerySet[Incident]":
    """What nobody has looked at yet, of the kiosks that stand in the scope; of a phone's slip only for who sees all."""
    unseen = Incident.objects.filter(seen_at=None)
    if scope.is_everywhere and not scope.hidden:
        return unseen
    kiosks = Kiosk.objects.values_list("kiosk", "plan", "point")
    return unseen.filter(
        kiosk__in=[kiosk for kiosk, plan, point in kiosks if scope.sees(plan) and scope.holds(point, plan)]
    )


def _name(incident: Incident) -> str:
    what = INCIDENT_NAMES.get(incident.kind, incident.kind)
    return f"{what}: {ALARM_NAMES.get(incident.code, incident.code)}" if incident.kind == "panel" else what


def csv_reply(name: str, head: tuple[str, ...], rows: Iterable[list[spreadsheet.Cell]]) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    body = spreadsheet.write_csv(head, rows)
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition})
