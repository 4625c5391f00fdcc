"""What two versions of one round tell together: one subtracted from the other must not tell of a few. Pure.

A late answer or a withdrawal makes version 2 of 501 answers beside version 1 of 500: their difference is that citizen.
"""

from collections.abc import Iterator, Mapping

from central_office.results.analysis import Analysis, Breakdown, Measure, Row
from survey.index import Share

NOBODY = Share(0, 0)


def near(one: Analysis, other: Analysis) -> Iterator[str]:
    """The figures whose difference is of fewer answers than the floor, by their codes."""
    floor = max(one.floor, other.floor)
    mine, theirs = _whole(one), _whole(other)
    for code in mine.keys() & theirs.keys():
        if _is_near(mine[code], theirs[code], floor):
            yield code
    for by in one.breakdowns.keys() & other.breakdowns.keys():
        for code in _near_rows(one, other, one.breakdowns[by], other.breakdowns[by], floor):
            yield f"{by}: {code}"
    choices = {each.code: each for each in other.rankings}
    for ranking in one.rankings:
        beside = choices.get(ranking.code)
        if beside and _small(ranking.n - beside.n, floor):
            yield ranking.code


def _whole(analysis: Analysis) -> Mapping[str, Measure]:
    overall = (analysis.overall,) if analysis.overall else ()
    found = (*overall, *analysis.factors, *analysis.criteria, *analysis.judgements, *analysis.boxes)
    return {each.code: each for each in found}


def _near_rows(one: Analysis, other: Analysis, mine: Breakdown, theirs: Breakdown, floor: int) -> Iterator[str]:
    """Rows that are shown in both, and what is left of the whole without them; a row that is shown in one and hidden
    in the other would tell what stood in the hidden one."""
    first, second = ({row.code: row for row in each.rows} for each in (mine, theirs))
    both = []
    for code in sorted(first.keys() | second.keys()):
        rows = [row for row in (first.get(code), second.get(code)) if row is not None]
        shown = [row for row in rows if not row.overall.hidden]
        if len(shown) < len(rows):
            if any(row.overall.share.n for row in shown):
                yield code
            continue
        both.append(code)
        if _row_is_near(first.get(code), second.get(code), floor):
            yield code
    left = [_left(each, rows, both) for each, rows in ((one.overall, first), (other.overall, second))]
    if left[0] is not None and left[1] is not None and _small(left[0].n - left[1].n, floor):
        yield "–"


def _row_is_near(one: Row | None, other: Row | None, floor: int) -> bool:
    """A row that only one version has is of nobody in the other, and was masked by its own n."""
    if one is None or other is None:
        return False
    factors = {each.code: each for each in other.factors}
    pairs = [(each, factors[each.code]) for each in one.factors if each.code in factors]
    return any(_is_near(mine, theirs, floor) for mine, theirs in ((one.overall, other.overall), *pairs))


def _left(whole: Measure | None, rows: Mapping[str, Row], both: list[str]) -> Share | None:
    if whole is None or whole.hidden:
        return None
    shown = sum((rows[code].overall.share for code in both if code in rows), NOBODY)
    return Share(whole.share.satisfied - shown.satisfied, whole.share.n - shown.n)


def _is_near(one: Measure, other: Measure, floor: int) -> bool:
    """With all answers, without the flagged, and the flagged alone: each part is a subtraction of its own."""
    if one.hidden or other.hidden:
        return False
    pairs = [(one.share, other.share)]
    if not (one.clean_hidden or other.clean_hidden):
        pairs += [(one.clean, other.clean), (_flagged(one), _flagged(other))]
    exchanged = one.share.n == other.share.n and one.levels != other.levels
    return exchanged or any(_differ(*pair, floor) for pair in pairs)


def _flagged(measure: Measure) -> Share:
    return Share(measure.share.satisfied - measure.clean.satisfied, measure.share.n - measure.clean.n)


def _differ(one: Share, other: Share, floor: int) -> bool:
    """As many as before who said something else: one was taken back and one came."""
    return _small(one.n - other.n, floor) or (one.n == other.n and one.satisfied != other.satisfied)


def _small(difference: int, floor: int) -> bool:
    return 0 < abs(difference) < floor
