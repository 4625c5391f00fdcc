"""The office's pages and downloads: HTTP in, HTTP out. Figures come from `figures`, their shape from `tables`."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from central_office.fleet.languages import DAYS_SHOWN
from central_office.fleet.panels import ALARM_NAMES
from central_office.intake.models import Incident
from central_office.people import audit
from central_office.people.access import Right, needs, scope_of, visible
from central_office.results import charts, tables
from central_office.results.figures import METHOD, UNCOUNTED, Results, results_of
from central_office.results.kiosks import KioskRow, Status, kiosk_list, phone_chain
from central_office.rounds.catalogue import choose, plan_of
from central_office.rounds.models import PlanFile
from survey import index
from survey.index import Share
from survey.plan import Plan

REFRESH_S = 20
INCIDENTS_SHOWN = 20
INCIDENT_NAMES = {
    "conflict": "Trùng mã, khác nội dung",
    "rejected": "Bị từ chối",
    "chain_break": "Chuỗi bị đứt",
    "fork": "Hai nhánh (nghi sao chép thiết bị)",
    "missing": "Thiếu phiếu đã nhận",
    "panel": "Hộp nút",
    "slip": "Phiếu mời",
}


@require_safe
@needs(Right.SEE_FIGURES)
def results_page(request: HttpRequest) -> HttpResponse:
    plans = visible(request.user, PlanFile.objects.select_related("form").order_by("loaded_at"))
    chosen = _chosen(plans, request.GET.get("plan"))
    context: dict[str, Any] = {
        "refresh_s": REFRESH_S,
        "plans": [plan_of(plan.text) for plan in plans],
        "page": "results",
    }
    if chosen is not None:
        context |= _result_context(_results(request, chosen))
    return render(request, "office/results.html", context)


@require_safe
@needs(Right.SEE_FIGURES)
def results_csv(request: HttpRequest) -> HttpResponse:
    results = _results(request, _chosen_or_404(request))
    return _csv(f"ket-qua-{results.plan.id}.csv", tables.RESULT_HEAD, tables.result_rows(results))


@require_safe
@needs(Right.SEE_FIGURES)
def results_json(request: HttpRequest) -> HttpResponse:
    return JsonResponse(
        tables.results_json(_results(request, _chosen_or_404(request))), json_dumps_params={"ensure_ascii": False}
    )


@require_safe
@needs(Right.SEE_KIOSKS)
def kiosks_page(request: HttpRequest) -> HttpResponse:
    rows = _kiosks(request)
    counts = {status.value: sum(1 for row in rows if row.status is status) for status in Status}
    context = {
        "refresh_s": REFRESH_S,
        "page": "kiosks",
        "kiosks": rows,
        "now": timezone.now(),
        "counts": counts,
        "paused": sum(1 for row in rows if row.paused.since),
        "pending": sum(row.pending for row in rows),
        "quarantined": sum(row.quarantined for row in rows),
        "sick_panels": sum(1 for row in rows for panel in row.panels if not panel.well or panel.differ),
        "silent_after": settings.SILENT_AFTER_MINUTES,
        "language_days": DAYS_SHOWN,
        "phones": phone_chain() if scope_of(request.user).points is None else [],
    }
    return render(request, "office/kiosks.html", context)


@require_safe
@needs(Right.SEE_KIOSKS)
def kiosks_csv(request: HttpRequest) -> HttpResponse:
    return _csv("ki-ot.csv", tables.KIOSK_HEAD, tables.kiosk_rows(_kiosks(request)))


@require_safe
@needs(Right.SEE_KIOSKS)
def kiosks_json(request: HttpRequest) -> HttpResponse:
    body = {"at": timezone.now().isoformat(timespec="seconds"), "kiosks": tables.kiosks_json(_kiosks(request))}
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


@require_POST
@needs(Right.HANDLE_INCIDENTS)
def acknowledge(request: HttpRequest) -> HttpResponse:
    """A person has looked at the incidents up to the newest one that the page showed."""
    newest = request.POST.get("newest", "")
    if newest.isdecimal() and len(newest) < 19:
        with transaction.atomic():
            seen = Incident.objects.filter(seen_at=None, pk__lte=int(newest)).update(seen_at=timezone.now())
            if seen:
                audit.note(request.user.get_username(), "incidents.seen", newest, {"count": seen})
    return redirect("results")


def _chosen(plans: list[PlanFile], wanted: str | None) -> PlanFile | None:
    try:
        return choose(plans, wanted, timezone.localdate())
    except PlanFile.DoesNotExist:
        raise Http404 from None


def _chosen_or_404(request: HttpRequest) -> PlanFile:
    plans = visible(request.user, PlanFile.objects.select_related("form").order_by("loaded_at"))
    chosen = _chosen(plans, request.GET.get("plan"))
    if chosen is None:
        raise Http404
    return chosen


def _results(request: HttpRequest, plan: PlanFile) -> Results:
    """Of the whole plan; who sees a part of its points only is refused, for these sums cannot be had for a part."""
    if scope_of(request.user).points_of(plan.plan) is not None:
        raise PermissionDenied
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return results_of(plan, now, midnight)


def _kiosks(request: HttpRequest) -> list[KioskRow]:
    scope = scope_of(request.user)
    rows = kiosk_list(timezone.now(), timedelta(minutes=settings.SILENT_AFTER_MINUTES))
    return [row for row in rows if scope.holds(row.point, row.plan)]


def _result_context(results: Results) -> dict[str, Any]:
    incidents = list(Incident.objects.filter(seen_at=None).order_by("-pk")[:INCIDENTS_SHOWN])
    factors = [index.percent(figure.share.hundredths) for figure in results.factors]
    return {
        "results": results,
        "plan": results.plan,
        "method": METHOD,
        "warning": _warning(results.plan),
        "distribution": _distribution(results),
        "factor_chart": charts.factor_chart(results.factors, factors),
        "incidents": [(incident, _name(incident)) for incident in incidents],
        "incident_total": sum(results.incidents.values()),
        "quota_total": results.plan.allocated,
        "left_total": sum(group.left or 0 for group in results.points),
        "uncounted": [(name, results.uncounted.get(why, 0)) for why, name in UNCOUNTED.items()],
        "running": _phase(results.plan, results.at),
    }


def _name(incident: Incident) -> str:
    what = INCIDENT_NAMES.get(incident.kind, incident.kind)
    return f"{what}: {ALARM_NAMES.get(incident.code, incident.code)}" if incident.kind == "panel" else what


def _distribution(results: Results) -> charts.Chart | None:
    if results.overall is None:
        return None
    counts = results.overall.levels
    total = sum(counts)
    shares = [index.percent(Share(count, total).hundredths) for count in counts]
    return charts.distribution(results.level_names, counts, shares)


def _warning(plan: Plan) -> str:
    if not plan.warnings() or plan.declared_total is None:
        return ""
    difference = plan.allocated - plan.declared_total
    return (
        f"Kế hoạch phân bổ {plan.allocated} phiếu cho các điểm nhưng ghi tổng số {plan.declared_total} phiếu "
        f"(chênh {difference:+d}). Các con số được giữ nguyên như văn bản; theo dõi theo từng điểm."
    )


def _phase(plan: Plan, now: datetime) -> str:
    today = timezone.localdate(now)
    if plan.holds(today):
        return f"Đang khảo sát, còn {(plan.last_day - today).days + 1} ngày"
    return "Chưa bắt đầu" if today < plan.first_day else "Đã kết thúc"


def _csv(name: str, head: tuple[str, ...], rows: list[list[tables.Cell]]) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    body = tables.write_csv(head, rows)
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition})
