"""Bắc Giang's rule: its golden numbers, its other readings, its edges, and its place in a plan file."""

import json
import random
from datetime import date
from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from typing import Any

import pytest

from survey.coverage import Band, Mode, Timing, Verdict, VisitsRule, percent, tenths, timing
from survey.errors import BadFile
from survey.plan_file import read_plan

PLAN = Path(__file__).parents[2] / "survey/data/plans/krong-no-2023.json"
GOLDEN = {8: (4, 12), 20: (10, 30), 30: (15, 45), 40: (20, 60), 100: (20, 150), 200: (20, 300)}
RULE = VisitsRule()


@pytest.mark.parametrize("visits", GOLDEN)
def test_the_golden_numbers(visits: int) -> None:
    band = RULE.band(visits)
    assert (band.least, band.most) == GOLDEN[visits]
    assert band.by_minimum is (visits > 40)
    assert RULE.verdict(visits, band.least - 1) is Verdict.BELOW
    assert RULE.verdict(visits, band.least) is Verdict.WITHIN
    assert RULE.verdict(visits, visits) is Verdict.WITHIN
    assert RULE.verdict(visits, visits + 1) is Verdict.MORE_THAN_VISITS
    assert RULE.verdict(visits, band.most) is Verdict.MORE_THAN_VISITS
    assert RULE.verdict(visits, band.most + 1) is Verdict.ABOVE


def test_the_band_is_the_exact_one_for_every_percentage() -> None:
    seed, tried = 7, 0
    rng = random.Random(seed)
    for visits in range(400):
        for share in {0, 1, 33, 50, 67, 99, 100, rng.randrange(101)}:
            rule = VisitsRule(Mode.PERCENT, share)
            part = Fraction(share, 100)
            assert rule.band(visits) == Band(ceil((1 - part) * visits), floor((1 + part) * visits))
            tried += 1
    print(f"{tried} bands equal exact fractions, seed {seed}")


def test_nobody_came_and_nobody_knows() -> None:
    assert RULE.band(0) == Band(0, 0)
    assert RULE.verdict(0, 0) is Verdict.NO_VISITS
    assert RULE.verdict(0, 1) is Verdict.ABOVE
    assert RULE.verdict(None, 0) is RULE.verdict(None, 500) is Verdict.UNKNOWN
    assert VisitsRule(Mode.FORMS).verdict(0, 3) is Verdict.MORE_THAN_VISITS


def test_the_other_readings_of_the_sentence() -> None:
    forms, share = VisitsRule(Mode.FORMS), VisitsRule(Mode.PERCENT)
    assert [forms.band(v) for v in (8, 20, 100)] == [Band(0, 18), Band(10, 30), Band(90, 110)]
    assert [share.band(v) for v in (8, 20, 100)] == [Band(4, 12), Band(10, 30), Band(50, 150)]
    assert forms.verdict(100, 20) is share.verdict(100, 20) is Verdict.BELOW


def test_where_crowded_begins_is_data() -> None:
    """By default from where the percentage asks for more than the minimum: with the plan's numbers from 41 on, and at
    39 and 40 both ask for 20."""
    assert [RULE.band(v).by_minimum for v in (39, 40, 41)] == [False, False, True]
    assert all(VisitsRule(busy_from=40).band(v) == RULE.band(v) for v in range(500))
    late = VisitsRule(busy_from=100)
    assert (late.band(99), late.band(100)) == (Band(50, 148), Band(20, 150, by_minimum=True))
    assert VisitsRule(busy_from=0).band(8) == Band(4, 12), "the minimum never asks for more than the percentage"


def test_an_answer_after_the_window_is_late() -> None:
    first, last = date(2024, 6, 12), date(2024, 6, 14)
    days = {11: Timing.EARLY, 12: Timing.IN_WINDOW, 14: Timing.IN_WINDOW, 15: Timing.LATE}
    assert {day: timing(date(2024, 6, day), first, last) for day in days} == days


def test_shares_are_written_as_vietnamese_write_them() -> None:
    written = {(14, 20): "70,0", (1, 3): "33,3", (2, 3): "66,7", (1, 2000): "0,1", (0, 5): "0,0", (0, 0): "–"}
    assert {pair: percent(tenths(*pair)) for pair in written} == written
    assert percent(tenths(30, 20)) == "150,0"
    assert percent(tenths(14, 20), ".") == "70.0"


def plan_with(**visits: Any) -> bytes:
    return json.dumps(json.loads(PLAN.read_text("utf-8")) | {"visits": visits}).encode()


def test_a_plan_says_its_rule_or_has_none() -> None:
    assert read_plan(PLAN.read_bytes(), "plan").visits is None
    assert read_plan(plan_with(), "plan").visits == RULE
    told = {"mode": "forms", "percent": 40, "forms": 12, "minimum": 25, "busy_from": 60}
    assert read_plan(plan_with(**told), "plan").visits == VisitsRule(Mode.FORMS, 40, 12, 25, 60)


@pytest.mark.parametrize(
    ("visits", "place"),
    [
        ({"percent": 101}, "/visits/percent"),
        ({"percent": "50"}, "/visits/percent"),
        ({"percent": 0.5}, "/visits/percent"),
        ({"mode": "about"}, "/visits/mode"),
        ({"minimum": -1}, "/visits/minimum"),
        ({"forms": True}, "/visits/forms"),
        ({"busy_from": None}, "/visits/busy_from"),
        ({"busy": 40}, "/visits/busy"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_place(visits: dict[str, Any], place: str) -> None:
    with pytest.raises(BadFile) as refused:
        read_plan(plan_with(**visits), "plan.json")
    assert [problem.place for problem in refused.value.problems] == [place]


def test_a_rule_that_is_no_object_is_refused() -> None:
    data = json.dumps(json.loads(PLAN.read_text("utf-8")) | {"visits": 50}).encode()
    with pytest.raises(BadFile) as refused:
        read_plan(data, "plan.json")
    assert [problem.place for problem in refused.value.problems] == ["/visits"]
