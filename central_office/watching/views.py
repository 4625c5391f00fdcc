"""The pages of a running round: HTTP in, HTTP out. The status comes from `gathering`, its drawings from `picture`."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from central_office.coverage.asked import plan_asked
from central_office.csv_in import read_day
from central_office.intake.sums import day_counts
from central_office.people.access import Right, may, needs, scope_of, visible
from central_office.results.spreadsheet import write_csv
from central_office.rounds.models import PlanFile
from central_office.units.tree import tree
from central_office.watching import picture, tables, words
from central_office.watching.alerts import seen_by
from central_office.watching.chat import daily_text, length
from central_office.watching.gathering import forms_of, status_of
from central_office.watching.models import State
from central_office.watching.status import PointStatus, Status
from survey.plan import Plan

BY_NAME = "van"
FEW = 30
ROOM = 110  # letters in a line of the text's box
UNPROCESSABLE = 422


@require_safe
@needs(Right.SEE_COUNTS)
def watching_page(request: HttpRequest) -> HttpResponse:
    plan = plan_asked(request)
    if plan is None:
        return render(request, "watching/none.html", {"page": "watching"})
    status, context = _status(request, plan)
    http = UNPROCESSABLE if context["wrong_day"] else 200
    return render(request, "watching/watching.html", context | _whole_context(request, status), status=http)


@require_safe
@needs(Right.SEE_COUNTS)
def point_page(request: HttpRequest, code: str) -> HttpResponse:
    status, context = _status(request, _plan(request))
    point = next((point for point in status.points if point.code == code), None)
    if point is None:
        raise Http404
    http = UNPROCESSABLE if context["wrong_day"] else 200
    return render(request, "watching/point.html", context | _point_context(status, point), status=http)


@require_safe
@needs(Right.SEE_COUNTS)
def status_csv(request: HttpRequest) -> HttpResponse:
    status = _status_or_404(request)
    name = f'attachment; filename="theo-doi-{status.plan.id}-{status.day:%Y-%m-%d}.csv"'
    body = write_csv(tables.HEAD, tables.rows(status))
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})


@require_safe
@needs(Right.SEE_COUNTS)
def status_json(request: HttpRequest) -> HttpResponse:
    status = _status_or_404(request)
    return JsonResponse(tables.as_json(status), json_dumps_params={"ensure_ascii": False})


def _status_or_404(request: HttpRequest) -> Status:
    """A file of a day that nobody can read is none."""
    status, context = _status(request, _plan(request))
    if context["wrong_day"]:
        raise Http404
    return status


def _plan(request: HttpRequest) -> Plan:
    plan = plan_asked(request)
    if plan is None:
        raise Http404
    return plan


def _status(request: HttpRequest, plan: Plan) -> tuple[Status, dict[str, Any]]:
    typed = request.GET.get("ngay", "").strip()[:20]
    asked = read_day(typed) if typed else None
    status = status_of(plan, timezone.now(), scope_of(request.user, Right.SEE_COUNTS, plan.id), asked)
    return status, {
        "page": "watching",
        "plan": plan,
        "status": status,
        "calendar": status.calendar,
        "total": status.total,
        "wrong_day": bool(typed) and asked is None,
        "typed_day": typed or status.day.strftime("%d/%m/%Y"),
        "query_day": status.day.isoformat() if status.calendar.over else "",
        "forecast": words.forecast(status.total.forecast),
        "method": words.METHOD,
        "may_see_kiosks": may(request.user, Right.SEE_KIOSKS),
    }


def _whole_context(request: HttpRequest, status: Status) -> dict[str, Any]:
    by_name = request.GET.get("xep") == BY_NAME
    text = daily_text(status)
    return {
        "plans": [row.plan for row in visible(request.user, PlanFile.objects.order_by("loaded_at"))],
        "by_name": by_name,
        "groups": _groups(status, by_name),
        "few": len(status.points) <= FEW,
        "line": picture.number_line(status.total),
        "bars": picture.day_bars(status.days, status.calendar, status.total.quota),
        "signs": [(words.SIGNS[name], count) for name, count in status.signs().items() if name in words.SIGNS],
        "attention": sum(point.needs_a_look for point in status.points),
        "text": text,
        "text_length": length(text),
        "text_rows": 1 + sum(1 + len(line) // ROOM for line in text.splitlines()),
        "alerts": _alerts(request, status),
    }


def _groups(status: Status, by_name: bool) -> list[picture.Group]:
    if not by_name:
        return [picture.Group("", tuple(status.most_urgent_first()))]
    return picture.groups(status.by_name(), tree(status.day))


def _alerts(request: HttpRequest, status: Status) -> int:
    """New ones that the person may see."""
    return seen_by(request.user).filter(plan=status.plan.id, state=State.NEW).count()


def _point_context(status: Status, point: PointStatus) -> dict[str, Any]:
    days = _days(status, point.code)
    return {
        "point": point,
        "pace": point.pace,
        "line": picture.number_line(point.pace),
        "bars": picture.day_bars({day: all_ for day, (all_, _) in days.items()}, status.calendar, point.pace.quota),
        "days": sorted(((day, *counts) for day, counts in days.items()), reverse=True),
        "forecast": words.forecast(point.pace.forecast),
        "places": _path(status.day, point.code),
    }


def _days(status: Status, code: str) -> dict[date, tuple[int, int]]:
    """Answers of each day of the window at one point, and how many of them are flagged."""
    found: dict[date, tuple[int, int]] = {}
    for row in day_counts(status.plan.id, forms_of(status.plan), [code]):
        if row.in_window and not row.why and row.day <= status.day:
            answers, flagged = found.get(row.day, (0, 0))
            found[row.day] = (answers + row.count, flagged + row.count * row.flagged)
    return found


def _path(day: date, code: str) -> list[str]:
    units = tree(day)
    return [units.name(ref) for ref in units.path(units.home(code))[:-1]]
