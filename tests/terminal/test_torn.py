"""The program starts right on every memory that a power cut can leave; programs wrong on purpose are caught."""

import os

import pytest

from tests.terminal import builds, image
from tests.terminal.torn_run import try_deep, try_torn

pytestmark = pytest.mark.slow

SEED = int(os.environ.get("SEED", "1"))
IMAGES, DEEP_IMAGES, BROKEN_IMAGES = 2000, 240, 150


def test_torn_internal_memories() -> None:
    tally = try_torn(builds.program(), SEED, IMAGES)
    print(f"{tally.images:,} torn EEPROMs of {len(tally.kinds)} kinds, {len(tally.wrong)} wrong, seed {SEED}")
    assert not tally.wrong, tally.wrong[:3]
    assert min(tally.kinds.values()) > IMAGES // 20


def test_torn_deep_memories() -> None:
    tally = try_deep(builds.program(), SEED, DEEP_IMAGES)
    print(f"{tally.images:,} torn FRAMs of {len(tally.kinds)} kinds, {len(tally.wrong)} wrong, seed {SEED}")
    assert not tally.wrong, tally.wrong[:3]
    assert min(tally.kinds.values()) > DEEP_IMAGES // 20


def test_a_program_that_erases_the_check_before_the_mark_is_caught() -> None:
    tally = try_torn(builds.broken(builds.RECYCLE_ORDER), SEED, BROKEN_IMAGES, first_erased=image.CHECK_OF_RECORD)
    print(f"{builds.RECYCLE_ORDER}: {len(tally.wrong)} of {tally.images} torn EEPROMs are wrong, seed {SEED}")
    assert tally.wrong


def test_a_program_that_never_sends_a_live_record_in_the_head_is_caught() -> None:
    tally = try_torn(builds.broken(builds.HEAD_LIVE), SEED, 2 * BROKEN_IMAGES)
    print(f"{builds.HEAD_LIVE}: {len(tally.wrong)} of {tally.images} torn EEPROMs are wrong, seed {SEED}")
    assert tally.wrong
