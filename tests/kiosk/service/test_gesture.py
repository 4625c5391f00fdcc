"""The way in: what opens it, and how often a hand that does not know it does. Prints its counts and seeds."""

import random

import pytest

from kiosk.flow import Screen
from kiosk.service.flow import Place
from kiosk.service.gesture import CORNER_MM, Gesture

WIDTH_MM, HEIGHT_MM = 217.0, 127.0  # a 10 inch glass
SMALL_MM = (154.0, 86.0)  # a 7 inch one
SEED = 20


def test_the_four_corners_open_the_pad_and_nothing_nearly_like_them(new_bench):
    assert new_bench().knock("LRRL")
    for order in ("LRLR", "LLRR", "RLLR", "LRR", "RRLL", "LLRL", "LRRR", "LRLL"):
        bench = new_bench()
        assert not bench.knock(order)
        assert bench.place is Place.CLOSED
    bench = new_bench()
    bench.knock("R")
    assert not bench.knock("LRRL", rest_s=0.1)


def test_a_touch_elsewhere_or_too_much_time_begins_anew(bench):
    gesture = Gesture()

    def touches(*spots: tuple[float, float, float]) -> bool:
        return [gesture.touched(x, y, WIDTH_MM, at_s) for x, y, at_s in spots][-1]

    assert not touches((5, 5, 10), (210, 5, 10.5), (100, 60, 11), (210, 5, 11.5), (5, 5, 12))
    assert not touches((5, 5, 20), (210, 5, 22), (210, 5, 24), (5, 5, 26.5))
    assert not touches((5, 5, 40), (210, 5, 40.05), (5, 5, 40.1))
    assert touches((5, 5, 50), (5, 5, 50.1), (210, 5, 50.6), (210, 5, 51.2), (210, 5, 51.25), (5, 5, 52))
    assert touches((5, 5, 60), (210, 5, 62), (210, 5, 63), (5, 5, 65))


def test_what_lies_in_a_corner_is_not_touched_on_the_way_in(bench):
    """The second touch, already, is the menu's: the help of the invitation lies under it."""

    def owned(*spots: tuple[float, float], rest_s: float = 2.0) -> list[bool]:
        bench.clock.pass_s(rest_s)
        found = []
        for x, gap_s in spots:
            bench.clock.pass_s(gap_s)
            found.append(bench.service.watch(x, 9.0, bench.screen))
        return found

    assert owned((208, 0.4)) == [False]
    assert owned((9, 0.4), (208, 0.4), (100, 0.4), (208, 0.4)) == [False, True, False, False]
    assert owned((9, 0.4), (208, 6.1)) == [False, False]
    assert owned((9, 0.4), (208, 0.4), (208, 0.05), (208, 0.4), (208, 0.4)) == [False, True, True, True, False]
    assert owned((9, 0.4), (208, 0.4), (208, 0.4), (9, 0.4)) == [False, True, True, True]
    assert bench.service.is_open


def test_it_opens_only_where_nobody_is_asked(new_bench):
    opened = []
    for screen in Screen:
        bench = new_bench()
        bench.screen = screen
        bench.turn()
        if bench.knock():
            opened.append(screen)
    assert opened == [Screen.INVITATION, Screen.PAUSED, Screen.UNASSIGNED]


def uniform(rng: random.Random, width: float, height: float) -> tuple[float, float]:
    return rng.uniform(0, width), rng.uniform(0, height)


def drumming(rng: random.Random, width: float, height: float) -> tuple[float, float]:
    """Two hands at the upper edge, near the corners: what a child does that has found that they are special."""
    return rng.choice((rng.uniform(0, 40), width - rng.uniform(0, 40))), rng.uniform(0, 30)


def rate(hand, gap_s: tuple[float, float], count: int, size: tuple[float, float], seed: int) -> int:
    rng, gesture, at_s = random.Random(seed), Gesture(), 0.0
    opened = 0
    for _ in range(count):
        at_s += rng.uniform(*gap_s)
        opened += gesture.touched(*hand(rng, *size), size[0], at_s)
    return opened


@pytest.mark.slow
def test_random_hands_hardly_ever_open_it():
    count = 100_000
    for size in ((WIDTH_MM, HEIGHT_MM), SMALL_MM):
        found = {
            "anywhere, hammering": rate(uniform, (0.05, 0.5), count, size, SEED),
            "anywhere, resting": rate(uniform, (0.3, 3.0), count, size, SEED),
            "at the upper corners, hammering": rate(drumming, (0.05, 0.5), count, size, SEED),
        }
        assert list(found.values()) == [0, 0, 0]
        resting = rate(drumming, (0.3, 1.6), count, size, SEED)
        assert resting / count < 0.01  # it opens a pad that closes by itself, and nothing else
        print(f"\n{size[0]:.0f} mm glass, {count} touches each, seed {SEED}: {found}; "
              f"resting hands at the upper corners only: {resting}")  # fmt: skip
    share = CORNER_MM**2 / (WIDTH_MM * HEIGHT_MM)
    print(f"four uniform touches in the right corners and order: 1 in {1 / share**4:,.0f}")
