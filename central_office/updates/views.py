"""The page of releases and rings, and what a person may do there. HTTP only; `rings` and `releasing` have the rules."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from central_office.fleet.listing import point_names
from central_office.fleet.models import Kiosk
from central_office.people.access import Right, may_whole, needs
from central_office.updates import releasing
from central_office.updates.models import KioskSystem, Release, Ring
from central_office.updates.rings import MOST_FAILED, PROVED_AFTER, next_ring, progress, without_ring
from central_office.updates.words import TROUBLES, WHY

UNPROCESSABLE = 422
NEWEST = 10


@require_safe
@needs(Right.SEE_KIOSKS, answers=False)
def updates_page(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@needs(Right.HANDLE_INCIDENTS, answers=False)
def change(request: HttpRequest) -> HttpResponse:
    """Open the next ring, halt, or go on. Only who has the right for the whole office."""
    if not may_whole(request.user, Right.HANDLE_INCIDENTS):
        raise PermissionDenied
    release = Release.objects.filter(target=request.POST.get("target", "")).first()
    if release is None:
        raise Http404
    actor, now = request.user.get_username(), timezone.now()
    try:
        if "open" in request.POST:
            ring = Ring.objects.filter(name=request.POST["open"]).first()
            if ring is None:
                raise Http404
            releasing.open_ring(release, ring, actor, now, anyway="anyway" in request.POST)
        elif "halt" in request.POST:
            releasing.halt(
                release, " ".join(request.POST.get("why", "").split()) or "do người phụ trách dừng", actor, now
            )
        elif "resume" in request.POST:
            releasing.resume(release, actor, now)
    except releasing.NotOpened as error:
        return _page(request, f"Chưa mở: {error}.", UNPROCESSABLE)
    return redirect(f"{reverse('updates')}?da-ghi=1")


def _page(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    now = timezone.now()
    if not may_whole(request.user, Right.SEE_KIOSKS):  # rings reach beyond an officer's own points
        raise PermissionDenied
    releases, names = [], point_names()
    for row in Release.objects.order_by("-published_at")[:NEWEST]:
        found = progress(row, now)
        failures = [(kiosk, _where(kiosk, names), WHY.get(why, why)) for each in found for kiosk, why in each.failures]
        releases.append({"row": row, "rings": found, "ways": next_ring(found), "failures": failures})
    serving = KioskSystem.objects.filter(kiosk__revoked_at=None, kiosk__retired_at=None).exclude(trouble="")
    troubled = serving.select_related("kiosk").order_by("kiosk_id")
    context = {
        "page": "kiosks",
        "releases": releases,
        "troubles": [(row.kiosk, _where(row.kiosk, names), TROUBLES.get(row.trouble, row.trouble)) for row in troubled],
        "rings": Ring.objects.count(),
        "without_ring": without_ring(now),
        "hours": int(PROVED_AFTER.total_seconds() // 3600),
        "most_failed": int(MOST_FAILED * 100),
        "may_change": may_whole(request.user, Right.HANDLE_INCIDENTS),
        "problem": problem,
        "stored": "da-ghi" in request.GET,
    }
    return render(request, "updates/updates.html", context, status=status)


def _where(kiosk: Kiosk, names: Mapping[tuple[str, str], str]) -> str:
    return names.get((kiosk.plan, kiosk.point), kiosk.point)
