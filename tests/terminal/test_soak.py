"""Terminal, cable and host as processes that are killed and cut: every promised press is on the disk, once."""

import os
from pathlib import Path

import pytest

from tests.terminal.soak import Trial, run

pytestmark = pytest.mark.slow

SEED = int(os.environ.get("SEED", "1"))
TRIAL = Trial(30, SEED, cut_in_write_path=0.15, cut_while_idle=0.05, pulled=0.12, host_crash=0.1)


def test_every_promised_press_is_on_the_disk_once(tmp_path: Path) -> None:
    outcome = run(TRIAL, tmp_path)
    print(outcome.line())
    assert not outcome.faults
    assert outcome.happened["power cuts in a write path"] >= 1
    assert outcome.happened["host deaths"] >= 1
