"""What was published of some points, put together for an agency that asks (R-103). From public rows only.

Nothing is broken down anew: the figures of a part, beside those of the whole, would tell the rest by subtraction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from central_office.results.analysis import Analysis, By, Measure, Row
from central_office.units.tree import tree
from survey.index import Share

METHOD = "cộng từ các điểm trong bản trích"


class NoSuchPart(Exception):
    """None of the points asked for is in the round."""

    code = "no_such_part"
    hint = "List them: hailong-office plan points PLAN."


def points_under(unit: str, on: date) -> frozenset[str]:
    """The one-stop points under a unit, "LIST:CODE", as the tree stood that day."""
    return tree(on).points_under(unit)


def part(analysis: Analysis, points: Iterable[str]) -> tuple[Analysis, str]:
    """The public figures of these points, and their names in a line. Raises: NoSuchPart."""
    wanted, found = set(points), analysis.breakdowns.get(By.POINT)
    rows = tuple(row for row in found.rows if row.code in wanted) if found else ()
    if found is None or not rows:
        raise NoSuchPart(f"no point of {analysis.plan.id} among {', '.join(sorted(wanted))}")
    return _of_rows(analysis, rows, found.title), "; ".join(row.name for row in rows)


def _of_rows(analysis: Analysis, rows: Sequence[Row], title: str) -> Analysis:
    """Whatever is not a sum of public rows is left out."""
    breakdown = replace(analysis.breakdowns[By.POINT], title=title, rows=tuple(rows))
    return replace(
        analysis,
        received=sum(row.received for row in rows),
        partial=sum(row.partial for row in rows),
        flagged=sum(row.flagged for row in rows),
        outside_window=0,
        withdrawn=0,
        uncounted={},
        overall=_sum([row.overall for row in rows]),
        factors=_factors(rows),
        pooled=None,
        mean=None,
        without_feedback=None,
        criteria=(),
        judgements=(),
        rankings=(),
        boxes=(),
        breakdowns={By.POINT: breakdown},
        targets=(),
        given=(),
    )


def _factors(rows: Sequence[Row]) -> tuple[Measure, ...]:
    columns = zip(*(row.factors for row in rows), strict=False)
    sums = (_sum(list(column)) for column in columns)
    return tuple(each for each in sums if each is not None)


def _sum(parts: Sequence[Measure]) -> Measure | None:
    """None where one of them is hidden: their sum would tell it, or less than the whole."""
    if not parts or any(each.hidden for each in parts):
        return None
    share = sum((each.share for each in parts), Share(0, 0))
    hidden = max((each.clean_hidden for each in parts), key=bool)
    clean = Share(0, 0) if hidden else sum((each.clean for each in parts), Share(0, 0))
    levels = tuple(sum(column) for column in zip(*(each.levels for each in parts), strict=False))
    first = parts[0]
    return Measure(first.code, first.name, share, clean, METHOD, None, levels, clean_hidden=hidden)
