"""Under which unit each kiosk's point is shown, as the tree of units stands on a day. Knows no kiosk."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from central_office.units import grouping
from central_office.units.tree import UNPLACED, tree


@dataclass(frozen=True, slots=True)
class District:
    """`ref`: the unit, "" where the tree does not know the point; `order`: its place in the tree's order."""

    ref: str
    name: str
    order: int = 0


NOWHERE = District("", "")


def districts(points: Collection[str], day: date) -> dict[str, District]:
    """Of every point: the unit right below what all of them share."""
    units = tree(day)
    places = grouping.places(points, units)
    refs = grouping.in_order(set(places.values()), units)
    known = {ref: District(ref, units.name(ref) if ref else UNPLACED, number) for number, ref in enumerate(refs)}
    return {point: known[places[point]] if point in places else NOWHERE for point in points}
