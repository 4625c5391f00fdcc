"""Opening hours as an installer writes them, and whether an instant lies outside. Knows no holidays and no clock."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORKING_DAYS = frozenset(range(5))
_DAY = "|".join(DAYS)
_SPAN = re.compile(rf"(?:({_DAY})(?:-({_DAY}))? )?([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Span:
    """`days`: 0 is Monday. `from_min`, `to_min`: minutes since midnight; open from the first, no more at the second."""

    days: frozenset[int]
    from_min: int
    to_min: int


def read_span(text: str) -> Span | None:
    """The span that "07:30-11:30" (Monday to Friday), "sat 07:30-11:30" or "mon-thu 13:30-17:00" names, or None."""
    match = _SPAN.fullmatch(text)
    if match is None:
        return None
    first, last, *figures = match.groups()
    from_h, from_m, to_h, to_m = map(int, figures)
    span = Span(_days(first, last), from_h * 60 + from_m, to_h * 60 + to_m)
    return span if span.days and span.from_min < span.to_min else None


def is_closed(opened: Sequence[Span], wall: datetime, grace_min: int) -> bool:
    """Whether `wall`, in the office's own time, is further than the grace from every span. False without any span."""
    minute = wall.hour * 60 + wall.minute
    return bool(opened) and not any(
        wall.weekday() in span.days and span.from_min - grace_min <= minute < span.to_min + grace_min for span in opened
    )


def _days(first: str | None, last: str | None) -> frozenset[int]:
    if first is None:
        return WORKING_DAYS
    return frozenset(range(DAYS.index(first), DAYS.index(last or first) + 1))
