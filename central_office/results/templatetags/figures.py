"""How numbers and instants are written in Vietnamese: 1.234 · 66,67 · 5 phút trước."""

from datetime import datetime, timedelta
from fractions import Fraction

from django import template

from central_office.results.analysis import Choice, Hidden, Measure, Row
from central_office.results.analysis_tables import HIDDEN
from survey import index

register = template.Library()


@register.filter
def whole(number: int | None) -> str:
    """`1234567` as `1.234.567`; an en dash for none."""
    return "–" if number is None else f"{number:,}".replace(",", ".")


@register.filter
def percent(share: index.Share) -> str:
    """The share as `66,67`, an en dash when n is 0."""
    return index.percent(share.hundredths)


@register.filter
def ago(now: datetime, instant: datetime) -> str:
    """How long before `now` the instant was, in one unit."""
    seconds = max(0, int((now - instant).total_seconds()))
    for length, unit in ((86_400, "ngày"), (3_600, "giờ"), (60, "phút")):
        if seconds >= length:
            return f"{seconds // length} {unit} trước"
    return "vừa xong"


@register.filter
def length_of(duration: timedelta) -> str:
    """Hours and minutes in words: a pause is told in quarter-hours."""
    hours, minutes = divmod(int(duration.total_seconds()) // 60, 60)
    parts = [f"{whole(hours)} giờ"] * bool(hours) + [f"{minutes} phút"] * bool(minutes or not hours)
    return " ".join(parts)


WHY = {
    Hidden.NO: "",
    Hidden.SMALL: "ít phiếu hơn mức được hiển thị",
    Hidden.DIFFERENCE: "che để không suy ra được số nhỏ",
}
WHY_SHORT = {Hidden.NO: "", Hidden.SMALL: "ít phiếu", Hidden.DIFFERENCE: "che thêm"}


@register.filter(name="index")
def index_said(measure: Measure | None) -> str:
    """`66,67`; an en dash where there is none or it may not be shown."""
    return "–" if measure is None or measure.hidden else index.percent(measure.share.hundredths)


@register.filter
def clean_index(measure: Measure) -> str:
    """The same without flagged answers."""
    return "–" if measure.hidden or measure.clean_hidden else index.percent(measure.clean.hundredths)


@register.filter
def n_said(measure: Measure | None) -> str:
    return "–" if measure is None or measure.hidden else whole(measure.share.n)


@register.filter
def limits(measure: Measure) -> str:
    """`39,68–89,22`."""
    held = measure.interval
    return f"{index.percent(held.low)}–{index.percent(held.high)}" if held else "–"


@register.filter
def hundredths(value: int | None) -> str:
    return index.percent(value)


@register.filter
def gap(value: int | None) -> str:
    """`+3,50`, `−3,50` with the sign of minus."""
    if value is None:
        return "–"
    return ("−" if value < 0 else "+" if value > 0 else "") + index.percent(abs(value))


@register.filter
def why_not(measure: Measure) -> str:
    return HIDDEN[measure.hidden] or "chưa có câu trả lời"


@register.filter
def why_not_clean(measure: Measure) -> str:
    return HIDDEN[measure.clean_hidden]


@register.filter
def why_short(measure: Measure) -> str:
    return WHY_SHORT[measure.hidden]


@register.filter
def why_short_clean(measure: Measure) -> str:
    return WHY_SHORT[measure.clean_hidden]


@register.filter
def px(value: int) -> int:
    """Hundredths of a percent on a picture 1000 wide."""
    return index.round_half_up(Fraction(value, 10))


@register.filter
def length_px(measure: Measure) -> int:
    return px(measure.share.hundredths or 0)


@register.filter
def part(choice: Choice, n: int) -> str:
    """The share of `n` that chose it, as `12,50`."""
    return index.percent(index.Share(choice.count, n).hundredths)


@register.filter
def part_px(choice: Choice, n: int) -> int:
    return px(index.Share(choice.count, n).hundredths or 0)


@register.filter
def left_said(row: Row) -> str:
    """What is left of a quota, in words."""
    if row.quota is None:
        return "–"
    left = row.quota - row.received
    return whole(left) if left > 0 else f"đủ, vượt {whole(-left)}" if left < 0 else "đủ"
