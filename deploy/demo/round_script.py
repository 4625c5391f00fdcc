"""Who comes in a simulated round: dice over a plan's points and days, which one seed makes fall the same again.

Reads the plan's file as anybody could; knows no process.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SATURDAY = 5
SATISFIED = (68, 95)  # percent, from point to point
FILLED = (88, 112)  # percent of the quota
SHORT, STUFFED = 60, 12  # the point that stays behind: percent; the point where one hand answers in a row: answers
VISITS = (3, 10)  # a day and point, where the plan counts by visits
RESPOND = (55, 100)  # percent of the visits
CROWDED = 30
FIELDS = {"dat-dai": 5, "xay-dung": 3, "dau-tu": 2}
RESPONDENTS = {"CN": 8, "TC": 2}


class NoRound(Exception):
    """The plan cannot be played at counters; the message says why."""


@dataclass(frozen=True)
class PhoneDay:
    """What happens on one day where telephones answer: visits by point, and the answers' levels by point."""

    day: date
    visits: dict[str, int]
    levels: dict[str, list[int]]


@dataclass
class Round:
    """`counters`: the crowd's script (kiosk.crowd), empty where telephones answer; `phones`: their days."""

    plan: dict[str, Any]
    path: Path
    counters: list[dict[str, Any]] = field(default_factory=list)
    phones: list[PhoneDay] = field(default_factory=list)

    @property
    def points(self) -> list[str]:
        return [allocation["point"] for allocation in self.plan["allocations"]]

    @property
    def form(self) -> Path:
        return shipped("forms", self.plan["form"])


def make_round(plan: str, seed: int, share: int = 100) -> Round:
    """The round of a shipped plan, or of a plan's file. `share`: of what it asks for, in percent. Raises: NoRound."""
    path = Path(plan) if plan.endswith(".json") else shipped("plans", plan)
    if not path.exists():
        raise NoRound(f"there is no plan {plan}: {', '.join(sorted(each.stem for each in path.parent.glob('*.json')))}")
    made = Round(_named(json.loads(path.read_text("utf-8"))), path)
    if made.plan.get("population", {}).get("kind") == "households" or not made.plan.get("allocations"):
        raise NoRound(f"{plan} goes from house to house; this product has no part in its field work yet")
    dice = random.Random(f"{seed} {plan}")
    if made.plan.get("channels") == ["qr"]:
        made.phones = list(_phone_days(made, dice, share))
    else:
        made.counters = list(_counters(made, dice, share))
    return made


def _named(plan: dict[str, Any]) -> dict[str, Any]:
    """The plan with names for points that could not be read, which say that they are invented: else it is no round."""
    marks = [mark for mark in plan.get("readings", []) if mark["place"] != "allocations"]
    if len(marks) == len(plan.get("readings", [])):
        return plan
    rows = [row | {"name": {"vi": f"{row['name']['vi']} (tên giả định)"}} for row in plan["allocations"]]
    return plan | {"readings": marks, "allocations": rows}


def shipped(kind: str, name: str) -> Path:
    spec = find_spec("survey")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "data" / kind / f"{name}.json"


def _days(plan: dict[str, Any]) -> list[date]:
    """The window's days on which offices work."""
    first, last = (date.fromisoformat(plan["window"][end]) for end in ("from", "to"))
    every = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in every if day.weekday() < SATURDAY]


def _counters(made: Round, dice: random.Random, share: int) -> Iterator[dict[str, Any]]:
    days, allocations = _days(made.plan), made.plan["allocations"]
    short, stuffed = dice.sample(range(1, len(allocations)), 2)
    with_fields = {"fields": FIELDS, "respondents": RESPONDENTS} if made.plan.get("fields") else {}
    for number, allocation in enumerate(allocations):
        filled = SHORT if number == short else dice.randint(*FILLED)
        count = max(1, allocation["forms"] * filled * share // 10_000)
        drawn = [dice.choice(days).isoformat() for _ in range(count)]
        yield {
            "directory": allocation["point"],
            "days": {day: drawn.count(day) for day in sorted(set(drawn))},
            "satisfied": dice.randint(*SATISFIED),
            "weak": dice.choice(("TC", "TT", "CC", "KQ", "")),
            "stuffed": STUFFED * share // 100 if number == stuffed else 0,
            **with_fields,
        }


def _phone_days(made: Round, dice: random.Random, share: int) -> Iterator[PhoneDay]:
    points = made.points[: max(2, len(made.points) * share // 100)]
    content = {point: dice.randint(*SATISFIED) for point in points}
    lazy, crowded = dice.sample(points, 2) if len(points) > 1 else (points[0], points[0])
    for day in _days(made.plan):
        visits = {point: dice.randint(*VISITS) for point in points} | {crowded: CROWDED}
        respond = {point: dice.randint(*RESPOND) for point in points} | {lazy: 15, crowded: 30}
        counts = {point: -(-visits[point] * respond[point] // 100) for point in points}
        yield PhoneDay(
            day, visits, {point: [_level(content[point], dice) for _ in range(counts[point])] for point in points}
        )


def _level(satisfied: int, dice: random.Random) -> int:
    content = dice.random() * 100 < satisfied
    return dice.choices((4, 5), (5, 4))[0] if content else dice.choices((1, 2, 3), (2, 3, 5))[0]
