"""What the rules catch of stuffing, and what they wrongly flag of honest people; printed, and held to a line."""

import pytest

from tests.kiosk.misuse.rates import honest_day, stuffed_day, together
from tests.kiosk.misuse.stuffers import HIDDEN, TELLABLE

SEED, HONEST_DAYS, STUFFED_DAYS = 9000, 60, 24
MOST_HONEST = 0.01
LEAST_STUFFED, LEAST_PATTERN = 0.95, 0.80


def percent(share: float) -> str:
    return f"{100 * share:.2f} %"


@pytest.mark.slow
def test_honest_people_are_seldom_flagged(standing):
    days = [honest_day(standing, SEED + n) for n in range(HONEST_DAYS)]
    citizens = [habits.citizens for habits, _ in days]
    print(f"\nhonest: {HONEST_DAYS} days from seed {SEED}, {min(citizens)} to {max(citizens)} citizens a day")
    for name, shares in (("all", (0.0, 0.3, 1.0)), ("screen only", (0.0,)), ("both", (0.3,)), ("buttons only", (1.0,))):
        rates = [rate for habits, rate in days if habits.box_share in shares]
        whole, worst = together(rates), max(rate.share for rate in rates)
        print(f"honest, {name}: {percent(whole.share)} of {whole.all} answers flagged, worst day {percent(worst)}")
        assert whole.share <= MOST_HONEST
    print(f"honest, by flag: {dict(sorted(together(rate for _, rate in days).by.items()))}")


@pytest.mark.slow
def test_stuffing_is_flagged_where_it_can_be_told(standing):
    found = {
        name: [stuffed_day(standing, name, pattern, SEED + n) for n in range(STUFFED_DAYS)]
        for name, pattern in {**TELLABLE, **HIDDEN}.items()
    }
    print(f"\nstuffed: {STUFFED_DAYS} days of each pattern from seed {SEED}")
    rates, shares = {}, {}
    for name, days in found.items():
        rates[name] = together(stuffed for stuffed, _ in days)
        each = [stuffed.share for stuffed, _ in days if stuffed.all]
        shares[name] = sum(each) / len(each)
        bystanders = together(honest for _, honest in days)
        print(
            f"stuffed, {name}{' (hidden)' if name in HIDDEN else ''}: mean {percent(shares[name])}, least "
            f"{percent(min(each))}, {rates[name].all} answers; honest among them {percent(bystanders.share)}"
        )
    for label, names in (("without the hidden", list(TELLABLE)), ("with the hidden", list(found))):
        mean, pooled = sum(shares[name] for name in names) / len(names), together(rates[name] for name in names)
        print(
            f"stuffed, {label}: mean of {len(names)} patterns {percent(mean)}, of all {pooled.all} answers "
            f"{percent(pooled.share)}"
        )
    assert sum(shares[name] for name in TELLABLE) / len(TELLABLE) >= LEAST_STUFFED
    assert min(shares[name] for name in TELLABLE) >= LEAST_PATTERN
