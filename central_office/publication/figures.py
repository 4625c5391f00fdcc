"""The public figures of a round from its records' bytes: the counters made anew, then analysed as every analysis is."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from central_office.publication.inputs import Inputs
from central_office.publication.public import PUBLIC_FLOOR
from central_office.publication.recount import Member
from central_office.results.analysis import Analysis
from central_office.rounds.models import PlanFile
from central_office.units.tree import tree


def figures(
    plan_file: PlanFile,
    members: Iterable[Member],
    as_of: datetime,
    inputs: Inputs,
) -> Analysis:
    """Never from the office's own sums: they are the other way to the same figures, and a check on them.

    An empty `inputs.standing` takes what the tree of units says now; later that is what it says."""
    from central_office.publication.counters import counters_of
    from central_office.results.analysing import analyse

    sums = counters_of(plan_file, members)
    standing = inputs.standing
    if standing is not None and not standing.known:
        points = {each.point.code for each in sums.plan.allocations} | {cell.point for cell in sums.cells}
        standing.take(tree(sums.plan.last_day), points, {cell.agency for cell in sums.cells if cell.agency})
    found = analyse(plan_file, as_of, None, PUBLIC_FLOOR, source=sums, units=standing)
    return replace(found, withdrawn=inputs.withdrawn)
