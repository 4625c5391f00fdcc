"""What of an analysis may be published, and an attacker's look at it before it is. Knows no page and no file.

The figures come masked (results.analysing); here everything goes that is for the office alone, and whatever one could
still get by subtracting what is shown from a total stops the publication.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from central_office.results.analysis import Analysis, Breakdown, Choice, Hidden, Measure, Ranking, Row
from survey.index import Share

PUBLIC_FLOOR = 10  # least n shown
NOTHING = Share(0, 0)


class NotPublic(Exception):
    """A hidden figure could be had by subtraction."""

    code = "not_public"
    hint = "Freeze with a higher floor, or tell whoever keeps this office's software: the masking left a hole."


def public(analysis: Analysis) -> Analysis:
    """The analysis as it may be published: no signal (R-097 is for follow-up), nothing of what is hidden, no day.

    Days: single days are small, and what a day added is the difference of two. Raises: NotPublic.
    """
    breakdowns = {
        by: replace(each, rows=tuple(_public_row(row) for row in each.rows)) for by, each in analysis.breakdowns.items()
    }
    rankings = tuple(_public_ranking(each) for each in analysis.rankings)
    shown = replace(analysis, breakdowns=breakdowns, rankings=rankings, signals=(), days={})
    if holes := list(holes_of(shown)):
        raise NotPublic("; ".join(holes))
    return shown


def interim(analysis: Analysis) -> Analysis:
    """What of a round that still runs may be published: the index of the whole, for the round's own figures come
    later, and no part of them may differ from these by a few answers."""
    overall = analysis.overall
    if overall is not None and not overall.hidden:
        overall = replace(overall, clean=NOTHING, clean_hidden=Hidden.DIFFERENCE)
    beside = replace(analysis, pooled=None, mean=None, without_feedback=None, factors=(), targets=(), breakdowns={})
    return replace(beside, overall=overall, criteria=(), judgements=(), rankings=(), boxes=())


def _public_row(row: Row) -> Row:
    """A hidden row keeps its name and its quota; one whose factors are hidden keeps the rest."""
    factors = tuple(_public_measure(each) for each in row.factors)
    if not row.overall.hidden:
        return replace(row, factors=factors)
    nothing = tuple(_nothing(each, row.overall.hidden) for each in factors)
    return replace(row, received=0, partial=0, flagged=0, overall=_public_measure(row.overall), factors=nothing)


def _public_measure(measure: Measure) -> Measure:
    return _nothing(measure, measure.hidden) if measure.hidden else measure


def _nothing(measure: Measure, why: Hidden) -> Measure:
    return replace(measure, share=NOTHING, clean=NOTHING, interval=None, levels=(), hidden=why)


def _public_ranking(ranking: Ranking) -> Ranking:
    choices = tuple(replace(each, count=0, rank=0) if each.hidden else each for each in ranking.choices)
    return replace(ranking, choices=choices)


def holes_of(analysis: Analysis) -> Iterator[str]:
    """Where something small follows from what is shown: hidden rows that together hold less than the floor beside
    a total that is shown, a lone hidden choice; and a shown figure with an n below the floor."""
    whole = analysis.overall
    for each in analysis.breakdowns.values():
        yield from _holes_of_rows(each, whole, analysis.floor)
    for ranking in analysis.rankings:
        yield from _holes_of_ranking(ranking, analysis.floor)


def _holes_of_rows(breakdown: Breakdown, whole: Measure | None, floor: int) -> Iterator[str]:
    small = [row for row in breakdown.rows if not row.overall.hidden and 0 < row.overall.share.n < floor]
    yield from (f"{breakdown.by} {row.code}: n = {row.overall.share.n} is shown" for row in small)
    hidden = [row for row in breakdown.rows if row.overall.hidden]
    if whole is None or whole.hidden or not hidden:
        return
    left = whole.share.n - sum(row.overall.share.n for row in breakdown.rows)
    if 0 < left < floor:
        yield f"{breakdown.by}: {len(hidden)} hidden, {left} answers by subtraction"


def _holes_of_ranking(ranking: Ranking, floor: int) -> Iterator[str]:
    if 0 < ranking.n < floor and any(not each.hidden for each in ranking.choices):
        yield f"{ranking.code}: n = {ranking.n} is shown"
    if not ranking.several and len(ranking.choices) > 1 and _lone(ranking.choices):
        yield f"{ranking.code}: one hidden choice follows from the others"


def _lone(choices: Iterable[Choice]) -> bool:
    return sum(1 for each in choices if each.hidden) == 1
