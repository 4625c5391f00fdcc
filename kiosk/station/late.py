"""Results that came late, and whether the citizen was told and was apologised to (R-068). Counts and lists; no page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from kiosk.station.links import Link
from sync_agent.outbox import Slip


@dataclass(frozen=True, slots=True)
class LateDossier:
    """`dossier`: "" when nobody typed one or its link is destroyed. `notice`, `apology`: None when nobody said."""

    n: int
    day: date
    dossier: str
    promised: date | None
    returned: date | None
    notice: bool | None
    apology: bool | None


@dataclass(frozen=True, slots=True)
class LateCounts:
    """What nobody said counts as not done: it is not known that the citizen was told."""

    late: int
    no_notice: int
    no_apology: int


def late_dossiers(slips: Iterable[Slip], link_of: Callable[[Slip], Link | None]) -> list[LateDossier]:
    """The late ones among `slips`, in their order."""
    found = []
    for slip in slips:
        link = link_of(slip)
        of = (link.dossier, link.promised, link.returned) if link is not None else ("", None, None)
        found.append(LateDossier(slip.n, slip.note.day, *of, slip.note.notice, slip.note.apology))
    return found


def count_late(dossiers: Iterable[LateDossier]) -> LateCounts:
    rows = list(dossiers)
    return LateCounts(len(rows), sum(not row.notice for row in rows), sum(not row.apology for row in rows))
