"""Power cuts under the real outbox: nothing acknowledged is lost, nothing is corrupt, the chain goes on.

8,000 cuts in `make test`; `make soak-outbox` has CUTS=20000.
"""

import os
from pathlib import Path
from typing import Any

import pytest

from sync_agent.outbox.guard import JOURNAL, Journal
from tests.sync_agent.outbox import cuts

SEED = 20261122
DAYS = 10
CUTS_A_DAY = 100
CHUNKS = max(1, int(os.environ.get("CUTS", "8000")) // (DAYS * CUTS_A_DAY))
SAFE = Journal(JOURNAL.mode, JOURNAL.synchronous, **cuts.SHORT)


@pytest.mark.parametrize("chunk", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, CHUNKS))])
def test_nothing_acknowledged_is_lost(memory: Path, chunk: int, record_property: Any) -> None:
    tally = cuts.Tally()
    first = SEED + chunk * 1000
    for seed in range(first, first + DAYS):
        cuts.cut_day(memory, seed, SAFE, CUTS_A_DAY, tally)
    print(f"power cuts: {tally.line(first)}")
    record_property("trials", f"power cuts: {tally.line(first)}")
    assert (tally.lost, tally.corrupt) == (0, 0), tally.notes[:10]
    assert tally.cuts == DAYS * CUTS_A_DAY
    assert tally.acknowledged > 2 * tally.cuts  # the cuts fall into the day, not before it


@pytest.mark.slow
@pytest.mark.parametrize("unsafe", [Journal("delete", "full", 0), Journal("wal", "normal", **cuts.SHORT)])
def test_the_laboratory_finds_an_unsafe_journal(memory: Path, unsafe: Journal) -> None:
    """Python's default and the usual advice lose acknowledged answers here: so we know that we would see it."""
    tally = cuts.Tally()
    for seed in range(SEED, SEED + 4):
        cuts.cut_day(memory, seed, unsafe, CUTS_A_DAY, tally)
    print(f"power cuts, {unsafe.mode}/{unsafe.synchronous}: {tally.line(SEED)}")
    assert tally.lost > tally.cuts // 20


def test_the_laboratory_reaches_checkpoints_and_the_start_of_the_log(memory: Path) -> None:
    events, _ = cuts.record_day(memory, SEED, SAFE)
    first = events.index(("acknowledged", 0))
    day = events[first:]
    database = next(event[2] for event in events if event[:2] == ("create", "outbox.db"))
    log = next(event[2] for event in events if event[:2] == ("create", "outbox.db-log"))
    assert sum(event[0] == "sync" and event[1] is database for event in day) >= 2
    assert sum(event[0] == "write" and event[1] is log and event[2] == 0 for event in day) >= 2
