"""An attacker with the intervals: a design effect is a second equation in what hidden points said (squares, no sums).

Two rounds that differ only in who of two hidden points was content must print the same to the last digit; then no
equation whatever tells them apart.
"""

import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from survey.form import Role
from survey.form_file import read_form
from survey.plan_file import read_plan

ROUNDS, SEED = 60, 20231103
DATA = Path(__file__).parents[2] / "survey/data"
PLAN = read_plan((DATA / "plans/krong-no-2023.json").read_bytes(), "plan")
FORM = read_form((DATA / "forms/rut-gon-mot-cua.json").read_bytes(), "form")
POINTS = [each.point.code for each in PLAN.allocations]
UNITS = {point: f"x:{place % 3}" for place, point in enumerate(POINTS)}
AT = datetime(2023, 11, 1, tzinfo=UTC)


class Answer(NamedTuple):
    point: str
    channel: str
    month: date
    field: str
    flagged: bool
    level: int


@dataclass(frozen=True)
class Place:
    point: str
    channel: str
    state: str
    flagged: bool
    in_window: bool
    agency: str
    why: str
    count: int


@dataclass(frozen=True)
class Timed:
    point: str
    channel: str
    agency: str
    month: date
    flagged: bool
    question: str
    value: str
    count: int


@dataclass(frozen=True)
class Personal:
    point: str
    field: str
    respondent: str
    flagged: bool
    question: str
    value: str
    count: int


def made(rng: random.Random) -> list[Answer]:
    months, channels, fields = (date(2023, 8, 1), date(2023, 9, 1)), ("screen", "qr"), ("", "LV01")
    return [
        Answer(point, rng.choice(channels), rng.choice(months), rng.choice(fields), rng.random() < 0.05, level)
        for point in POINTS
        for level in rng.choices(range(1, 6), k=rng.choice([0, 2, 4, 7, 12, 16, 30, 45]))
    ]


def printed(answers: list[Answer], units: dict[str, str], floor: int) -> Any:
    from central_office.publication.public import public
    from central_office.results.analysis import By
    from central_office.results.breaking import Layout
    from central_office.results.computing import Round, compute
    from central_office.results.naming import other_names, point_names
    from central_office.results.piles import pile_up

    count = Counter(answers).items()
    people = [Personal(a.point, a.field, "", a.flagged, "RG.HL0", str(a.level), n) for a, n in count]
    piles = pile_up(
        FORM,
        [Place(a.point, a.channel, "partial", a.flagged, True, "", "", n) for a, n in count],
        [(a.month, "partial", a.flagged, n) for a, n in count],
        [Timed(a.point, a.channel, "", a.month, a.flagged, "RG.HL0", str(a.level), n) for a, n in count],
        [*people, *(replace(each, question="", value="partial") for each in people)],
    )
    names = {By.POINT: point_names(PLAN, None, piles)} | ({By.UNIT: {u: u for u in UNITS.values()}} if units else {})
    layout = Layout(names | other_names(PLAN, FORM, piles, {}), units)
    return public(compute(Round(PLAN, FORM, piles, layout, floor), AT, {}, 0, ()))


def exchanged(answers: list[Answer], hidden: set[str]) -> list[Answer] | None:
    """The same round, but that one was content at another hidden point of the same unit."""
    pairs = (
        (a, b)
        for a in answers
        for b in answers
        if a.point != b.point
        and {a.point, b.point} <= hidden
        and UNITS[a.point] == UNITS[b.point]
        and (a.level, b.level) == (5, 1)
        and a[1:5] == b[1:5]
    )
    for a, b in pairs:
        rest = list(answers)
        rest.remove(a)
        rest.remove(b)
        return [*rest, a._replace(level=1), b._replace(level=5)]
    return None


@pytest.mark.slow
def test_intervals_tell_nothing_of_what_hidden_points_said() -> None:
    from central_office.results.analysis import By

    rng, tried, effects = random.Random(SEED), 0, set()
    for number in range(ROUNDS):
        answers, units, floor = made(rng), rng.choice([{}, UNITS]), rng.choice([5, 10])
        shown = printed(answers, units, floor)
        hidden = {row.code for row in shown.breakdowns[By.POINT].rows if row.overall.hidden}
        other = exchanged(answers, hidden)
        if other is None:
            continue
        tried += 1
        assert printed(other, units, floor) == shown, (number, floor, sorted(hidden))
        effects.add(shown.overall.interval.effect)
    assert tried > ROUNDS / 4
    assert len(effects) > 5
    print(f"seed {SEED}: {tried} pairs of rounds, {len(effects)} design effects, every pair prints the same")


def test_questions_told_by_no_point_have_clusters_that_may_be_told() -> None:
    from central_office.results.piles import Pile

    rng = random.Random(SEED)
    for floor in (1, 5, 10):
        for _ in range(200):
            pile = Pile()
            for place in range(rng.randint(0, 8)):
                n = rng.choice([0, 1, 3, 8, 20, 60])
                pile.cluster(f"p{place}", rng.randint(0, n), n)
            groups = pile.heavy_clusters(floor)
            whole = [sum(each[part] for each in pile.points.values()) for part in (0, 1)]
            assert [sum(g.satisfied for g in groups), sum(g.n for g in groups)] == whole
            assert len(groups) < 2 or min(group.n for group in groups) >= floor
    assert len(pile.heavy_clusters(1)) == sum(n > 0 for _, n in pile.points.values())


def test_a_factor_made_of_criteria_counts_people_and_not_answers() -> None:
    from central_office.results.analysis import By, Hidden
    from central_office.results.breaking import Layout
    from central_office.results.computing import Round, compute
    from central_office.results.naming import other_names, point_names
    from central_office.results.piles import pile_up

    asked = next(q for q in FORM.questions if q.role is Role.FACTOR and q.scale)
    criteria = [replace(asked, code=f"K{n}", role=Role.CRITERION) for n in range(4)]
    form = replace(FORM, questions=(*(q for q in FORM.questions if q is not asked), *criteria))

    def factor_of(people: dict[str, list[int]], floor: int) -> Any:
        rows = [(point, f"K{n}", str(level)) for point, said in people.items() for level in said for n in range(4)]
        times = [
            Timed(point, "screen", "", date(2023, 9, 1), False, code, level, n)
            for (point, code, level), n in Counter(rows).items()
        ]
        piles = pile_up(form, [], [], times, [])
        layout = Layout({By.POINT: point_names(PLAN, None, piles)} | other_names(PLAN, form, piles, {}))
        found = compute(Round(PLAN, form, piles, layout, floor), AT, {}, 0, ())
        return next(each for each in found.factors if each.code == asked.factor)

    assert factor_of({POINTS[0]: [1, 5, 5]}, 10).hidden is Hidden.SMALL
    one = factor_of({POINTS[0]: [1, 5, 5] * 5}, 10)
    assert (one.share.n, one.share.satisfied, one.interval) == (60, 40, None)
    two = factor_of({POINTS[0]: [1, 5, 5] * 5, POINTS[1]: [1, 2, 5, 4] * 5}, 10)
    assert two.interval.clusters == 2


def test_a_target_missed_by_less_than_is_printed_says_so() -> None:
    from central_office.results import measuring
    from central_office.results.analysis import Measure
    from central_office.results.targets import _line
    from survey.index import Share
    from survey.plan_parts import Target

    def verdict(satisfied: int, n: int, year: int = 2025) -> str:
        share = Share(satisfied, n)
        return _line(Target("Chung", 2025, 9000, ()), year, Measure("Q", "Q", share, share, measuring.METHOD)).verdict

    assert verdict(89_996, 100_000) == "Chưa đạt, thiếu dưới 0,01 điểm"
    assert (verdict(90, 100), verdict(89, 100), verdict(0, 0)) == ("Đạt", "Chưa đạt", "Chưa có số liệu")
    assert verdict(90, 100, 2026) == "Mục tiêu năm 2025, đợt này không xét"
