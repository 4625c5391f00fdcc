"""What a person may do, as rights in a scope of points. The only place that decides it; pages ask, and judge nothing.

A right is about a kind of thing, a scope about whose: an officer of a commune has the office's right to see figures,
for the points of the commune. Who has several roles has each right where the roles that have it reach, no further.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeAlias, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django_otp import DEVICE_ID_SESSION_KEY

from central_office.people import audit
from central_office.people.grants import Grant, grants_of, restricted_plans
from central_office.people.rights import ABOUT_ANSWERS, WHOLE_OFFICE, Right
from central_office.people.scope import Scope, scope_from
from central_office.rounds.models import PlanFile

__all__ = ["Right", "Scope", "may", "may_whole", "needs", "scope_of", "visible"]
P = ParamSpec("P")
MUST_CHANGE = "must_change_password"  # in the session: signed in with a one-time password
REQUIRED = "required"
FILE_TYPES = ("application/json", "application/pdf", "text/csv")


def may(user: object, right: Right) -> bool:
    """Whether the person has the right anywhere."""
    if not (
        isinstance(right, Right) and getattr(user, "is_authenticated", False) and getattr(user, "is_active", False)
    ):
        return False
    person = cast(User, user)
    return person.is_superuser or bool(_with(person, right))


def scope_of(user: object, right: Right | None = None, plan: str = "") -> Scope:
    """Where the person has `right`: without one that of the page that asks, which `needs` has noted.

    `plan`: only what lies in it. A plan that a request names narrows nothing by itself and opens nothing.
    """
    person = cast(User, user)
    asked: Right = getattr(person, "_right_of_page", Right.SEE_FIGURES) if right is None else right
    if not may(user, asked):
        return Scope(points=frozenset(), plans=frozenset())
    if person.is_superuser:
        return Scope()
    answers = asked in ABOUT_ANSWERS and getattr(person, "_answers_of_page", True)
    restricted = restricted_plans() if answers else frozenset()
    scope = scope_from(_with(person, asked), restricted)
    return scope.on(plan) if plan else scope


def may_whole(user: object, right: Right, plan: str = "") -> bool:
    """Whether the person has the right at every point of `plan`; without one: of every plan, those to come too."""
    scope = scope_of(user, right)
    return scope.has_whole(plan) if plan else scope.is_everywhere


def visible(user: object, plans: Iterable[PlanFile], right: Right | None = None) -> list[PlanFile]:
    """Those of `plans` that the page may show to the person."""
    scope = scope_of(user, right)
    return [plan for plan in plans if scope.sees(plan.plan)]


def must_have_second_factor(user: User) -> bool:
    """Whether the office demands one of this person."""
    if settings.SECOND_FACTOR != REQUIRED:
        return False
    return user.is_superuser or any(grant.second_factor for grant in grants_of(user))


def held_back(request: HttpRequest) -> str:
    """The name of the page to which somebody who is signed in must go first; "" if to none."""
    user = cast(User, request.user)
    if MUST_CHANGE in request.session:
        return "password"
    if DEVICE_ID_SESSION_KEY not in request.session and must_have_second_factor(user):
        return "second_factor"
    return ""


Page: TypeAlias = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def needs(right: Right, answers: bool = True, whole: bool = False) -> Callable[[Page[P]], Page[P]]:
    """Lets a page be seen only by a person with `right`; others are asked to sign in, or refused with 403.

    A plan that the request names and the person does not see is not found. What leaves as a file is noted in the log.
    `answers` False: the page shows a plan as it was written and nothing that people answered, so that a plan about a
    post-holder is no secret to who works on plans.
    `whole`: the page does something to the plan of its address as a whole, or makes one where the address has none: the
    right at some points does not give that.
    """

    def wrap(page: Page[P]) -> Page[P]:
        @wraps(page)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if first := held_back(request):
                return redirect(first)
            if not may(request.user, right):
                raise PermissionDenied
            request.user._answers_of_page = answers  # type: ignore[union-attr]
            _remember(request, right, kwargs)
            if whole and not may_whole(request.user, right, str(kwargs.get("plan", ""))):
                raise PermissionDenied
            response = page(request, *args, **kwargs)
            _note_file(request, response)
            return response

        return cast(Page[P], login_required(guarded))

    return wrap


def _with(user: User, right: Right) -> list[Grant]:
    """The grants that have the right; one of the whole office counts only where the grant is of the whole office."""
    return [g for g in grants_of(user) if right in g.rights and (g.is_whole or right not in WHOLE_OFFICE)]


def _remember(request: HttpRequest, right: Right, kwargs: Any) -> None:
    """Note by which right the person came in. Raises: Http404 for a plan named that is not seen."""
    user: Any = request.user
    user._right_of_page = right
    places = (kwargs.get("plan"), kwargs.get("plan_id"), request.POST.get("plan"), request.GET.get("plan"))
    named = [str(plan).replace("\0", "") for plan in places if plan]
    known = set(PlanFile.objects.filter(plan__in=named).values_list("plan", flat=True)) if named else set()
    if known:
        scope = scope_of(user, right)
        if not all(scope.sees(plan) for plan in known):
            raise Http404


def _note_file(request: HttpRequest, response: HttpResponseBase) -> None:
    """Data that leaves the office is noted: who took what, never what was in it."""
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    leaves = "attachment" in response.headers.get("Content-Disposition", "") or kind in FILE_TYPES
    if leaves and response.status_code == 200 and request.method != "HEAD":
        match = request.resolver_match
        asked = {key: value[:100] for key, value in sorted(request.GET.items())[:20]}
        target = match.view_name if match else ""
        audit.note(request.user.get_username(), "data.downloaded", target, {"path": request.path[:200], "asked": asked})
