"""Which unit each of many points is shown under: those right below what all share, in the tree's order. Pure."""

from collections.abc import Iterable, Sequence

from central_office.units.tree import Tree


def places(codes: Iterable[str], tree: Tree) -> dict[str, str]:
    """Of each point the unit that it is shown under, "" for one that the tree does not know; empty where it knows none
    of them."""
    paths = {code: tree.path(tree.home(code))[:-1] for code in codes}
    known = [path for path in paths.values() if path]
    if not known:
        return {}
    depth = _shared(known)
    return {code: path[min(depth, len(path) - 1)] if path else "" for code, path in paths.items()}


def in_order(refs: Iterable[str], tree: Tree) -> list[str]:
    """The units as the tree lists them; those that it does not know last."""
    order = {ref: number for number, ref in enumerate(_all(tree))}
    return sorted(refs, key=lambda ref: order.get(ref, len(order)))


def _shared(paths: Sequence[Sequence[str]]) -> int:
    """How many units from the top all paths have in common."""
    depth = 0
    while all(len(path) > depth and path[depth] == paths[0][depth] for path in paths):
        depth += 1
    return depth


def _all(tree: Tree) -> list[str]:
    found: list[str] = []
    waiting = list(reversed(tree.roots()))
    while waiting:
        ref = waiting.pop()
        found.append(ref)
        waiting.extend(reversed(tree.children(ref)))
    return found
