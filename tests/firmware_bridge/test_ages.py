"""When a record was made, against a clock that is never wrong: the test's own."""

import random

import pytest

from firmware_bridge.ages import MOST_STARTS, Anchors, marked_age_ms, signed_ms
from firmware_bridge.frames import Mark

BOX = 0x5EED1E57


def heard(anchors: Anchors, boot: int, *sightings: tuple[int, float]) -> None:
    for now_ms, at_s in sightings:
        anchors.saw(BOX, boot, now_ms, at_s)


def test_a_start_answers_only_after_something_of_it_is_known_to_be_kept():
    anchors = Anchors()
    heard(anchors, 3, (1000, 101.0))
    assert anchors.age_ms(BOX, 3, 5000, 110.0) is None
    anchors.keep(BOX, 3)
    assert anchors.age_ms(BOX, 3, 5000, 110.0) == 5000
    assert anchors.age_ms(BOX, 3, 500, 110.0) == 9500, "before the first sighting"
    assert anchors.age_ms(BOX, 4, 5000, 110.0) is None
    assert anchors.age_ms(BOX + 1, 3, 5000, 110.0) is None


@pytest.mark.parametrize(
    ("again_ms", "again_s", "why"),
    [(300, 110.0, "its clock went back"), (5000, 130.0, "it was off for 25 seconds meanwhile")],
)
def test_a_number_that_two_starts_used_speaks_for_neither(again_ms, again_s, why):
    anchors = Anchors()
    heard(anchors, 3, (4000, 104.0))
    anchors.keep(BOX, 3)
    heard(anchors, 3, (again_ms, again_s))
    assert anchors.age_ms(BOX, 3, 4000, 140.0) is None, why


def test_a_late_look_at_what_came_is_no_restart():
    anchors = Anchors()
    heard(anchors, 3, (1000, 101.0), (2000, 103.5), (5000, 105.0))
    anchors.keep(BOX, 3)
    assert anchors.age_ms(BOX, 3, 6000, 110.0) == 4000


def test_the_pace_of_a_ceramic_resonator_is_learnt():
    """0.5 % slow, heard for an hour, then off the line for eight: without the pace it would be wrong by 144 s."""
    anchors, pace = Anchors(), 0.995
    heard(anchors, 3, *((round(second * 1000 * pace), float(second)) for second in range(0, 3601, 3)))
    anchors.keep(BOX, 3)
    pressed_s = 3600 + 8 * 3600
    age_ms = anchors.age_ms(BOX, 3, round(pressed_s * 1000 * pace), pressed_s + 60.0)
    assert age_ms == pytest.approx(60_000, abs=200)


def test_the_clock_may_wrap_within_a_start():
    anchors = Anchors()
    heard(anchors, 3, (2**32 - 1000, 10.0), (1000, 12.0))
    anchors.keep(BOX, 3)
    assert anchors.age_ms(BOX, 3, 2**32 - 500, 12.0) == 1500


def test_starts_are_forgotten_oldest_first():
    anchors = Anchors()
    for boot in range(MOST_STARTS + 1):
        heard(anchors, boot, (1000, 100.0))
        anchors.keep(BOX, boot)
    known = [boot for boot in range(MOST_STARTS + 1) if anchors.age_ms(BOX, boot, 1000, 100.0) is not None]
    assert known == list(range(1, MOST_STARTS + 1))


def test_a_mark_tells_the_time_of_what_came_before_it_and_after_it():
    mark = Mark(2, 0xFFFC1234, 1_988_100)  # the quarter began 257 s before the terminal started
    at_start_ms = 1_988_100 * 900_000 + (2**32 - 0xFFFC1234)
    assert marked_age_ms(mark, 0, at_start_ms + 5) == 5
    assert marked_age_ms(mark, 10_000, at_start_ms + 10_000) == 0
    assert marked_age_ms(Mark(2, 9_000_000, 1), 1_000_000, 900_000 + 60_000) == 8_060_000


def test_a_record_of_tomorrow_means_that_the_clocks_disagree():
    mark = Mark(2, 0, 1_988_100)
    now_ms = 1_988_100 * 900_000
    assert marked_age_ms(mark, 30_000, now_ms) == 0, "within a minute: the pace of its clock"
    assert marked_age_ms(mark, 61_000, now_ms) is None


def test_signed_differences():
    assert [signed_ms(d) for d in (0, 5, -5, 2**32 + 5, 2**31 - 1, 2**31)] == [0, 5, -5, 5, 2**31 - 1, -(2**31)]


def test_what_is_anchored_is_right_over_random_days():
    """Starts, cuts and drift at random: every age that is given is near the truth, and most are given."""
    rng, seed, given, asked, worst_ms = random.Random(5), 5, 0, 0, 0.0
    anchors, now_s, boot, kept = Anchors(), 1000.0, 1, False
    started_s, pace = now_s, 1.0
    for _ in range(3000):
        now_s += rng.expovariate(1 / 120)
        if rng.random() < 0.1:  # power cut; the number is used again unless something was kept
            pressed_s, old = now_s - rng.uniform(0, min(600.0, now_s - started_s)), (boot, started_s, pace)
            boot += kept
            if kept:
                asked += 1
                t_ms = round((pressed_s - old[1]) * 1000 * old[2])
                age_ms = anchors.age_ms(BOX, old[0], t_ms, now_s)
                if age_ms is not None:
                    given += 1
                    worst_ms = max(worst_ms, abs(age_ms - (now_s - pressed_s) * 1000))
            now_s += rng.uniform(0.1, 300)
            started_s, pace, kept = now_s, 1 + rng.uniform(-0.005, 0.005), False
        elif rng.random() < 0.7:
            anchors.saw(BOX, boot, round((now_s - started_s) * 1000 * pace), now_s)
            if rng.random() < 0.5:
                anchors.keep(BOX, boot)
                kept = True
    print(f"{asked} presses of earlier starts, seed {seed}: {given} dated, the worst off by {worst_ms / 1000:.1f} s")
    assert given > asked * 0.9
    assert worst_ms < 600_000 * 0.006
