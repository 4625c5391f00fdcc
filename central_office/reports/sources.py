"""Which figures a report is made of: a frozen round's as they were frozen, or the plan's live ones.

Live figures are the office's own. A sheet goes out to its commune, so it has the public floor in any case: a public
total less the sheets' figures must not tell what the public page hides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from central_office.publication.models import Frozen
from central_office.reports.making import Files, files
from central_office.reports.standing import LIVE, Standing, of_frozen
from central_office.results.analysing import analyse
from central_office.results.analysis import Analysis
from central_office.results.analysis_file import read_analysis
from central_office.results.keeping import current
from central_office.rounds.models import PlanFile
from survey.masking import PUBLIC_FLOOR

SHEETS = "sheets"


@dataclass(frozen=True, slots=True)
class Source:
    """`sheets`: the figures of the sheets, which leave the office; of one analysis with the rest where it is frozen."""

    analysis: Analysis
    sheets: Analysis
    standing: Standing

    def files(self, formats: Iterable[str], signed_on: date | None) -> Files:
        for name in formats:
            yield from files(self.sheets if name == SHEETS else self.analysis, [name], signed_on, self.standing)


def frozen_of(plan: str) -> list[Frozen]:
    """The plan's frozen rounds, the newest first; those frozen of a running round after all others."""
    return list(Frozen.objects.filter(plan=plan).order_by("interim", "-number"))


def newest(plan: str) -> Frozen | None:
    """The frozen round that reports are made of unless another is asked for: of a round that had ended."""
    return next((each for each in frozen_of(plan) if not each.interim), None)


def from_frozen(frozen: Frozen) -> Source:
    """Raises: BadAnalysis."""
    analysis, _ = read_analysis(bytes(frozen.analysis))
    return Source(analysis, analysis, of_frozen(frozen.version, interim=frozen.interim))


def live(
    plan_file: PlanFile,
    now: datetime,
    formats: Iterable[str],
    points: frozenset[str] | None = None,
    *,
    kept: bool = False,
) -> Source:
    """The figures at `now`; `points`: only of these; `kept`: those that the office keeps while they are true. Computes
    no more than the formats need."""
    wanted, compute = set(formats), current if kept else analyse
    outside = compute(plan_file, now, points, PUBLIC_FLOOR) if SHEETS in wanted else None
    inside = compute(plan_file, now, points) if outside is None or wanted - {SHEETS} else outside
    return Source(inside, outside or inside, LIVE)
