"""Figures, dates and names as a Vietnamese report writes them. Owns notation and no figure."""

from datetime import date, datetime, timedelta, timezone

from central_office.results.analysis import Analysis, Hidden, Measure, Row
from survey.index import Share, percent
from survey.masking import PUBLIC_FLOOR

VIETNAM = timezone(timedelta(hours=7))  # without summer time since 1975
NONE = "–"
MASKED = "–"


def number(value: int | None) -> str:
    """`4180` as `4.180`."""
    return NONE if value is None else f"{value:,}".replace(",", ".")


def counted(analysis: Analysis, row: Row, count: int | None) -> str:
    """A count of a row's answers; a dash in figures for everybody where the row is hidden."""
    return MASKED if is_untold(analysis, row) else number(count)


def is_untold(analysis: Analysis, row: Row) -> bool:
    return analysis.floor >= PUBLIC_FLOOR and row.overall.hidden is not Hidden.NO


def index(measure: Measure | None) -> str:
    """The percentage without its sign; a dash where there is none or it is not shown."""
    return MASKED if measure is None or measure.hidden else percent(measure.share.hundredths)


def clean_index(measure: Measure | None) -> str:
    """Likewise, of the answers without flags."""
    hidden = measure is None or measure.hidden or clean_is_hidden(measure)
    return MASKED if measure is None or hidden else percent(measure.clean.hundredths)


def of(measure: Measure | None) -> str:
    """`7/10`: satisfied of all."""
    return MASKED if measure is None or measure.hidden or not measure.share.n else fraction(measure.share)


def fraction(share: Share) -> str:
    return f"{number(share.satisfied)}/{number(share.n)}"


def answered(measure: Measure | None) -> str:
    return MASKED if measure is None or measure.hidden else number(measure.share.n)


def interval(measure: Measure | None) -> str:
    """`39,68 – 89,22`."""
    if measure is None or measure.hidden or measure.interval is None:
        return NONE
    return f"{percent(measure.interval.low)} – {percent(measure.interval.high)}"


def signed(hundredths: int | None) -> str:
    """A difference in points: `+1,25`, `−0,50`."""
    if hundredths is None:
        return NONE
    sign = "−" if hundredths < 0 else "+" if hundredths else ""
    return sign + percent(abs(hundredths))


def thousandths(value: int) -> str:
    """A design effect: `1350` as `1,35`."""
    whole, rest = divmod(value, 1000)
    return f"{whole},{rest:03d}".rstrip("0").rstrip(",") if rest else f"{whole}"


def part(count: int, n: int) -> str:
    """Percentage of a count."""
    return percent(Share(count, n).hundredths)


def day(value: date) -> str:
    """As offices write it: the day always with two digits, the month with two only in January and February."""
    month = f"{value.month:02d}" if value.month < 3 else str(value.month)
    return f"{value.day:02d}/{month}/{value.year}"


def instant(value: datetime) -> str:
    local = value.astimezone(VIETNAM)
    return f"{local.hour} giờ {local.minute:02d} phút ngày {day(local.date())}"


def lowered(text: str) -> str:
    """`Khảo sát …` as it stands inside a sentence; an abbreviation keeps its capitals."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def bound(text: str) -> str:
    """No line ends between a number and its sign of percent."""
    return text.replace(" %", "\u00a0%")


def masked_note(floor: int) -> str:
    return (
        f"Dấu “{MASKED}”: không có số liệu, có ít hơn {floor} lượt trả lời, "
        "hoặc số liệu nhỏ có thể suy ra bằng phép trừ."
    )


def clean_is_hidden(measure: Measure) -> bool:
    """Whether the figure without flagged answers would tell of too few."""
    return measure.clean_hidden is not Hidden.NO


def is_hidden(measure: Measure) -> bool:
    return measure.hidden is not Hidden.NO
