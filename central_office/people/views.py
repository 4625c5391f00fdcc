"""The administrator's pages: people, one person, the roles. HTTP in, HTTP out; `accounts` makes the changes."""

import re
from collections import defaultdict
from typing import Any, cast

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods
from django_otp.plugins.otp_totp.models import TOTPDevice

from central_office.people import accounts, second_factor
from central_office.people.access import Right, needs
from central_office.people.models import Assignment
from central_office.people.rights import RIGHT_NAMES, WHOLE_OFFICE
from central_office.people.roles import roles
from central_office.people.words import Held, assignments_in_words, in_words
from central_office.rounds.models import PlanFile

UNPROCESSABLE = 422
GET_OR_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_OR_POST)
@needs(Right.MANAGE_PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, and a form for one more."""
    if request.method != "POST":
        return _people(request)
    place = _place(request)
    try:
        role = request.POST.get("role", "")
        user, password = accounts.add_with_role(
            _actor(request), request.POST.get("name", ""), request.POST.get("full_name", ""), role, place
        )
    except accounts.Refusal as refusal:
        return _people(request, UNPROCESSABLE, problem=str(refusal))
    return _person(request, user, password=password, done=f"Đã thêm tài khoản «{user.get_username()}».")


@require_http_methods(GET_OR_POST)
@needs(Right.MANAGE_PEOPLE)
def person(request: HttpRequest, number: int) -> HttpResponse:
    """One account: its roles, a new password, off and on."""
    user = get_object_or_404(User, pk=number)
    if request.method != "POST":
        return _person(request, user)
    if not accounts.may_change(cast(User, request.user), user):
        raise PermissionDenied
    try:
        return _act(request, user)
    except accounts.Refusal as refusal:
        return _person(request, user, UNPROCESSABLE, problem=str(refusal))


@require_http_methods(GET_OR_POST)
@needs(Right.MANAGE_PEOPLE)
def role_table(request: HttpRequest) -> HttpResponse:
    """Which role has which right; a box a right."""
    typed = {role: _ticked(request, role) for role in roles()} if request.method == "POST" else {}
    try:
        for role, rights in typed.items():
            accounts.set_rights(_actor(request), role, rights)
    except accounts.Refusal as refusal:
        return _roles(request, typed, UNPROCESSABLE, problem=str(refusal))
    return redirect(f"{request.path}?da-luu=1") if typed else _roles(request, {})


def _act(request: HttpRequest, user: User) -> HttpResponse:
    actor, do = _actor(request), request.POST.get("do", "")
    if do == "assign":
        accounts.assign(actor, user, request.POST.get("role", ""), _place(request))
    elif do == "unassign":
        number = request.POST.get("assignment", "")
        accounts.unassign(actor, user, int(number) if number.isdecimal() and len(number) < 19 else 0)
    elif do in ("reset", "reset-factor"):
        password = accounts.reset(actor, user, with_second_factor=do == "reset-factor")
        return _person(request, user, password=password, done="Đã cấp mật khẩu mới.")
    elif do in ("deactivate", "activate"):
        accounts.set_active(actor, user, active=do == "activate")
    return redirect("person", number=user.pk)


def _people(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    held: defaultdict[int, list[Held]] = defaultdict(list)
    known = roles()
    for each in Assignment.objects.order_by("pk"):
        held[each.user_id].append(in_words(each, known))
    with_factor = set(TOTPDevice.objects.filter(confirmed=True).values_list("user_id", flat=True))
    users = User.objects.order_by("-is_active", "username")
    context = _choices() | {
        "page": "people",
        "rows": [(user, held[user.pk], user.pk in with_factor) for user in users],
        "typed": request.POST,
    }
    return render(request, "office/people.html", context | more, status=status)


def _person(request: HttpRequest, user: User, status: int = 200, **more: Any) -> HttpResponse:
    context = _choices() | {
        "page": "people",
        "person": user,
        "held": assignments_in_words(user),
        "has_factor": second_factor.has(user),
        "codes_left": second_factor.left(user),
        "must_change": accounts.must_change(user),
        "may_change": accounts.may_change(cast(User, request.user), user),
        "typed": request.POST if status == UNPROCESSABLE else {},
    }
    return render(request, "office/person.html", context | more, status=status)


def _roles(request: HttpRequest, typed: dict[str, frozenset[Right]], status: int = 200, **more: Any) -> HttpResponse:
    known = list(roles().values())
    rows = [
        (right, name, right in WHOLE_OFFICE, [(role, right in typed.get(role.code, role.rights)) for role in known])
        for right, name in RIGHT_NAMES.items()
    ]
    context = {"page": "people", "roles": known, "rows": rows, "saved": "da-luu" in request.GET}
    return render(request, "office/roles.html", context | more, status=status)


def _choices() -> dict[str, Any]:
    return {
        "roles": list(roles().values()),
        "plans": list(PlanFile.objects.order_by("plan").values_list("plan", flat=True)),
    }


def _place(request: HttpRequest) -> accounts.Place:
    said = {name: request.POST.get(name, "").strip() for name in ("in_plan", "unit", "points")}
    return accounts.Place(said["in_plan"], said["unit"], tuple(filter(None, re.split(r"[\s,;]+", said["points"]))))


def _ticked(request: HttpRequest, role: str) -> frozenset[Right]:
    return frozenset(Right(value) for value in request.POST.getlist(f"role-{role}") if value in set(Right))


def _actor(request: HttpRequest) -> str:
    return request.user.get_username()
