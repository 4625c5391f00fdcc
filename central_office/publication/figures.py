"""The public figures of a round from its records' bytes: the counters made anew, then analysed as every analysis is."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from central_office.publication.inputs import Inputs
from central_office.publication.public import PUBLIC_FLOOR
from central_office.publication.recount import Member
from central_office.results.analysis import Analysis
from central_office.rounds.models import PlanFile


def figures(
    plan_file: PlanFile,
    members: Iterable[Member],
    as_of: datetime,
    inputs: Inputs,
) -> Analysis:
    """Never from the office's own sums: they are the other way to the same figures, and a check on them."""
    from central_office.publication.counters import counters_of
    from central_office.results.analysing import analyse

    sums = counters_of(plan_file, members)
    found = analyse(plan_file, as_of, None, PUBLIC_FLOOR, source=sums)
    return replace(found, withdrawn=inputs.withdrawn)
