"""What anybody may show to the scanner: nothing of it raises, and nothing starts a form but a good slip."""

import pytest

from tests.soak.codes import run


@pytest.mark.slow
def test_100_000_hostile_codes_start_nothing():
    outcome = run(100_000, seed=20261122)
    print(f"\n{outcome.line()}")
    assert outcome.wrong == []
    assert outcome.longest >= 10_240
    assert outcome.good > 1_000, "the door does open"
    assert {"not_ours", "wrong_check", "other_point", "forged", "expired", "used"} < set(outcome.verdicts)
