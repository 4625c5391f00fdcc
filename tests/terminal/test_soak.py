"""Terminal, cable and host as processes that are killed and cut: every promised press is on the disk, once."""

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.terminal.soak import Trial, run

SEED = int(os.environ.get("SEED", "1"))
TRIAL = Trial(
    30,
    SEED,
    cut_in_write_path=0.15,
    cut_while_idle=0.05,
    pulled=0.25,
    host_crash=0.1,
    least_cuts=1,
    least_pulls=1,
)


@pytest.mark.slow
def test_every_promised_press_is_on_the_disk_once(tmp_path: Path) -> None:
    outcome = run(TRIAL, tmp_path)
    print(outcome.line())
    assert not outcome.faults
    assert outcome.happened["power cuts in a write path"] >= 1
    assert outcome.happened["host deaths"] >= 1
    assert "noise per byte flips 0.002, drops 0.0005, doubles 0.0005, delays 0.0005: " in outcome.line()


def test_a_trial_in_which_too_little_happened_is_no_trial() -> None:
    trial = replace(TRIAL, least_cuts=200, least_pulls=200)
    happened = Counter(
        {"power cuts in a write path": 150, "power cuts while idle": 50, "cables cut": 120, "cables unplugged": 80}
    )
    assert trial.shortfalls(happened) == []
    for way in happened:
        assert len(trial.shortfalls(happened - Counter({way: 1}))) == 1
    assert trial.shortfalls(Counter()) == ["0 power cuts of 200 wanted", "0 pulls of 200 wanted"]
    assert replace(trial, least_cuts=0, least_pulls=0).shortfalls(Counter()) == []
