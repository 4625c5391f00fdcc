"""Which unit each point is told under: those just below the unit that all the points have in common. Reads the tree."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

UNPLACED = "Chưa xếp"
NOWHERE = ""


@dataclass(slots=True)
class Standing:
    """What a round's figures take from the tree, as it was once: answers `placed` as the tree itself does.

    `above`: the units above each point, from the top; `order`: those units as the tree orders them; `names`: theirs
    and the agencies'.
    """

    above: dict[str, tuple[str, ...]] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    known: bool = False

    def take(self, tree: Any, points: Iterable[str], agencies: Iterable[str]) -> None:
        """Everything of the tree that figures of these points may ask."""
        self.above = {point: path for point in sorted(points) if (path := _above(tree, point))}
        units = {ref for path in self.above.values() for ref in path}
        self.order = tuple(ref for ref in _all(tree) if ref in units)
        self.names = {ref: tree.name(ref) for ref in sorted(units.union(agencies))}
        self.known = True

    def home(self, point: str) -> str:
        return point if point in self.above else ""

    def path(self, point: str) -> tuple[str, ...]:
        return self.above[point]

    def roots(self) -> tuple[str, ...]:
        return self.order

    def children(self, _ref: str) -> tuple[str, ...]:
        return ()

    def name(self, ref: str) -> str:
        return self.names.get(ref, ref)


def placed(tree: Any, points: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The unit's reference of each point, and the units' names in the tree's order; both {} where no point is placed.

    `tree`: of central_office.units, on a day of the round. A point that hangs on the common unit itself is told there.
    """
    paths = {point: _above(tree, point) for point in points}
    known = [path for path in paths.values() if path]
    if not known:
        return {}, {}
    common = _common(known)
    parents = {point: path[min(common, len(path) - 1)] if path else NOWHERE for point, path in paths.items()}
    order = [ref for ref in _all(tree) if ref in set(parents.values())]
    names = {ref: tree.name(ref) for ref in order}
    return parents, names | ({NOWHERE: UNPLACED} if NOWHERE in parents.values() else {})


def _above(tree: Any, point: str) -> tuple[str, ...]:
    """The units above a point, from the top; without the point itself."""
    home = tree.home(point)
    path = tuple(tree.path(home)) if home else ()
    return path[:-1] if path and path[-1] == f"diem:{point}" else path


def _common(paths: list[tuple[str, ...]]) -> int:
    """How many units from the top are above all of them."""
    length = 0
    for level in zip(*paths, strict=False):
        if len(set(level)) > 1:
            break
        length += 1
    return length


def _all(tree: Any) -> Iterable[str]:
    """Every unit, depth first."""
    waiting = list(reversed(tree.roots()))
    while waiting:
        ref = waiting.pop()
        yield ref
        waiting += reversed(tree.children(ref))
