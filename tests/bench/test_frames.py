"""The benchmark's own arithmetic: a smooth transition misses nothing, and a jump cannot pass for one."""

import random

import pytest

from tests.bench.frames import FRAME_S, Frames, after_each, judge, together

LENGTH_S = 0.16


def shown(*frames: float, start_s: float = 1000.0) -> list[float]:
    """Instants at multiples of a sixtieth of a second."""
    return [start_s + frame * FRAME_S for frame in frames]


def test_a_frame_in_time_every_time_misses_nothing() -> None:
    found = judge(shown(*range(20)), LENGTH_S)
    assert (found.due, found.missed) == (10, 0)
    assert found.longest_s == pytest.approx(FRAME_S)


def test_jitter_below_half_a_frame_is_none() -> None:
    seed, trials = 60, 500
    rng = random.Random(seed)
    for _ in range(trials):
        frames = [frame + rng.uniform(-0.2, 0.2) for frame in range(1, 20)]
        assert judge(shown(0, *frames), LENGTH_S).missed == 0
    print(f"{trials} jittery transitions, seed {seed}: 0 frames missed")


@pytest.mark.parametrize(
    ("frames", "missed"),
    [
        ((0, 1, 2, 4, 5, 6, 7, 8, 9), 1),
        ((0, 3, 4, 5, 6, 7, 8, 9), 2),
        ((0, 2, 4, 6, 8), 5),  # the last one stands until the end, 9.6 frames after the first
        ((0, 1, 2, 3, 4.4, 5.4, 6.4, 7.4, 8.4, 9.4), 0),
        ((0, 1, 2, 3, 4.6, 5.6, 6.6, 7.6, 8.6, 9.6), 1),
        (tuple(frame / 4 for frame in range(80)), 0),  # drawn faster than the display shows
    ],
)
def test_what_an_interval_skips_is_missed(frames: tuple[float, ...], missed: int) -> None:
    assert judge(shown(*frames), LENGTH_S).missed == missed


def test_a_jump_misses_all_but_its_one_frame() -> None:
    assert judge(shown(0), LENGTH_S) == Frames(10, 9, pytest.approx(LENGTH_S))  # type: ignore[arg-type]
    assert judge(shown(0, 1), LENGTH_S).missed == 8
    assert judge(shown(0, 40), LENGTH_S).missed == 9


def test_what_comes_after_the_end_does_not_count() -> None:
    smooth = [*range(10), 30, 60]
    assert judge(shown(*smooth), LENGTH_S).missed == 0


def test_a_touch_that_brings_no_frame_misses_them_all() -> None:
    assert judge([], LENGTH_S) == Frames(10, 10, LENGTH_S)
    parts = after_each([1000.0, 1001.0], shown(*range(10)))
    assert together(judge(part, LENGTH_S) for part in parts).percent == 50.0


def test_transitions_add_up() -> None:
    found = together([judge(shown(0), LENGTH_S), judge(shown(*range(12)), LENGTH_S)])
    assert (found.due, found.missed, found.percent) == (20, 9, 45.0)
    assert together([]).percent == 0.0


def test_frames_are_parted_at_the_taps() -> None:
    assert after_each([1.0, 2.0, 3.0], [0.5, 1.0, 1.9, 2.5, 2.6]) == [[1.0, 1.9], [2.5, 2.6], []]
