"""The page of the log: newest first, by person, kind and day. Shows lines; `audit_check` proves them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from central_office.people.access import Right, needs
from central_office.people.audit_check import said
from central_office.people.models import AuditHead, AuditLine
from central_office.people.words import ACTIONS, DETAILS

ON_A_PAGE = 50
FILTERS = ("nguoi", "viec", "tu", "den")  # actor, action, first and last day


@require_safe
@needs(Right.SEE_AUDIT)
def audit_page(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip().replace("\0", "")[:160] for name in FILTERS}
    before = request.GET.get("truoc", "")
    found = _found(asked)
    lines = found.filter(number__lt=int(before)) if before.isdecimal() and len(before) < 19 else found
    rows = list(lines.order_by("-number")[: ON_A_PAGE + 1])
    shown = rows[:ON_A_PAGE]
    older = urlencode({**asked, "truoc": str(shown[-1].number)}) if len(rows) > ON_A_PAGE else ""
    context: dict[str, Any] = {
        "page": "audit",
        "asked": asked,
        "rows": [(line, ACTIONS.get(line.action, ""), _detail(line)) for line in shown],
        "total": found.count(),
        "older": older,
        "is_first": not before,
        "head": AuditHead.objects.filter(pk=1).first(),
        "actions": [(action, ACTIONS.get(action, action)) for action in _actions()],
    }
    return render(request, "office/audit.html", context)


def _found(asked: dict[str, str]) -> QuerySet[AuditLine]:
    lines = AuditLine.objects.all()
    if asked["nguoi"]:
        lines = lines.filter(actor__icontains=asked["nguoi"])
    if asked["viec"]:
        lines = lines.filter(action=asked["viec"])
    if first := _midnight(asked["tu"]):
        lines = lines.filter(at__gte=first)
    if last := _midnight(asked["den"]):
        lines = lines.filter(at__lt=last + timedelta(days=1))
    return lines


def _actions() -> list[str]:
    return list(AuditLine.objects.order_by("action").values_list("action", flat=True).distinct())


def _midnight(day: str) -> datetime | None:
    """The start of a day as the browser writes it, in the office's zone; None for what is none."""
    try:
        return timezone.make_aware(datetime.combine(date.fromisoformat(day), time())).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _detail(line: AuditLine) -> list[tuple[str, str]]:
    """The detail's fields that say something, as text."""
    detail = said(line).get("detail", {})
    return [(DETAILS.get(key, key), _text(value)) for key, value in detail.items() if value not in ("", [], {})]


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}={each}" for key, each in value.items())
    return str(value)
