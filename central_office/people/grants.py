"""What a person has been given: each assignment as rights in a place. Reads assignments; decides nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from django.contrib.auth.models import User
from django.utils import timezone

from central_office.people.models import Assignment
from central_office.people.rights import Right
from central_office.people.roles import roles
from central_office.rounds.models import PlanFile
from central_office.units.tree import tree


@dataclass(frozen=True, slots=True)
class Grant:
    """`plan` "": in every plan. `points` None: at every point. `second_factor`: its role asks for one."""

    rights: frozenset[Right]
    plan: str = ""
    points: frozenset[str] | None = None
    second_factor: bool = False

    @property
    def is_whole(self) -> bool:
        return not self.plan and self.points is None


def grants_of(user: User) -> tuple[Grant, ...]:
    """Read once for each object of a user, that is once a request."""
    known = getattr(user, "_grants", None)
    if known is None:
        known = tuple(_grants(Assignment.objects.filter(user=user)))
        user._grants = known  # type: ignore[attr-defined]
    return cast("tuple[Grant, ...]", known)


def _grants(assignments: Iterable[Assignment]) -> Iterable[Grant]:
    known = roles()
    for each in assignments:
        if role := known.get(each.role):
            yield Grant(role.rights, each.plan, points_of(each.unit, each.points), role.second_factor)


def points_of(unit: str, points: Iterable[str]) -> frozenset[str] | None:
    """The points that an assignment means; None for all. A unit that nobody knows has none."""
    if unit:
        return frozenset(points) | _points_under(unit)
    return frozenset(points) or None


def restricted_plans() -> frozenset[str]:
    """Plans about a post-holder: opinions, for the people assigned to them alone (R-112)."""
    return frozenset(PlanFile.objects.filter(restricted=True).values_list("plan", flat=True))


def _points_under(unit: str) -> frozenset[str]:
    """As the tree stands today; of a unit that is gone, those that it had."""
    now = tree(timezone.localdate())
    return (now if unit in now else tree()).points_under(unit)
