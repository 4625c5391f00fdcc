"""The daily text: short whatever the names are, in one line each, and of no rating."""

import random
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.usefixtures("_django")
NAMES = st.text(st.characters(exclude_categories=[]), max_size=120)
LETTERS = ["a", "Ệ", "e\u0302\u0323", "\U00020000", "\u202e", "\n", "\t", "\u0301", ";", "<b>", "{0}", "\ud800", "😀"]


def the_status(
    names: list[str], title: str, day: date, quota: int, counts: random.Random, visits: bool, most: int = 10**6
) -> Any:
    from central_office.coverage.figures import Figures, judge
    from central_office.watching.status import KioskState, PointStatus, Status
    from survey.coverage import VisitsRule
    from survey.pace import Calendar, Seen, Spell, pace
    from survey.plan import Plan

    rule = VisitsRule() if visits else None
    first, last = date(2023, 8, 25), date(2023, 10, 15)
    calendar = Calendar(first, last, day, over=counts.random() < 0.5)
    points = []
    for number, name in enumerate(names):
        got = counts.randrange(most)
        seen = Seen(Spell(19, got, got * got))
        kiosk = KioskState(f"k{number}", None, counts.random() < 0.5, 0)
        ways, known = (got, 0, 0, 0, 0, 0), counts.choice((None, 0, 20, got))
        judged = judge(rule, Figures(ways=ways, visits=known, compared=got, missing=int(known is None)))
        points.append(
            PointStatus(
                f"p{number}",
                name,
                pace(quota, got, calendar, seen, seen),
                kiosks=(kiosk,),
                visits=judged if rule else None,
            )
        )
    plan = Plan("p", {"vi": title}, "", "", "f", first, last, last, None, (), visits=rule)
    got = sum(point.pace.got for point in points)
    seen = Seen(Spell(19, got, got * got))
    total = pace(quota * len(points), got, calendar, seen, seen)
    now = None if calendar.over else datetime(2023, 9, 20, 5, 0, tzinfo=UTC)
    return Status(plan, calendar, now, tuple(points), total, {})


def check(text: str) -> None:
    from central_office.watching.chat import LIMIT, THANKS, length

    assert length(text) < LIMIT
    assert len(text) < LIMIT
    assert len(text.splitlines()) == text.count("\n") + 1 <= 13
    assert text.endswith(THANKS)
    assert text.encode().decode() == text


@settings(max_examples=40, deadline=None)
@given(NAMES, st.lists(NAMES, max_size=12), st.booleans(), st.randoms(use_true_random=False))
def test_hostile_names_stay_short_and_on_their_line(
    title: str, names: list[str], visits: bool, rng: random.Random
) -> None:
    from central_office.watching.chat import daily_text

    day = rng.choice([date(2023, 8, 1), date(2023, 8, 25), date(2023, 9, 20), date(2023, 10, 16)])
    check(daily_text(the_status(names, title, day, rng.choice((0, 40, 10**9)), rng, visits)))


def test_two_hundred_and_nine_points_of_the_longest_names() -> None:
    from central_office.watching.chat import daily_text, length

    seed, longest = 209, 0
    rng = random.Random(seed)
    for round_ in range(20):
        names = ["".join(rng.choices(LETTERS, k=rng.choice((3, 50, 200)))) for _ in range(209)]
        day = rng.choice([date(2023, 8, 25), date(2023, 9, 20), date(2023, 10, 16)])
        most = rng.choice((2, 40, 10**6))
        status = the_status(names, "Ế" * 500, day, rng.choice((0, 40)), rng, bool(round_ % 2), most)
        text = daily_text(status)
        check(text)
        longest = max(longest, length(text))
    print(f"seed {seed}: 20 texts of 209 points, the longest {longest} characters")


def test_those_behind_are_named_as_many_as_fit() -> None:
    from central_office.watching.chat import daily_text, length

    names = [f"Xã Thử nghiệm số {number}" for number in range(1, 210)]
    text = daily_text(the_status(names, "Đợt thử", date(2023, 9, 20), 40, random.Random(3), False, 12))
    assert "- Chậm tiến độ (209 điểm): Xã Thử nghiệm số " in text
    assert " điểm khác." in text
    assert length(text) > 850, "the room is used"
    print(text)
