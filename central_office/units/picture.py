"""The tree as a page shows it: branches that fold, of what a person may see. Pure; knows no request."""

from collections.abc import Sequence
from dataclasses import dataclass

from central_office.people.access import Scope
from central_office.units.kinds import bare, label
from central_office.units.tree import Node, Tree

MOST_UNITS = 1_200  # in one page; beyond it the tree ends at LEVELS and each unit has a page of its own
LEVELS = 2
OPEN_UNITS = 60  # a tree of so few stands unfolded


@dataclass(frozen=True, slots=True)
class Branch:
    """`label`: its kind, where the name does not say it; `points`: that count under it on the day; `cut`: how many
    children this page leaves out."""

    node: Node
    label: str
    points: int
    children: Sequence["Branch"] = ()
    cut: int = 0


@dataclass(frozen=True, slots=True)
class Sight:
    """What of a tree a person may see: all, or what stands on the way to the points of the scope."""

    tree: Tree
    scope: Scope

    def sees(self, ref: str) -> bool:
        if self.scope.points is None:
            return True
        node = self.tree.nodes[ref]
        return self.scope.holds(node.code) if node.is_point else bool(self.points(ref))

    def points(self, ref: str) -> frozenset[str]:
        found = self.tree.points_under(ref)
        return found if self.scope.points is None else found & self.scope.points

    def children(self, ref: str) -> list[str]:
        return [child for child in self.tree.children(ref) if self.sees(child)]

    def roots(self) -> list[str]:
        return [root for root in self.tree.roots() if self.sees(root)]


def branches(sight: Sight) -> list[Branch]:
    few = len(sight.tree.nodes) <= MOST_UNITS
    return [branch(sight, ref, len(sight.tree.nodes) if few else LEVELS) for ref in sight.roots()]


def branch(sight: Sight, ref: str, levels: int) -> Branch:
    """`levels`: how deep to go, this unit being the first."""
    node, below = sight.tree.nodes[ref], sight.children(ref)
    shown = [branch(sight, child, levels - 1) for child in below] if levels > 1 else []
    kind = label(node.kind) if bare(node.name, node.kind) == node.name else ""
    return Branch(node, kind, len(sight.points(ref)), shown, 0 if levels > 1 else len(below))
