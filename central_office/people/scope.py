"""In which plans, at which points a person has a right. Pure: the grants and the restricted plans are handed in."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from central_office.people.grants import Grant

Points: TypeAlias = "frozenset[str] | None"


@dataclass(frozen=True, slots=True)
class Scope:
    """The points whose things a person may see; `points` None: every point.

    `points` are those that are seen in every plan of the scope; of one plan ask `points_of`.
    `plans` None: every plan but the `hidden`. `by_plan`: plans with more points than elsewhere; `points_of` knows.
    """

    points: Points = None
    plans: frozenset[str] | None = None
    hidden: frozenset[str] = frozenset()
    by_plan: tuple[tuple[str, Points], ...] = ()

    def holds(self, point: str, plan: str = "") -> bool:
        points = self.points_of(plan) if plan else self.points
        return points is None or point in points

    def sees(self, plan: str) -> bool:
        return plan not in self.hidden and (self.plans is None or plan in self.plans)

    def points_of(self, plan: str) -> Points:
        """Those of one plan; none of a plan that is not seen."""
        if not self.sees(plan):
            return frozenset()
        return dict(self.by_plan).get(plan, self.points)

    def has_whole(self, plan: str) -> bool:
        """Every point of the plan: what is done to a plan as a whole is done to all of them."""
        return self.sees(plan) and self.points_of(plan) is None

    @property
    def is_everywhere(self) -> bool:
        """Every point of every plan, those about a post-holder perhaps left out."""
        return self.plans is None and self.points is None

    def on(self, plan: str) -> "Scope":
        """What of it lies in one plan: the reach there opens no other."""
        points, plans = self.points_of(plan), frozenset({plan}) if self.sees(plan) else frozenset()
        return replace(self, points=points, plans=plans, by_plan=())


def scope_from(grants: Iterable[Grant], restricted: frozenset[str]) -> Scope:
    """The union of `grants`, all of which have the right asked about. A restricted plan is seen by its own grants."""
    everywhere = [grant.points for grant in grants if not grant.plan]
    of_plans: dict[str, list[Points]] = {}
    for grant in grants:
        if grant.plan:
            of_plans.setdefault(grant.plan, []).append(grant.points)
    by_plan = {plan: _union(own if plan in restricted else own + everywhere) for plan, own in of_plans.items()}
    plans = None if everywhere else frozenset(by_plan)
    points = _union(everywhere) if everywhere else _intersection(by_plan.values())
    return Scope(points, plans, restricted - by_plan.keys(), tuple(sorted(by_plan.items())))


def _union(sets: Iterable[Points]) -> Points:
    whole: frozenset[str] = frozenset()
    for each in sets:
        if each is None:
            return None
        whole |= each
    return whole


def _intersection(sets: Iterable[Points]) -> Points:
    """What is seen in every plan; nothing where there is no plan at all."""
    some = [each for each in sets if each is not None]
    if some:
        return frozenset.intersection(*some)
    return None if list(sets) else frozenset()
