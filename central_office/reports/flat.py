"""The analysis as flat tables with typed columns: the same rows for CSV, JSON and Parquet.

What is hidden is empty here, counts and shares alike; `hidden` says why. Percentages are whole hundredths.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from central_office.reports import codes, words
from central_office.results.analysis import Analysis, Hidden, Measure, Row

Cell: TypeAlias = "str | int | bool | date | None"


class Kind(StrEnum):
    TEXT = "text"
    COUNT = "count"
    PERCENT = "percent"  # hundredths of a percent, or of a point
    YES_NO = "yes_no"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Field:
    """`name`: in JSON and Parquet, never changes; `title`: in CSV, for people; `said`: codes as people read them."""

    name: str
    title: str
    kind: Kind
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flat:
    """`name` is also the file's, `title` what it is called among people."""

    name: str
    title: str
    fields: tuple[Field, ...]
    rows: tuple[tuple[Cell, ...], ...]


SUMMARY = "tong-hop"
TABLES = (SUMMARY, "chi-so", "phan-to", "phan-bo", "lua-chon", "chi-tieu", "theo-ngay")


def tables(analysis: Analysis) -> tuple[Flat, ...]:
    """Every table, also those without rows, so that who reads them finds the same files every time."""
    return (
        Flat(SUMMARY, "Tổng hợp", _fields("nội dung"), tuple(_summary(analysis))),
        Flat("chi-so", "Chỉ số", MEASURES, tuple(_measures(analysis))),
        Flat("phan-to", "Phân tổ", BREAKDOWNS, tuple(_breakdowns(analysis))),
        Flat("phan-bo", "Phân bố", LEVELS, tuple(_levels(analysis))),
        Flat("lua-chon", "Lựa chọn", CHOICES, tuple(_choices(analysis))),
        Flat("chi-tieu", "Chỉ tiêu", TARGETS, tuple(_targets(analysis))),
        Flat("theo-ngay", "Theo ngày", DAYS, tuple(sorted(analysis.days.items()))),
    )


def _fields(what: str) -> tuple[Field, ...]:
    return (Field("item", what.capitalize(), Kind.TEXT, codes.ITEMS), Field("count", "Số lượng", Kind.COUNT))


def _summary(analysis: Analysis) -> Iterator[tuple[Cell, ...]]:
    yield "received", analysis.received
    yield "partial", analysis.partial
    yield "flagged", analysis.flagged
    yield "outside_window", analysis.outside_window
    yield "withdrawn", analysis.withdrawn
    yield from ((f"not_counted_{why}", count) for why, count in sorted(analysis.uncounted.items()))
    yield "allocated", analysis.plan.allocated
    yield "declared_total", analysis.plan.declared_total
    yield "floor", analysis.floor


FIGURE = (
    Field("satisfied", "Hài lòng", Kind.COUNT),
    Field("n", "n", Kind.COUNT),
    Field("index", "Chỉ số (%)", Kind.PERCENT),
    Field("low", "KTC 95 %, cận dưới (%)", Kind.PERCENT),
    Field("high", "KTC 95 %, cận trên (%)", Kind.PERCENT),
    Field("clean_satisfied", "Hài lòng, trừ phiếu bất thường", Kind.COUNT),
    Field("clean_n", "n, trừ phiếu bất thường", Kind.COUNT),
    Field("clean_index", "Chỉ số, trừ phiếu bất thường (%)", Kind.PERCENT),
    Field("hidden", "Không hiển thị vì", Kind.TEXT, codes.HIDDEN),
    Field("method", "Phương pháp", Kind.TEXT),
    Field("interval_method", "Phương pháp KTC", Kind.TEXT),
)
CODE, NAME = Field("code", "Mã", Kind.TEXT), Field("name", "Tên", Kind.TEXT)
MEASURES = (Field("kind", "Loại", Kind.TEXT, codes.KINDS), CODE, NAME, *FIGURE)
BREAKDOWNS = (
    Field("by", "Phân tổ", Kind.TEXT, codes.BREAKDOWNS),
    CODE,
    NAME,
    Field("quota", "Số phiếu giao", Kind.COUNT),
    Field("received", "Đã nhận", Kind.COUNT),
    Field("partial", "Dở dang", Kind.COUNT),
    Field("flagged", "Có dấu hiệu bất thường", Kind.COUNT),
    Field("measure", "Mã chỉ số", Kind.TEXT),
    Field("measure_name", "Tên chỉ số", Kind.TEXT),
    *FIGURE,
)
LEVELS = (
    CODE,
    NAME,
    Field("level", "Mức", Kind.COUNT),
    Field("level_name", "Tên mức", Kind.TEXT),
    Field("count", "Số lượt", Kind.COUNT),
)
CHOICES = (
    Field("question", "Mã câu hỏi", Kind.TEXT),
    Field("title", "Câu hỏi", Kind.TEXT),
    Field("facet", "Nội dung", Kind.TEXT, codes.FACETS),
    Field("several", "Được chọn nhiều", Kind.YES_NO),
    Field("n", "n", Kind.COUNT),
    CODE,
    NAME,
    Field("count", "Số người chọn", Kind.COUNT),
    Field("rank", "Thứ tự", Kind.COUNT),
    Field("signal", "Dấu hiệu cần kiểm tra", Kind.YES_NO),
    Field("hidden", "Không hiển thị vì", Kind.TEXT, codes.HIDDEN),
)
TARGETS = (
    NAME,
    Field("year", "Năm", Kind.COUNT),
    Field("wanted", "Chỉ tiêu (%)", Kind.PERCENT),
    Field("reached", "Đạt được (%)", Kind.PERCENT),
    Field("n", "n", Kind.COUNT),
    Field("gap", "Chênh lệch (điểm)", Kind.PERCENT),
    Field("met", "Đạt", Kind.YES_NO),
    Field("method", "Phương pháp", Kind.TEXT),
)
DAYS = (Field("day", "Ngày", Kind.DAY), Field("count", "Số phiếu", Kind.COUNT))


def figure(measure: Measure) -> tuple[Cell, ...]:
    """The cells of FIGURE; nothing of a hidden one but why."""
    between = measure.interval
    method = between.method if between else ""
    if measure.hidden is not Hidden.NO:
        return (None,) * 8 + (measure.hidden.value, measure.method, "")
    share, clean = measure.share, measure.clean
    limits = (between.low, between.high) if between else (None, None)
    without = (clean.satisfied, clean.n, clean.hundredths)
    bare = (None,) * 3 if words.clean_is_hidden(measure) else without
    return (share.satisfied, share.n, share.hundredths, *limits, *bare, "", measure.method, method)


def named_measures(analysis: Analysis) -> Iterator[tuple[str, Measure]]:
    """Every measure of the whole, with what kind it is."""
    single = (("overall", analysis.overall), ("pooled", analysis.pooled))
    yield from ((kind, measure) for kind, measure in single if measure is not None)
    for kind in ("factors", "criteria", "judgements", "boxes"):
        yield from ((kind, measure) for measure in getattr(analysis, kind))


def _measures(analysis: Analysis) -> Iterator[tuple[Cell, ...]]:
    for kind, measure in named_measures(analysis):
        yield (kind, measure.code, measure.name, *figure(measure))
    for kind, value in (("mean", analysis.mean), ("mean_without_feedback", analysis.without_feedback)):
        if value is not None:
            yield (kind, "", "", None, None, value, *(None,) * 5, "", codes.MEAN, "")


def _breakdowns(analysis: Analysis) -> Iterator[tuple[Cell, ...]]:
    for by, breakdown in sorted(analysis.breakdowns.items()):
        for row in breakdown.rows:
            yield from _row(by.value, row)


def _row(by: str, row: Row) -> Iterable[tuple[Cell, ...]]:
    """A hidden row without a count is one whose counts are withheld: nobody is hidden where nobody answered."""
    withheld = bool(row.overall.hidden) and not row.received
    counts: tuple[Cell, ...] = (None, None, None) if withheld else (row.received, row.partial, row.flagged)
    said: tuple[Cell, ...] = (by, row.code, row.name, row.quota, *counts)
    return ((*said, m.code, m.name, *figure(m)) for m in (row.overall, *row.factors))


def _levels(analysis: Analysis) -> Iterator[tuple[Cell, ...]]:
    """Names of levels only where there are as many as the overall question has: boxes have scales of their own."""
    for _, measure in named_measures(analysis):
        named = len(measure.levels) == len(analysis.level_names)
        for at, count in enumerate(() if measure.hidden else measure.levels):
            yield measure.code, measure.name, at + 1, analysis.level_names[at] if named else "", count


def _choices(analysis: Analysis) -> Iterator[tuple[Cell, ...]]:
    for each in analysis.rankings:
        for choice in each.choices:
            shown = (None, None) if choice.hidden else (choice.count, choice.rank)
            said: tuple[Cell, ...] = (each.code, each.title, each.facet, each.several, each.n, choice.code, choice.name)
            yield (*said, *shown, choice.signal, choice.hidden.value)


def _targets(analysis: Analysis) -> Iterator[tuple[Cell, ...]]:
    for line in analysis.targets:
        reached, n = figure(line.measure)[2], figure(line.measure)[1]
        yield line.name, line.year, line.wanted, reached, n, line.gap, line.met, line.measure.method
