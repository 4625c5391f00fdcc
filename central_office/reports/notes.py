"""The line under a table or picture: by which method its figures are, and what a dash means (R-090, R-091)."""

from collections.abc import Iterable, Sequence

from central_office.reports import words
from central_office.results.analysis import Analysis, Interval, Measure


def method_note(measure: Measure, *, interval: bool = True) -> str:
    said = f"Phương pháp: {measure.method}"
    if interval and measure.interval is not None:
        said += f"; khoảng tin cậy (KTC) 95 %: {measure.interval.method}"
    return said + "."


def table_note(analysis: Analysis, measures: Iterable[Measure]) -> str:
    """Every method that the table's figures have, each once; what is masked."""
    known = list(measures)
    methods = list(dict.fromkeys(m.method for m in known if m.method)) or [analysis.method]
    said = f"Phương pháp: {'; '.join(methods)}."
    if intervals := [m.interval for m in known if m.interval is not None]:
        said += f" KTC 95 %: {_intervals(intervals)}."
    if any(words.is_hidden(m) or words.clean_is_hidden(m) or not m.share.n for m in known):
        said += f" {words.masked_note(analysis.floor)}"
    return said


def _intervals(found: Sequence[Interval]) -> str:
    """One method as it is told; of several, what they are called before the first comma, and the effects' range."""
    told = list(dict.fromkeys(each.method for each in found))
    if len(told) == 1:
        return told[0]
    kinds = "; ".join(dict.fromkeys(text.partition(",")[0] for text in told))
    effects = [each.effect for each in found if each.clusters > 1]
    if not effects:
        return kinds
    return f"{kinds}, hệ số thiết kế từ {words.thousandths(min(effects))} đến {words.thousandths(max(effects))}"
