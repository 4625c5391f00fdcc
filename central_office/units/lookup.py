"""Finds units by what a person types: a code, a name, without diacritics, with a slip of the finger. Pure."""

from collections.abc import Iterable
from difflib import get_close_matches

from central_office.units.kinds import bare, rank
from central_office.units.tree import Node
from survey.vietnamese import fold, weak

NEAR = 0.75  # of difflib's ratio, over names without diacritics
MOST_NEAR = 3


class Lookup:
    """An index over nodes; each is found under its name with and without the word of its kind."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.by_ref: dict[str, Node] = {}
        self._by_code: dict[str, list[Node]] = {}
        self._by_fold: dict[str, list[Node]] = {}
        self._by_weak: dict[str, list[Node]] = {}
        for node in nodes:
            self._add(node)

    def _add(self, node: Node) -> None:
        self.by_ref[node.ref] = node
        self._by_code.setdefault(node.code.casefold(), []).append(node)
        for name in {node.name, bare(node.name, node.kind)}:
            self._by_fold.setdefault(fold(name), []).append(node)
            self._by_weak.setdefault(weak(name), []).append(node)

    def exactly(self, text: str) -> list[Node]:
        """Units that `text` names: by full code, else by code, else by name, else by name without diacritics."""
        if text in self.by_ref:
            return [self.by_ref[text]]
        ways = ((self._by_code, text.casefold()), (self._by_fold, fold(text)), (self._by_weak, weak(text)))
        return next((found for index, key in ways if (found := index.get(key)) and key), [])

    def parents(self, text: str, code_list: str, kind: str) -> list[Node]:
        """Units above one of `kind` that `text` may mean: of its own list if one is, of a higher kind if one is."""
        found = [node for node in self.exactly(text) if not node.is_point]
        for fits in (lambda n: rank(n.kind) < rank(kind), lambda n: n.ref.startswith(f"{code_list}:")):
            found = list(filter(fits, found)) or found
        return found

    def near(self, text: str) -> list[Node]:
        """What may have been meant, the likeliest first."""
        close = get_close_matches(weak(text), self._by_weak, n=MOST_NEAR, cutoff=NEAR)
        return list({node.ref: node for key in close for node in self._by_weak[key]}.values())[:MOST_NEAR]

    def same_name(self, node: Node) -> list[Node]:
        """Other units of the same time below the same parent whose names sound alike."""
        found = {n.ref: n for n in self._by_weak.get(weak(bare(node.name, node.kind)), ())}
        below = (n for n in found.values() if n.ref != node.ref and n.parent == node.parent and n.kind == node.kind)
        return [n for n in below if n.meets(node)]

    def holding(self, text: str) -> list[Node]:
        """Units with words in their names that begin like all of those typed, by kind and alphabet."""
        words = weak(text).split()
        holding = [
            node
            for key, nodes in self._by_weak.items()
            if words and all(f" {word}" in f" {key}" for word in words)
            for node in nodes
        ]
        found = {node.ref: node for node in holding}
        return sorted(found.values(), key=lambda node: (rank(node.kind), node.alphabetic, node.ref))
