"""The pages of enrolling: HTTP in, HTTP out. A code is shown to the session that made it, and to nobody else."""

import secrets
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from central_office.enrolling import gathering
from central_office.fleet import service
from central_office.fleet.enrolment import NoSuchPoint, make_code
from central_office.fleet.listing import point_names
from central_office.fleet.models import EnrolmentBatch, EnrolmentCode, Kiosk
from central_office.keys import read_centre_key
from central_office.people import audit
from central_office.people.access import Right, needs, scope_of, visible
from central_office.rounds.models import PlanFile
from survey.enrolment import CODE_LETTERS, read_code

HELD = "enrolment_codes"  # in the session: name -> the code's text, while it may be used
REFRESH_S = 5
UNPROCESSABLE = 422
SHOWN_WORDS = {"": "", "chua-co": "Mã này không còn dùng được.", "mot-nguoi": "Người thu hồi không tự khôi phục được."}


@require_safe
@needs(Right.MANAGE_KIOSKS, answers=False)
def enrolling_page(request: HttpRequest) -> HttpResponse:
    """Points to enrol at, kiosks that wait for a look, codes and batches."""
    scope = scope_of(request.user)
    plans = visible(request.user, PlanFile.objects.order_by("-loaded_at"))
    asked = request.GET.get("plan")
    row = next((plan for plan in plans if plan.plan == asked), plans[0] if plans else None)
    wanted = request.GET.get("tim", "").strip()[:100]
    waits = gathering.waiting(scope)
    context = {
        "page": "kiosks",
        "plans": [plan.plan for plan in plans],
        "plan": row.plan if row else "",
        "wanted": wanted,
        "points": gathering.choices(row, scope, wanted) if row else [],
        "waiting": waits,
        "units": gathering.by_unit(waits),
        "codes": gathering.codes(scope),
        "batches": gathering.batches(scope),
        "centre": _centre(),
        "now": timezone.now(),
    }
    return render(request, "enrolling/enrolling.html", context)


@require_POST
@needs(Right.MANAGE_KIOSKS, answers=False)
def make(request: HttpRequest) -> HttpResponse:
    """A code for a point, or for the point of a kiosk that is replaced."""
    plan, point, old = (request.POST.get(name, "")[:40] for name in ("plan", "point", "replaces"))
    if not scope_of(request.user).holds(point, plan):
        raise PermissionDenied
    if old and not Kiosk.objects.filter(kiosk=old, plan=plan, point=point, kind="").exists():
        raise Http404
    actor = request.user.get_username()
    try:
        with transaction.atomic():
            text = make_code(
                plan, point, secrets.token_bytes(CODE_LETTERS), timezone.now(), made_by=actor, replaces=old
            )
            audit.note(actor, "kiosk.code_made", point, {"plan": plan} | ({"replaces": old} if old else {}))
    except NoSuchPoint:
        raise Http404 from None
    name = read_code(text)[0]
    alive = EnrolmentCode.objects.filter(used_at=None, expires_at__gt=timezone.now()).values_list("name", flat=True)
    held = {key: value for key, value in request.session.get(HELD, {}).items() if key in set(alive)}
    request.session[HELD] = held | {name: text}
    return redirect("enrolment_code", name=name)


@require_safe
@needs(Right.MANAGE_KIOSKS, answers=False)
def code_page(request: HttpRequest, name: str) -> HttpResponse:
    """The code, large and as a QR; the time that is left; after its use the two fingerprints to be compared."""
    row = EnrolmentCode.objects.filter(name=name).first()
    if row is None or not scope_of(request.user).holds(row.point, row.plan):
        raise Http404
    now, text = timezone.now(), request.session.get(HELD, {}).get(name, "")
    left_s = int((row.expires_at - now).total_seconds())
    is_open = row.used_at is None and left_s > 0 and bool(bytes(row.secret))
    kiosk = Kiosk.objects.filter(kiosk=row.kiosk).first() if row.used_at else None
    context: dict[str, Any] = {
        "page": "kiosks",
        "code": row,
        "point_name": point_names().get((row.plan, row.point), row.point),
        "is_open": is_open,
        "minutes": max(left_s, 0) // 60,
        "seconds": f"{max(left_s, 0) % 60:02}",
        "until": timezone.localtime(row.expires_at),
        "text": text if is_open else "",
        "drawing": gathering.drawing(text) if is_open and text else None,
        "kiosk": kiosk,
        "own": gathering.groups_of(bytes(kiosk.public_key)) if kiosk else (),
        "centre": _centre(),
    }
    response = render(request, "enrolling/code.html", context)
    response["Cache-Control"] = "no-store"
    if is_open:
        response["Refresh"] = str(REFRESH_S)  # no script: the page itself waits for the kiosk
    return response


@require_POST
@needs(Right.MANAGE_KIOSKS, answers=False)
def confirm(request: HttpRequest) -> HttpResponse:
    """Fingerprints compared: of the kiosks that the page had shown, never of one that came in since."""
    shown = set(request.POST.getlist("kiosk"))
    chosen = [each.kiosk for each in gathering.waiting(scope_of(request.user)) if each.kiosk in shown]
    service.confirm(chosen, request.user.get_username())
    return redirect("enrolling")


@require_POST
@needs(Right.MANAGE_KIOSKS, answers=False)
def cancel_batch(request: HttpRequest, number: int) -> HttpResponse:
    """End the unused codes of a batch."""
    row = EnrolmentBatch.objects.filter(pk=number).first()
    if row is None or not scope_of(request.user).has_whole(row.plan):
        raise Http404
    service.cancel(number, request.user.get_username(), timezone.now())
    return redirect("enrolling")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.MANAGE_KIOSKS, answers=False)
def kiosk_page(request: HttpRequest, kiosk: str) -> HttpResponse:
    """One kiosk: its fingerprint, its replacement, its end and the way back."""
    row = Kiosk.objects.filter(kiosk=kiosk, kind="").first()
    if row is None or not scope_of(request.user).holds(row.point, row.plan):
        raise Http404
    if request.method == "POST":
        return _end(request, row)
    return _kiosk(request, row)


def _end(request: HttpRequest, row: Kiosk) -> HttpResponse:
    actor, do = request.user.get_username(), request.POST.get("do", "")
    try:
        if do == "revoke":
            service.revoke(row.kiosk, actor, timezone.now())
        elif do == "restore":
            service.restore(row.kiosk, actor)
    except service.SamePerson:
        return _kiosk(request, row, UNPROCESSABLE, "Ông/Bà đã thu hồi máy này; một người khác phải cho máy dùng lại.")
    return redirect("end_kiosk", kiosk=row.kiosk)


def _kiosk(request: HttpRequest, row: Kiosk, status: int = 200, problem: str = "") -> HttpResponse:
    context = {
        "page": "kiosks",
        "kiosk": row,
        "point_name": point_names().get((row.plan, row.point), row.point),
        "own": gathering.groups_of(bytes(row.public_key)),
        "state": str(service.state_of(row)),
        "problem": problem,
    }
    return render(request, "enrolling/kiosk.html", context, status=status)


def _centre() -> tuple[str, ...]:
    return gathering.groups_of(bytes(read_centre_key(settings.CENTRE_KEY_PATH).verify_key))
