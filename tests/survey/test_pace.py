"""Pace and forecast: the plan's own example, what can never be, and how often the interval holds."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.pace import Calendar, Forecast, NoForecast, Seen, Spell, Standing, is_weekend, pace, span

FIRST, LAST = date(2023, 8, 25), date(2023, 10, 15)  # Krông Nô


def seen(days: dict[date, int], first: date, last: date) -> Seen:
    spells = []
    for weekend in (False, True):
        counts = [days.get(day, 0) for day in span(first, last) if is_weekend(day) is weekend]
        spells.append(Spell(len(counts), sum(counts), sum(count * count for count in counts)))
    return Seen(*spells)


def pace_of(quota: int, days: dict[date, int], calendar: Calendar):  # type: ignore[no-untyped-def]
    got = sum(count for day, count in days.items() if calendar.first <= day <= calendar.day)
    until = calendar.whole_until
    return pace(quota, got, calendar, seen(days, FIRST, until), seen(days, calendar.recent_from, until))


def test_krong_no_on_the_twentieth_of_september_has_twenty_seven_of_fifty_two_days() -> None:
    calendar = Calendar(FIRST, LAST, date(2023, 9, 20))
    assert (calendar.elapsed, calendar.days, calendar.closed) == (27, 52, False)
    district, commune = (pace_of(quota, {date(2023, 9, 1): 30}, calendar) for quota in (120, 40))
    assert (district.expected, district.gap, district.left, district.standing) == (62, -32, 90, Standing.FAR_BEHIND)
    assert (commune.expected, commune.gap, commune.left, commune.standing) == (21, 9, 10, Standing.ON_TIME)
    assert pace_of(600, {}, calendar).expected == 312


@pytest.mark.parametrize(
    ("got", "day", "standing"),
    [
        (0, "2023-08-24", Standing.NOT_BEGUN),
        (0, "2023-08-25", Standing.NOTHING),
        (10, "2023-09-20", Standing.FAR_BEHIND),
        (11, "2023-09-20", Standing.BEHIND),
        (19, "2023-09-20", Standing.ON_TIME),
        (40, "2023-09-20", Standing.FULL),
        (41, "2023-10-16", Standing.OVER),
        (39, "2023-10-16", Standing.SHORT),
        (39, "2023-10-15", Standing.SHORT),
        (0, "2024-01-01", Standing.SHORT),
    ],
)
def test_standings(got: int, day: str, standing: Standing) -> None:
    calendar = Calendar(FIRST, LAST, date.fromisoformat(day))
    found = pace_of(40, {FIRST: got} if got else {}, calendar)
    assert found.standing is standing
    assert found.is_short is (standing in (Standing.SHORT, Standing.NOTHING, Standing.FAR_BEHIND, Standing.BEHIND))


def test_the_last_day_is_open_until_it_is_over() -> None:
    running = Calendar(FIRST, LAST, LAST, over=False)
    assert not running.closed
    assert running.left() == (0, 1), "a Sunday"
    assert pace_of(40, {FIRST: 39}, running).standing is Standing.ON_TIME
    assert pace_of(0, {FIRST: 39}, running).standing is Standing.NO_QUOTA


def test_few_days_foretell_nothing() -> None:
    early = Calendar(FIRST, LAST, date(2023, 8, 30))
    assert pace_of(40, {FIRST: 9}, early).forecast is NoForecast.FEW_DAYS
    later = Calendar(FIRST, LAST, date(2023, 9, 8))
    assert pace_of(40, {FIRST: 4}, later).forecast is NoForecast.FEW_ANSWERS
    assert pace_of(40, {FIRST: 9}, Calendar(FIRST, LAST, LAST)).forecast is NoForecast.CLOSED


def test_weekends_have_their_own_rate() -> None:
    """Ten each working day, none on weekends: 17 working days and 8 of weekends are left after 20 September."""
    days = {day: 10 for day in span(FIRST, LAST) if not is_weekend(day)}
    calendar = Calendar(FIRST, LAST, date(2023, 9, 20))
    assert calendar.left() == (17, 8)
    told = pace_of(600, days, calendar).forecast
    assert isinstance(told, Forecast)
    assert told.middle == sum(days.values()) == 360
    assert told.low < 360 < told.high


@given(
    st.lists(st.integers(0, 60), min_size=52, max_size=52),
    st.integers(-3, 60),
    st.integers(0, 10**6),
    st.booleans(),
)
def test_whatever_comes_the_numbers_fit(counts: list[int], offset: int, quota: int, over: bool) -> None:
    day = FIRST + timedelta(days=offset)
    days = {FIRST + timedelta(days=place): count for place, count in enumerate(counts) if place <= offset}
    found = pace_of(quota, days, Calendar(FIRST, LAST, day, over))
    assert 0 <= found.expected <= quota
    assert found.got - found.over + found.left == quota or not quota
    if isinstance(found.forecast, Forecast):
        assert found.got <= found.forecast.low <= found.forecast.middle <= found.forecast.high
    assert (found.standing is Standing.NO_QUOTA) is (quota == 0)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-3, 800))
def test_kinds_of_days_are_counted_as_one_by_one(first: date, length: int) -> None:
    days = list(span(first, first + timedelta(days=length)))
    free = sum(map(is_weekend, days))
    assert Calendar(first, first, first).kinds(first, first + timedelta(days=length)) == (len(days) - free, free)


def test_the_interval_holds_about_as_often_as_it_says() -> None:
    """Rounds of restless days, told of at half-time: the end lies in the interval nearly always."""
    seed, held, rounds = 20230920, 0, 400
    rng = random.Random(seed)
    calendar = Calendar(FIRST, LAST, date(2023, 9, 20))
    for _ in range(rounds):
        rate, restless = rng.uniform(1, 15), rng.choice((1, 3))
        days = {day: _day(rng, rate * (0.2 if is_weekend(day) else 1), restless) for day in span(FIRST, LAST)}
        told = pace_of(40, days, calendar).forecast
        assert isinstance(told, Forecast)
        held += told.low <= sum(days.values()) <= told.high
    print(f"seed {seed}: the end lay in the interval in {held} of {rounds} rounds")
    assert held >= 0.93 * rounds


def _day(rng: random.Random, rate: float, restless: int) -> int:
    """A count with about `restless` times a Poisson count's variance: people come in groups of that size."""
    groups, left = 0, rng.expovariate(1.0)
    while left < rate / restless:
        groups += 1
        left += rng.expovariate(1.0)
    return groups * restless
