"""The line under a table or picture: by which method its figures are, and what a dash means (R-090, R-091)."""

from collections.abc import Iterable

from central_office.reports import words
from central_office.results.analysis import Analysis, Measure


def method_note(measure: Measure, *, interval: bool = True) -> str:
    said = f"Phương pháp: {measure.method}"
    if interval and measure.interval is not None:
        said += f"; khoảng tin cậy (KTC) 95 %: {measure.interval.method}"
    return said + "."


def table_note(analysis: Analysis, measures: Iterable[Measure]) -> str:
    """Every method that the table's figures have, each once; what is masked."""
    known = list(measures)
    methods = list(dict.fromkeys(m.method for m in known if m.method)) or [analysis.method]
    intervals = list(dict.fromkeys(m.interval.method for m in known if m.interval is not None))
    said = f"Phương pháp: {'; '.join(methods)}."
    if intervals:
        said += f" KTC 95 %: {'; '.join(intervals)}."
    if any(words.is_hidden(m) or words.clean_is_hidden(m) or not m.share.n for m in known):
        said += f" {words.masked_note(analysis.floor)}"
    return said
