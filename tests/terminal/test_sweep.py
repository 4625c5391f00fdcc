"""A power cut at any step of any write path loses and doubles nothing; programs wrong on purpose are caught."""

import os
import random
from collections.abc import Sequence

import pytest

from tests.terminal import builds
from tests.terminal.paths import BY_NAME, DEEP, PATHS, RING, TORN_HEAD, Doing, WritePath
from tests.terminal.sweep import PICTURE, Fate, Swept, draw, moments, sweep, work_of

pytestmark = pytest.mark.slow

SEED = int(os.environ.get("SEED", "1"))
EVERY_US = {"ring": 2000, "ring, unlinked": 4000, "ring, totals": 5000, "deep": 2000, "deep, unlinked": 5000}
LEAST_CUTS = 6
AROUND_US, DENSE_US = 1200, 300  # before the record is durable, and after its lamp


def cuts_of(path: WritePath) -> list[int]:
    """Random places, one in each step."""
    every_us = EVERY_US.get(path.name, path.span_us // LEAST_CUTS)
    return moments(path, every_us, random.Random(SEED))


def around_the_lamp(path: WritePath) -> list[int]:
    """The promise itself: densely from the mark to the lamp."""
    work = {part.doing: part for part in work_of(path, builds.program())}
    first, last = work[Doing.COMMIT].from_us - AROUND_US, work[Doing.LAMP].to_us + AROUND_US
    return list(range(round(first), round(last), DENSE_US))


def swept(path: WritePath, moments_us: Sequence[int]) -> Swept:
    found = sweep(path, builds.program(), moments_us, SEED)
    print(f"{found.line()}, seed {SEED}")
    assert not found.faults, found.faults[:3]
    return found


def test_a_press_in_the_ring_and_in_the_deep_store() -> None:
    both = [swept(path, [*cuts_of(path), *around_the_lamp(path)]) for path in (RING, DEEP)]
    for found in both:
        assert {Fate.ABSENT, Fate.PROMISED} <= {cut.fate for cut in found.cuts}
    draw(both, PICTURE)
    assert PICTURE.stat().st_size > 10_000


@pytest.mark.parametrize("name", [path.name for path in PATHS if path not in (RING, DEEP)])
def test_every_other_write_path(name: str) -> None:
    swept(BY_NAME[name], cuts_of(BY_NAME[name]))


def test_the_write_paths_are_what_their_names_say() -> None:
    found = {
        path.name: {part.doing for part in work_of(path, builds.program())}
        for path in PATHS
        if path.name != "first identity, deep"
    }
    record = {Doing.RECORD, Doing.COMMIT, Doing.LAMP}
    assert found["ring"] == record | {Doing.RECYCLE, Doing.ACKNOWLEDGEMENT}
    assert found["ring, unlinked"] == record | {Doing.RECYCLE}
    assert found["ring, totals"] == found["ring"] | {Doing.TOTALS}
    assert found["deep"] == record | {Doing.OPEN, Doing.ACKNOWLEDGEMENT}
    assert found["deep, unlinked"] == record | {Doing.OPEN}
    assert found["deep, header"] == found["deep"] | {Doing.HEADER}
    assert found["deep, numbers"] == found["deep"] | {Doing.TOTALS}
    assert {Doing.IDENTITY, Doing.TOTALS} <= found["first identity"]
    assert Doing.TIME_MARK in found["time mark"]


@pytest.mark.parametrize(
    ("flag", "path", "from_ms", "to_ms"),
    [
        (builds.LAMP_EARLY, RING, 12, 36),
        (builds.RECYCLE_ORDER, RING, 38, 64),
        (builds.HEAD_LIVE, TORN_HEAD, 0, 60),
    ],
)
def test_a_wrong_program_is_caught(flag: str, path: WritePath, from_ms: int, to_ms: int) -> None:
    """The moments are those of the operation that is wrong."""
    found = sweep(path, builds.broken(flag), range(from_ms * 1000, to_ms * 1000, (to_ms - from_ms) * 125), SEED)
    print(f"{flag}: {len(found.faults)} of {len(found.cuts)} cuts are wrong, seed {SEED}")
    assert found.faults
