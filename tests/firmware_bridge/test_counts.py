"""The cross-check over lives of a box: moved between hosts, cut off, forgetful, and a host that loses or doubles."""

import random
from dataclasses import dataclass, field

import pytest

from firmware_bridge.counts import (
    KINDS,
    BoxCount,
    Comparison,
    Difference,
    Hindrance,
    Verdict,
    box_count,
    compare,
    find_baseline,
)
from firmware_bridge.frames import Flag, Totals

ZERO = dict.fromkeys(KINDS, 0)


def told(*made: int, unacked: int = 0, flags: int = Flag.PROVISIONED, fresh: bool = False) -> BoxCount:
    return box_count(Totals(0x5EED1E57, 3, 9, unacked, *made), flags, fresh)


def test_a_box_is_told_in_the_words_of_the_disk():
    assert told(1, 0, 2, 4, 1, 1) == BoxCount("5eed1e57", (1, 0, 2, 4, 1, 1), False, Hindrance.NONE)
    assert KINDS == ("0", "1", "2", "3", "4", "burst")


@pytest.mark.parametrize(
    ("count", "hindrance"),
    [
        (told(1, 0, 0, 0, 0, 0, unacked=1), Hindrance.UNACKED),
        (told(1, 0, 0, 0, 0, 0, flags=Flag.STORE_FAULT), Hindrance.FAULT),
        (told(1, 0, 0, 0, 0, 0, unacked=1, flags=Flag.DEEP_LOST), Hindrance.FAULT),
        (told(1, 0, 0, 0, 0, 0).while_in_hand(), Hindrance.IN_HAND),
        (told(1, 0, 0, 0, 0, 0, unacked=1).while_in_hand(), Hindrance.UNACKED),
    ],
)
def test_while_something_is_under_way_nothing_is_compared(count, hindrance):
    assert compare(count, {}, ZERO) == Comparison(Verdict.NOT_NOW, hindrance)
    assert find_baseline(count, {}) is None


def test_a_box_with_a_past_starts_from_it():
    count = told(10, 0, 7, 4, 1, 3)
    assert compare(count, {"0": 2, "burst": 1}, None).verdict is Verdict.NO_BASELINE
    baseline = find_baseline(count, {"0": 2, "burst": 1})
    assert baseline == {"0": 8, "1": 0, "2": 7, "3": 4, "4": 1, "burst": 2}
    assert compare(count, {"0": 2, "burst": 1}, baseline).verdict is Verdict.EQUAL
    assert compare(told(11, 0, 7, 4, 1, 3), {"0": 3, "burst": 1}, baseline).verdict is Verdict.EQUAL


def test_a_box_that_this_host_named_has_no_past_even_before_anything_can_be_compared():
    assert find_baseline(told(1, 0, 0, 0, 0, 0, unacked=1, fresh=True), {}) == ZERO


def test_each_difference_is_named():
    different = compare(told(3, 0, 0, 0, 5, 0), {"0": 2, "4": 6}, ZERO)
    assert different.verdict is Verdict.DIFFERENT
    assert different.differences == (Difference("0", 3, 2), Difference("4", 5, 6))


def test_a_box_that_made_fewer_than_the_disk_counted_has_forgotten_and_is_told_at_once():
    count = told(1, 0, 0, 0, 0, 0)
    baseline = find_baseline(count, {"0": 5})
    assert baseline == ZERO
    assert compare(count, {"0": 5}, baseline).differences == (Difference("0", 1, 5),)


@dataclass
class Life:
    """A box and the hosts that it meets; each host's disk counts what arrives, and keeps the baseline it found."""

    rng: random.Random
    made: list[int] = field(default_factory=lambda: [0] * 6)
    waiting: list[int] = field(default_factory=list)
    disks: list[dict[str, int]] = field(default_factory=lambda: [{}, {}, {}])
    baselines: list[dict[str, int] | None] = field(default_factory=lambda: [None] * 3)
    host: int = 0
    checks: int = 0

    def press(self) -> None:
        kind = self.rng.randrange(6)
        self.made[kind] += 1
        self.waiting.append(kind)

    def deliver(self) -> None:
        disk = self.disks[self.host]
        for _ in range(self.rng.randrange(len(self.waiting) + 1)):
            kind = KINDS[self.waiting.pop(0)]
            disk[kind] = disk.get(kind, 0) + 1

    def check(self) -> Verdict:
        count = told(*self.made, unacked=len(self.waiting))
        disk, baseline = self.disks[self.host], self.baselines[self.host]
        if baseline is None:
            self.baselines[self.host] = baseline = find_baseline(count, disk)
        verdict = compare(count, disk, baseline).verdict
        self.checks += verdict is Verdict.EQUAL
        return verdict


def test_an_honest_box_is_never_suspected_and_one_press_lost_or_doubled_is_always_found():
    lives, found, checks = 300, 0, 0
    for seed in range(lives):
        life = Life(random.Random(seed))
        for _ in range(60):
            life.rng.choice([life.press, life.press, life.deliver, life.deliver])()
            assert life.check() in (Verdict.EQUAL, Verdict.NOT_NOW), f"seed {seed}"
        while life.waiting:
            life.deliver()
        assert life.check() is Verdict.EQUAL
        checks += life.checks
        disk = life.disks[life.host]
        kind = life.rng.choice([k for k in KINDS if disk.get(k)])
        disk[kind] += life.rng.choice([-1, 1])
        found += life.check() is Verdict.DIFFERENT
    print(f"{lives} lives of a box, seeds 0 to {lives - 1}: {checks} agreements, {found} of {lives} false counts found")
    assert found == lives
    assert checks > lives


def test_a_box_that_went_to_another_host_and_back_is_reported():
    """Its presses were counted elsewhere: this host cannot know, so a person must look."""
    life = Life(random.Random(1))
    life.press()
    life.deliver()
    while life.waiting:
        life.deliver()
    assert life.check() is Verdict.EQUAL
    life.host = 1
    life.press()
    while life.waiting:
        life.deliver()
    assert life.check() is Verdict.EQUAL, "with a past"
    life.host = 0
    assert life.check() is Verdict.DIFFERENT
