"""What a person may do, as rights in a scope of points. The only place that decides it; pages ask, and judge nothing.

A right is about a kind of thing, a scope about whose: an officer of a commune has the office's right to see figures,
for the points of the commune.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Concatenate, ParamSpec, TypeAlias, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

P = ParamSpec("P")


class Right(StrEnum):
    SEE_FIGURES = "see_figures"  # indices, breakdowns, reports
    SEE_COUNTS = "see_counts"  # quotas, counts, flags, coverage: what a supervisor checks
    SEE_COMMENTS = "see_comments"  # free text, screened
    SEE_KIOSKS = "see_kiosks"
    HANDLE_INCIDENTS = "handle_incidents"
    ENTER_VISITS = "enter_visits"
    EDIT_PLANS = "edit_plans"
    APPROVE_PLANS = "approve_plans"
    EDIT_FORMS = "edit_forms"
    EDIT_UNITS = "edit_units"
    PUBLISH = "publish"
    TAKE_FEED = "take_feed"
    MANAGE_PEOPLE = "manage_people"
    SEE_AUDIT = "see_audit"


@dataclass(frozen=True, slots=True)
class Scope:
    """The points whose things a person may see; `points` None: every point."""

    points: frozenset[str] | None = None

    def holds(self, point: str) -> bool:
        return self.points is None or point in self.points


def may(user: object, right: Right) -> bool:
    return bool(getattr(user, "is_authenticated", False)) and isinstance(right, Right)


def scope_of(_user: object) -> Scope:
    return Scope()


Page: TypeAlias = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def needs(right: Right) -> Callable[[Page[P]], Page[P]]:
    """Lets a page be seen only by a person with `right`; others are asked to sign in, or refused with 403."""

    def wrap(page: Page[P]) -> Page[P]:
        @wraps(page)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not may(request.user, right):
                raise PermissionDenied
            return page(request, *args, **kwargs)

        return cast(Page[P], login_required(guarded))

    return wrap
