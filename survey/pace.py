"""How a quota fills: what should be there by a day, and what will be there at the end. Pure; counts and days are given.

By a day as many answers are due as days of the window have come, of all its days, whatever day of the week they are
(R-012: on 20/9/2023 27 of 52). The forecast is otherwise: working days and weekends have rates of their own, once from
the whole round and once from its last RECENT_DAYS; the middle lies between both, and the interval holds both with
their 95 % limits by a Poisson count that is as restless as the days so far (quasi-Poisson).
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

RECENT_DAYS = 14
LEAST_DAYS = 5  # whole working days seen before anything is foretold
LEAST_ANSWERS = 5
Z95 = 1.96
SATURDAY = 5
BEHIND_PERCENT, FAR_BEHIND_PERCENT = 90, 50  # of what is due by the day


class Standing(StrEnum):
    """How a quota stands on a day; BEHIND: less than nine tenths of what is due, FAR_BEHIND: less than half."""

    SHORT = "short"  # the window is over
    NOTHING = "nothing"
    FAR_BEHIND = "far_behind"
    BEHIND = "behind"
    ON_TIME = "on_time"
    FULL = "full"
    OVER = "over"
    NOT_BEGUN = "not_begun"
    NO_QUOTA = "no_quota"


SHORT_OF = (Standing.SHORT, Standing.NOTHING, Standing.FAR_BEHIND, Standing.BEHIND)  # the most urgent first


class NoForecast(StrEnum):
    """Why nothing is foretold."""

    CLOSED = "closed"
    FEW_DAYS = "few_days"
    FEW_ANSWERS = "few_answers"


@dataclass(frozen=True, slots=True)
class Spell:
    """Whole days of one kind. `squares`: the sum of the squares of each day's answers."""

    days: int = 0
    answers: int = 0
    squares: int = 0

    @property
    def rate(self) -> float:
        """Answers a day; 0 where no such day was seen (offices keep the weekend)."""
        return self.answers / self.days if self.days else 0.0

    @property
    def unrest(self) -> float:
        """Pearson's sum of squares: about `days` where answers come as by chance."""
        return (self.squares - self.answers * self.rate) / self.rate if self.rate else 0.0


@dataclass(frozen=True, slots=True)
class Seen:
    """Whole days of a round, or of its last part."""

    weekdays: Spell = Spell()
    weekends: Spell = Spell()

    @property
    def answers(self) -> int:
        return self.weekdays.answers + self.weekends.answers

    @property
    def restless(self) -> float:
        """How many times the variance of a Poisson count (1 or more)."""
        spells = [spell for spell in (self.weekdays, self.weekends) if spell.rate]
        freedom = sum(spell.days for spell in spells) - len(spells)
        return max(1.0, sum(spell.unrest for spell in spells) / freedom) if freedom > 0 else 1.0


@dataclass(frozen=True, slots=True)
class Forecast:
    """Answers at the end of the window: 95 % from `low` to `high`, all inclusive."""

    low: int
    middle: int
    high: int


@dataclass(frozen=True, slots=True)
class Pace:
    """One quota on a day. `elapsed`: days of the window that have come, the day itself among them; 0 before it, all
    of them from its last day on. `closed`: the window is over."""

    quota: int
    got: int
    elapsed: int
    days: int
    closed: bool
    forecast: Forecast | NoForecast

    @property
    def expected(self) -> int:
        """Answers due by the day, halves upwards."""
        return (2 * self.quota * self.elapsed + self.days) // (2 * self.days)

    @property
    def gap(self) -> int:
        return self.got - self.expected

    @property
    def left(self) -> int:
        return max(0, self.quota - self.got)

    @property
    def over(self) -> int:
        return max(0, self.got - self.quota) if self.quota else 0

    @property
    def standing(self) -> Standing:
        if not self.quota:
            return Standing.NO_QUOTA
        if self.got >= self.quota:
            return Standing.FULL if self.got == self.quota else Standing.OVER
        if self.closed:
            return Standing.SHORT
        if not self.elapsed:
            return Standing.NOT_BEGUN
        reached = 100 * self.got * self.days  # against so many percent of the quota's part: no division
        due = self.quota * self.elapsed
        if reached >= BEHIND_PERCENT * due:
            return Standing.ON_TIME
        if not self.got:
            return Standing.NOTHING
        return Standing.BEHIND if reached >= FAR_BEHIND_PERCENT * due else Standing.FAR_BEHIND

    @property
    def is_short(self) -> bool:
        return self.standing in SHORT_OF


@dataclass(frozen=True, slots=True)
class Calendar:
    """A window as of a day. `over`: the day itself is over, so that its answers are all there."""

    first: date
    last: date
    day: date
    over: bool = True

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def elapsed(self) -> int:
        return min(max(0, (self.day - self.first).days + 1), self.days)

    @property
    def closed(self) -> bool:
        return self.day > self.last or (self.day == self.last and self.over)

    @property
    def whole_until(self) -> date:
        """The last day whose answers are all there."""
        return min(self.day if self.over else self.day - timedelta(days=1), self.last)

    @property
    def recent_from(self) -> date:
        return max(self.first, self.whole_until - timedelta(days=RECENT_DAYS - 1))

    def weekends(self) -> Iterator[date]:
        return filter(is_weekend, span(self.first, self.last))

    def kinds(self, first: date, last: date) -> tuple[int, int]:
        """How many working days and weekend days lie between two days of the window, both inclusive."""
        if last < first:
            return 0, 0
        free = _weekends_until(last) - _weekends_until(first - timedelta(days=1))
        return (last - first).days + 1 - free, free

    def left(self) -> tuple[int, int]:
        """Working days and weekend days whose answers are still to come."""
        return self.kinds(max(self.first, self.whole_until + timedelta(days=1)), self.last)


def is_weekend(day: date) -> bool:
    return day.weekday() >= SATURDAY


def _weekends_until(day: date) -> int:
    """Weekend days since the calendar's first day, which was a Monday."""
    weeks, rest = divmod(day.toordinal(), 7)
    return 2 * weeks + max(0, rest - SATURDAY)


def span(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def pace(quota: int, got: int, calendar: Calendar, whole: Seen, recent: Seen) -> Pace:
    """`got`: all answers so far; `whole`, `recent`: those of whole days, and of the last of these."""
    told = forecast(got, calendar, whole, recent)
    return Pace(quota, got, calendar.elapsed, calendar.days, calendar.closed, told)


def forecast(got: int, calendar: Calendar, whole: Seen, recent: Seen) -> Forecast | NoForecast:
    """What will be there at the end, never less than is there already; or why that cannot be said."""
    if calendar.closed:
        return NoForecast.CLOSED
    if whole.weekdays.days < LEAST_DAYS:
        return NoForecast.FEW_DAYS
    if whole.answers < LEAST_ANSWERS:
        return NoForecast.FEW_ANSWERS
    more = [_more(seen, calendar.left(), whole.restless) for seen in (whole, recent)]
    low, middle, high = (max(float(got), whole.answers + value) for value in _joined(more))
    return Forecast(math.floor(low), math.floor(middle + 0.5), math.ceil(high))


def _more(seen: Seen, left: tuple[int, int], restless: float) -> tuple[float, float, float]:
    """Answers to come by these rates: low, middle, high. The rate itself is known no better than its answers are."""
    middle = left[0] * seen.weekdays.rate + left[1] * seen.weekends.rate
    known = middle * middle / seen.answers if seen.answers else 0.0
    half = Z95 * math.sqrt(restless * (middle + known))
    return max(0.0, middle - half), middle, middle + half


def _joined(parts: Iterable[tuple[float, float, float]]) -> tuple[float, float, float]:
    lows, middles, highs = zip(*parts, strict=True)
    return min(lows), sum(middles) / len(middles), max(highs)
