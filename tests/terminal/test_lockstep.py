"""Every press whose lamp was lit is on the disk, once: power cuts, resets, pulled cables, dying hosts, a bad line."""

import os

import pytest

from firmware_bridge.simulator.board import Fram
from tests.terminal.lockstep import LockStep, Trial

pytestmark = pytest.mark.slow

SEED = int(os.environ.get("SEED", "1"))
PRESSES = {Fram.ABSENT: 120, Fram.PRESENT: 80}


@pytest.mark.parametrize("fram", PRESSES)
def test_every_promised_press_is_on_the_disk_once(fram: Fram) -> None:
    trial = Trial(
        PRESSES[fram],
        SEED,
        fram,
        cut_in_write_path=0.12,
        cut_while_idle=0.04,
        cable_pulled=0.04,
        longest_pull=12,
        host_crash=0.05,
    )
    outcome = LockStep(trial).run()
    print(f"{fram.name.lower()}: {outcome.line()}")
    assert not outcome.faults
    assert outcome.happened["power cuts in a write path"] >= 3
    assert outcome.lit > len(outcome.pressed) // 2
