"""The memory of a kiosk does not grow with the citizens it has met: a short form of `make soak`."""

import pytest

from tests.soak import sittings

SITTINGS = 300
MOST_OWN_KB = 200_000  # kept by number instead of by weight, drawings alone took twice as much by then


@pytest.mark.display
@pytest.mark.slow
def test_caches_fill_and_then_memory_stays():
    outcome = sittings.run_apart(SITTINGS, seed=3)
    print(f"\n{outcome.line()}")
    assert outcome.samples[-1][0] == SITTINGS
    assert max(own for _, own, _ in outcome.samples) < MOST_OWN_KB
    assert outcome.kept["textures"] <= 32
    assert outcome.kept["drawings"] <= 1500
