"""The attacker's look before a freeze, over analyses of random rounds: masked ones pass, a mask lifted is noticed."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

ROUNDS, SEED = 60, 20231020
MONTHS = (date(2023, 8, 1), date(2023, 9, 1), date(2023, 10, 1))


class Made:
    """The sums of a round of random answers, as intake.sums tells them; only the overall question is answered."""

    def __init__(self, rng: random.Random, points: list[str]) -> None:
        from central_office.intake.sums import PersonSum, PlaceCount, TimeSum

        place: Counter[Any] = Counter()
        month: Counter[Any] = Counter()
        person: Counter[Any] = Counter()
        state: Counter[Any] = Counter()
        for point in points:
            for _ in range(rng.choice((0, 1, 3, 8, 12, 20, 45))):
                channel, when = rng.choice(("screen", "screen", "button", "qr")), rng.choice(MONTHS)
                flagged, level = rng.random() < 0.1, str(rng.randint(1, 5))
                who = (point, rng.choice(("", "LV01", "LV02")), rng.choice(("", "CN", "TC")), flagged)
                place[point, channel, "partial", flagged, True, "", ""] += 1
                month[point, channel, "", when, flagged, "RG.HL0", level] += 1
                person[(*who, "RG.HL0", level)] += 1
                person[(*who, "", "partial")] += 1
                state[when.replace(day=28), "partial", flagged] += 1
        self.places = [PlaceCount(*key, count) for key, count in place.items()]
        self.times = [TimeSum(*key, count) for key, count in month.items()]
        self.people = [PersonSum(*key, count) for key, count in person.items()]
        self.states = [(*key, count) for key, count in state.items()]

    def place_counts(self, *_asked: Any) -> Any:
        return iter(self.places)

    def time_sums(self, *_asked: Any) -> Any:
        return iter(self.times)

    def person_sums(self, *_asked: Any) -> Any:
        return iter(self.people)

    def day_states(self, *_asked: Any) -> Any:
        return iter(self.states)


def test_masked_rounds_pass_and_a_lifted_mask_is_noticed(small_office: Any) -> None:
    from central_office.publication.public import NotPublic, public
    from central_office.results.analysing import analyse
    from central_office.results.analysis import By
    from central_office.rounds.catalogue import plan_of
    from central_office.rounds.models import PlanFile

    plan_file = PlanFile.objects.select_related("form").get(plan="krong-no-2023")
    points = [each.point.code for each in plan_of(plan_file.text).allocations]
    rng, hidden, noticed = random.Random(SEED), 0, 0
    for _ in range(ROUNDS):
        made = Made(rng, points)
        masked = analyse(plan_file, datetime(2023, 11, 1, tzinfo=UTC), None, 10, source=made)
        bare = analyse(plan_file, datetime(2023, 11, 1, tzinfo=UTC), None, 1, source=made)
        shown = public(masked)
        rows, true = shown.breakdowns[By.POINT].rows, bare.breakdowns[By.POINT].rows
        for place, row in enumerate(rows):
            if not row.overall.hidden:
                continue
            hidden += 1
            assert row.received == row.overall.share.n == 0
            if 0 < true[place].overall.share.n < 10:
                lifted = [*rows[:place], true[place], *rows[place + 1 :]]
                broken = replace(masked.breakdowns[By.POINT], rows=tuple(lifted))
                with pytest.raises(NotPublic):
                    public(replace(masked, breakdowns={By.POINT: broken}))
                noticed += 1
    assert noticed
    print(f"seed {SEED}: {ROUNDS} rounds, {hidden} hidden points, {noticed} lifted masks noticed")
