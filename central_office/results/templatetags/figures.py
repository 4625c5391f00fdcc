"""How numbers and instants are written in Vietnamese: 1.234 · 66,67 · 5 phút trước."""

from datetime import datetime, timedelta

from django import template

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
