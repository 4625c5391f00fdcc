"""The tree of units on a day, or of all times, read whole in one query. Knows no answer and no plan.

A unit that is gone on the day is looked for where it went: to its one successor; of several, to what they have in
common; of none known, to its own parent's. So every point that the tree knows stands in one place on every day, and
sums of any two days are equal.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from central_office.units.kinds import POINT, bare, rank
from central_office.units.models import Unit
from survey.vietnamese import SortKey, sort_key

POINT_LIST = "diem"
UNPLACED = "Chưa xếp vào đơn vị"


@dataclass(frozen=True, slots=True)
class Succession:
    """`kind`: merge, split or rename; `day`: the first day of `after`."""

    kind: str
    day: date
    after: str


@dataclass(frozen=True, slots=True)
class Node:
    """One unit; `ref`, `parent`: "LIST:CODE", parent "" at the top; `valid_to`: its last day."""

    ref: str
    kind: str
    name: str
    parent: str = ""
    commune_class: int | None = None
    seat: bool = False
    order_no: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    agency: bool = False
    successors: tuple[Succession, ...] = ()

    @property
    def code(self) -> str:
        return self.ref.partition(":")[2]

    @property
    def code_list(self) -> str:
        return self.ref.partition(":")[0]

    @property
    def is_point(self) -> bool:
        return self.kind == POINT

    def holds(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def meets(self, other: "Node") -> bool:
        """Whether some day knows both."""
        ends = [(self.valid_to, other.valid_from), (other.valid_to, self.valid_from)]
        return not any(last is not None and first is not None and last < first for last, first in ends)

    @property
    def alphabetic(self) -> SortKey:
        return sort_key(bare(self.name, self.kind))


class Tree:
    """The units of one day, or with `on` None of all times, each where it was written (then sums may count twice)."""

    def __init__(self, nodes: Iterable[Node], on: date | None = None) -> None:
        self.on = on
        self.nodes: Mapping[str, Node] = {node.ref: node for node in nodes}
        self._parents: dict[str, str] = {}

    def __contains__(self, code: str) -> bool:
        return code in self.nodes and self._stands(self.nodes[code])

    def name(self, code: str) -> str:
        """The unit's name; an unknown code itself."""
        return self.nodes[code].name if code in self.nodes else code

    def parent(self, code: str) -> str:
        """The unit above on this day; if the one that was written is gone, where that went; "" at the top."""
        if code not in self._parents:
            written = self.nodes[code].parent if code in self else ""
            self._parents[code] = written  # data that go round in a circle do not make this do so
            self._parents[code] = self._home(written, frozenset({code})) if written else ""
        return self._parents[code]

    def path(self, code: str) -> tuple[str, ...]:
        """From the top down to the unit itself; empty for one that does not stand in this tree."""
        found: list[str] = []
        while code in self and code not in found:
            found.append(code)
            code = self.parent(code)
        return tuple(reversed(found))

    def children(self, code: str) -> tuple[str, ...]:
        """Those directly below: by kind, then as the submitted list numbers them, then by the alphabet."""
        return self._children.get(code, ())

    def roots(self) -> tuple[str, ...]:
        return self._children.get("", ())

    def successors(self, code: str) -> tuple[Succession, ...]:
        return self.nodes[code].successors if code in self.nodes else ()

    def predecessors(self, code: str) -> tuple[str, ...]:
        return self._predecessors.get(code, ())

    def home(self, code: str) -> str:
        """Where answers of a point (its bare code will do) or a unit count in this tree; "" where nobody can tell."""
        return self._home(code if ":" in code else f"{POINT_LIST}:{code}", frozenset())

    def points_under(self, code: str) -> frozenset[str]:
        """Codes of the points that count under a unit here, those of its predecessors too; a point is under itself."""
        return self._points.get(code, frozenset())

    def totals(self, counts: Mapping[str, int]) -> dict[str, int]:
        """Sums by unit of counts by point code; under UNPLACED those of points that stand nowhere here."""
        sums: dict[str, int] = {}
        for point, count in counts.items():
            for ref in self.path(self.home(point)) or (UNPLACED,):
                sums[ref] = sums.get(ref, 0) + count
        return sums

    def unplaced(self, points: Iterable[str]) -> tuple[str, ...]:
        return tuple(point for point in points if not self.home(point))

    def out_of_alphabet(self, code: str) -> bool:
        """Whether the submitted numbers put the children otherwise than the alphabet does."""
        numbered = [self.nodes[ref] for ref in self.children(code) if self.nodes[ref].order_no is not None]
        keys = [(rank(node.kind), node.alphabetic) for node in numbered]
        return keys != sorted(keys)

    def _stands(self, node: Node) -> bool:
        return self.on is None or node.holds(self.on)

    def _home(self, ref: str, seen: frozenset[str]) -> str:
        node = self.nodes.get(ref)
        if node is None or ref in seen:
            return ""
        if self._stands(node):
            return ref
        seen |= {ref}
        if self.on is not None and node.valid_from is not None and self.on < node.valid_from:
            return ""  # not begun: its answers belong to no unit of that day
        later = {self._home(step.after, seen) for step in node.successors if self.on and step.day <= self.on}
        if not later:
            return self._home(node.parent, seen)
        return self._common(later) if len(later) > 1 else later.pop()

    def _common(self, refs: set[str]) -> str:
        """The lowest unit above all of them."""
        first, *others = (self.path(ref) for ref in refs)
        shared = [ref for ref in first if all(ref in path for path in others)]
        return shared[-1] if shared else ""

    @cached_property
    def _children(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for ref in filter(self.__contains__, self.nodes):
            found.setdefault(self.parent(ref), []).append(ref)
        return {parent: tuple(sorted(refs, key=self._order)) for parent, refs in found.items()}

    def _order(self, ref: str) -> tuple[int, bool, int, SortKey, str]:
        node = self.nodes[ref]
        return rank(node.kind), node.order_no is None, node.order_no or 0, node.alphabetic, ref

    @cached_property
    def _predecessors(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for ref, node in self.nodes.items():
            for step in node.successors:
                found.setdefault(step.after, []).append(ref)
        return {ref: tuple(before) for ref, before in found.items()}

    @cached_property
    def _points(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for ref, node in self.nodes.items():
            if node.is_point:
                for above in self._above(ref):
                    found.setdefault(above, set()).add(node.code)
        return {ref: frozenset(points) for ref, points in found.items()}

    def _above(self, ref: str) -> set[str]:
        """Every unit under which a point counts; without a day also those that came after its units."""
        if self.on is not None:
            return set(self.path(self._home(ref, frozenset())))
        found: set[str] = set()
        waiting = [ref]
        while waiting:
            for each in self.path(waiting.pop()):
                if each not in found:
                    found.add(each)
                    steps = self.nodes[each].successors
                    waiting += [steps[0].after] if len(steps) == 1 else []
        return found


def tree(on: date | None = None) -> Tree:
    """All units, as they stand on a day; of all times without one."""
    return Tree(_nodes(), on)


def _nodes() -> Iterable[Node]:
    """One query: a row for each unit and successor."""
    fields = ("commune_class", "seat", "order_no", "valid_from", "valid_to", "agency")
    rows = Unit.objects.order_by("pk").values_list(
        *("code_list_id", "code", "kind", "name", "parent__code_list_id", "parent__code"),
        *("later__kind", "later__day", "later__after__code_list_id", "later__after__code"),
        *fields,
    )
    found: dict[str, dict[str, Any]] = {}
    for code_list, code, kind, name, parent_list, parent, step, day, after_list, after, *rest in rows.iterator():
        node = found.setdefault(
            f"{code_list}:{code}",
            {"kind": kind, "name": name, "parent": f"{parent_list}:{parent}" if parent else "", "successors": ()}
            | dict(zip(fields, rest, strict=True)),
        )
        if step:
            steps = (*node["successors"], Succession(step, day, f"{after_list}:{after}"))
            node["successors"] = tuple(sorted(steps, key=lambda each: (each.day, each.after)))
    return (Node(ref, **parts) for ref, parts in found.items())


def roll_up(point_or_unit: str, on: date) -> str:
    """Where a unit, or a point by its code, counts on a day: itself, what came after or stands above; "" if nowhere."""
    return tree(on).home(point_or_unit)
