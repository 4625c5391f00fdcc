"""The page of alerts: what is open, what was done about it. HTTP only; `alerts` has the rules."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from central_office.people.access import Right, may, needs
from central_office.watching.alerts import may_handle, seen_by, set_state
from central_office.watching.models import Alert, Kind, State

PAGE = 50
LONGEST_NOTE = 1_000
OPEN = (State.NEW, State.SEEN)
NO_NOTE = "Xin ghi đã xử lý thế nào."
UNPROCESSABLE = 422


@require_safe
@needs(Right.SEE_COUNTS)
def alerts_page(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@needs(Right.HANDLE_INCIDENTS)
def change_alert(request: HttpRequest, number: int) -> HttpResponse:
    """Seen, or handled with a note. Without one nothing is changed, and what was typed is still there."""
    alert = seen_by(request.user).filter(pk=number).first()
    if alert is None:
        raise Http404
    if not may_handle(request.user, alert):
        raise PermissionDenied
    note = " ".join(request.POST.get("note", "").split())
    handled = "handled" in request.POST
    if (handled and not note) or len(note) > LONGEST_NOTE:
        problem = NO_NOTE if not note else f"Ghi chú dài quá {LONGEST_NOTE} chữ."
        return _page(request, problem=problem, number=number, note=note, status=UNPROCESSABLE)
    state = State.HANDLED if handled else State.SEEN
    set_state(alert, state, note or alert.note, request.user.get_username(), timezone.now())
    said = {"trang-thai": request.POST.get("shown", ""), "trang": request.POST.get("page", ""), "da-ghi": str(number)}
    return redirect(f"{reverse('alerts')}?{urlencode(said)}")


def _page(request: HttpRequest, problem: str = "", number: int = 0, note: str = "", status: int = 200) -> HttpResponse:
    shown = request.GET.get("trang-thai") or request.POST.get("shown", "")
    kind = request.GET.get("loai", "")
    everything = seen_by(request.user)
    found = everything if shown == "tat-ca" else everything.filter(state__in=OPEN)
    found = found.filter(kind=kind) if kind in Kind else found
    page = Paginator(found.order_by("-pk"), PAGE).get_page(request.GET.get("trang") or request.POST.get("page"))
    context: dict[str, Any] = {
        "page": "watching",
        "rows": [(alert, Kind(alert.kind), State(alert.state)) for alert in page],
        "sheet": page,
        "all": shown == "tat-ca",
        "kind": kind,
        "kinds": _kinds(everything),
        "may_change": may(request.user, Right.HANDLE_INCIDENTS),
        "problem": problem,
        "wrong": number,
        "note": note,
        "stored": request.GET.get("da-ghi", "").isdecimal(),
    }
    return render(request, "watching/alerts.html", context, status=status)


def _kinds(found: "models.QuerySet[Alert]") -> list[tuple[Kind, int]]:
    """How many open ones each kind has."""
    counts = dict(found.filter(state__in=OPEN).values_list("kind").annotate(total=models.Count("pk")).order_by())
    return [(kind, counts[kind]) for kind in Kind if kind in counts]
