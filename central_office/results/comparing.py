"""Two rounds side by side: how far each index moved, with its interval (R-094). Pure: two analyses in, one value out.

Rows are put in an order by their change only where both rounds may show them; the others stand apart, unranked.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

from central_office.results.analysis import Analysis, By, Measure
from survey.index import Share
from survey.statistics import SIMPLE, Effect, difference, gap

METHOD = "hiệu hai chỉ số theo điểm phần trăm; khoảng 95 % theo Newcombe từ hai khoảng Wilson có hệ số thiết kế"


@dataclass(frozen=True, slots=True)
class Change:
    """`moved`: later minus earlier in hundredths of a point, with limits `low`, `high`; None where a side has no figure
    that may be shown. `rank`: 1 rose most; None where it is not ranked."""

    code: str
    name: str
    earlier: Measure | None
    later: Measure | None
    moved: int | None
    low: int | None
    high: int | None
    rank: int | None = None

    @property
    def is_clear(self) -> bool:
        """Whether the interval lies on one side of no change."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    ranked: bool
    rows: tuple[Change, ...]


def compare(earlier: Analysis, later: Analysis) -> tuple[Table, ...]:
    """The index and the factors, then each breakdown but months; rows are matched by their codes."""
    whole = _pair("", "Chỉ số hài lòng chung", earlier.overall, later.overall)
    before = {measure.code: measure for measure in earlier.factors}
    after = {measure.code: measure for measure in later.factors}
    names = {code: measure.name for code, measure in {**before, **after}.items()}
    factors = [_pair(code, name, before.get(code), after.get(code)) for code, name in names.items()]
    tables = [Table("Chỉ số chung và theo yếu tố", False, (whole, *factors))]
    return (*tables, *(_breakdown(by, earlier, later) for by in By if _in_both(by, earlier, later)))


def _in_both(by: By, earlier: Analysis, later: Analysis) -> bool:
    return by is not By.MONTH and by in earlier.breakdowns and by in later.breakdowns


def _breakdown(by: By, earlier: Analysis, later: Analysis) -> Table:
    before = {row.code: row for row in earlier.breakdowns[by].rows}
    after = {row.code: row for row in later.breakdowns[by].rows}
    names = {code: row.name for code, row in {**before, **after}.items()}
    floor = max(earlier.floor, later.floor)
    rows = [
        _pair(
            code, name, before[code].overall if code in before else None, after[code].overall if code in after else None
        )
        for code, name in names.items()
    ]
    return Table(later.breakdowns[by].title, True, _ranked(rows, floor))


def _pair(code: str, name: str, earlier: Measure | None, later: Measure | None) -> Change:
    first, second = _share(earlier), _share(later)
    limits = difference(first, second, (_effect(earlier), _effect(later)))
    low, high = limits or (None, None)
    return Change(code, name, earlier, later, gap(first, second), low, high)


def _ranked(rows: list[Change], floor: int) -> tuple[Change, ...]:
    fit = [row for row in rows if row.moved is not None and min(_share(row.earlier).n, _share(row.later).n) >= floor]
    moves = sorted((row.moved or 0 for row in fit), reverse=True)
    order = sorted(fit, key=lambda row: -(row.moved or 0))
    placed = [replace(row, rank=moves.index(row.moved or 0) + 1) for row in order]
    return (*placed, *(row for row in rows if row not in fit))


def _share(measure: Measure | None) -> Share:
    return measure.share if measure is not None and not measure.hidden else Share(0, 0)


def _effect(measure: Measure | None) -> Effect:
    found = measure.interval if measure else None
    return Effect(Fraction(found.effect, 1000), found.clusters) if found else SIMPLE
