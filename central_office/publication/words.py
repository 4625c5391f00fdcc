"""How the public site writes figures: numbers, intervals, reasons for a dash, order of names, bars. No markup."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from central_office.results.analysis import Hidden, Measure, Row
from survey import index
from survey.vietnamese import sort_key

DASH = "–"
WHY_HIDDEN = {
    Hidden.SMALL: "ít phiếu nên không công bố",
    Hidden.DIFFERENCE: "không công bố, vì nếu công bố sẽ suy ra được số của nơi ít phiếu",
}
WHOLE = 10_000  # hundredths of a percent: the length of a bar of 100 %
UNSAFE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar in hundredths of a percent. `alt`: the same in words, for those who do not see it."""

    name: str
    text: str
    alt: str
    length: int
    low: int | None = None
    high: int | None = None
    tone: int = 0

    @property
    def span(self) -> int:
        return (self.high or 0) - (self.low or 0)


def number(count: int | None) -> str:
    """`12345` as `12.345`."""
    return DASH if count is None else f"{count:,}".replace(",", ".")


def day(value: date) -> str:
    return value.strftime("%d/%m/%Y")


def percent(hundredths: int | None) -> str:
    """`8951` as `89,51 %`."""
    return DASH if hundredths is None else f"{index.percent(hundredths)} %"


def points(hundredths: int | None) -> str:
    """A difference with its sign: `-151` as `−1,51 điểm`."""
    if hundredths is None:
        return DASH
    sign = "+" if hundredths > 0 else "−" if hundredths < 0 else ""
    return f"{sign}{index.percent(abs(hundredths))} điểm"


def interval(measure: Measure) -> str:
    """`87,10 – 91,44`; a dash where there is none or it is hidden."""
    found = None if measure.hidden else measure.interval
    return DASH if found is None else f"{index.percent(found.low)} – {index.percent(found.high)}"


def measured(measure: Measure) -> str:
    return DASH if measure.hidden else percent(measure.share.hundredths)


def hides_clean(measure: Measure) -> bool:
    """Whether the figure without the flagged answers may not be told."""
    return bool(measure.hidden or measure.clean_hidden)


def cleaned(measure: Measure) -> str:
    return DASH if hides_clean(measure) else percent(measure.clean.hundredths)


def answered(measure: Measure) -> str:
    return DASH if measure.hidden else number(measure.share.n)


def bar(measure: Measure) -> Bar:
    """The bar of a measure with its interval; an empty one where it is hidden or nobody answered."""
    value = None if measure.hidden else measure.share.hundredths
    limits = None if value is None else measure.interval
    alt = f"{measure.name}: {measured(measure)}" + (f", khoảng tin cậy {interval(measure)} %" if limits else "")
    return Bar(
        name=measure.name,
        text=measured(measure),
        alt=alt,
        length=value or 0,
        low=limits.low if limits else None,
        high=limits.high if limits else None,
    )


def share_bar(name: str, count: int, n: int, tone: int = 0) -> Bar:
    """How many of n, as a bar."""
    part = index.Share(count, n)
    text = f"{number(count)} ({percent(part.hundredths)})"
    return Bar(name=name, text=text, alt=f"{name}: {text}", length=part.hundredths or 0, tone=tone)


def level_bars(names: Sequence[str], measure: Measure | None) -> list[Bar]:
    """How often each level was given, best first; none where it is hidden or does not fit the names."""
    if measure is None or measure.hidden or len(names) != len(measure.levels) or not sum(measure.levels):
        return []
    total = sum(measure.levels)
    rows = enumerate(zip(names, measure.levels, strict=True), start=1)
    return [share_bar(name, count, total, tone) for tone, (name, count) in rows][::-1]


def in_order(rows: Iterable[Row]) -> list[Row]:
    """By name, theo vần abc."""
    return sorted(rows, key=lambda row: (sort_key(row.name), row.code))


def by_index(rows: Iterable[Row]) -> list[tuple[int | None, Row]]:
    """Place and row, best first; equal figures share a place; whoever is below the floor has none and stands last."""
    rows = list(rows)
    shown = [row for row in rows if not row.overall.hidden and row.overall.share.n]
    shown.sort(key=lambda row: -(row.overall.share.fraction or 0))
    fractions = [row.overall.share.fraction for row in shown]
    placed: list[tuple[int | None, Row]] = [(fractions.index(row.overall.share.fraction) + 1, row) for row in shown]
    return placed + [(None, row) for row in rows if row.overall.hidden or not row.overall.share.n]


def page_names(codes: Iterable[str]) -> dict[str, str]:
    """A file name for each code, of letters, digits and hyphens; two codes never share one."""
    names: dict[str, str] = {}
    for code in codes:
        name = stem = UNSAFE.sub("-", code.lower()).strip("-") or "don-vi"
        number_of = 2
        while name in names.values():
            name, number_of = f"{stem}-{number_of}", number_of + 1
        names[code] = name
    return names
