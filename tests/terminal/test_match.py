"""The judge itself: what is right passes, and every way of being wrong is seen."""

import random

import pytest

from tests.terminal.match import Pressed, mismatch


def presses(text: str) -> list[Pressed]:
    """ "3 1? 2": promised 3, dark 1, promised 2."""
    return [Pressed(int(word[0]), not word.endswith("?")) for word in text.split()]


@pytest.mark.parametrize(
    ("pressed", "delivered"),
    [
        ("", []),
        ("3 1 2", [3, 1, 2]),
        ("3 1? 2", [3, 2]),
        ("3 1? 2", [3, 1, 2]),
        ("1? 1 1?", [1]),
        ("1? 1 1?", [1, 1]),
        ("1? 1 1?", [1, 1, 1]),
        ("2? 3? 2 3", [2, 3]),
    ],
)
def test_right_sequences_pass(pressed: str, delivered: list[int]) -> None:
    assert mismatch(presses(pressed), delivered) is None


@pytest.mark.parametrize(
    ("pressed", "delivered", "at"),
    [
        ("3 1 2", [3, 2], (1, 1)),  # one lost
        ("3 1 2", [3, 1], (2, 2)),  # the last one lost
        ("3 1 2", [3, 1, 1, 2], (2, 2)),  # one twice
        ("3 1 2", [3, 1, 2, 2], (3, 3)),  # the last one twice
        ("3 1 2", [1, 3, 2], (0, 0)),  # out of order, the counts right
        ("3 1 2", [3, 1, 4], (2, 2)),  # another button
        ("", [3], (0, 0)),  # nobody pressed
        ("1? 2?", [2, 1], (2, 1)),  # dark ones, out of order
        ("1? 1 1?", [1, 1, 1, 1], (3, 3)),
        ("1? 1 1?", [], (1, 0)),
        ("3 1 3 2", [3, 2], (1, 1)),  # a whole stretch lost
    ],
)
def test_wrong_sequences_are_seen_and_placed(pressed: str, delivered: list[int], at: tuple[int, int]) -> None:
    found = mismatch(presses(pressed), delivered)
    assert found is not None
    assert (found.pressed_at, found.delivered_at) == at


def test_any_single_damage_to_a_long_run_is_seen() -> None:
    dice = random.Random(20)
    damages = 0
    for _ in range(400):
        pressed = [Pressed(dice.randrange(5), dice.random() > 0.03) for _ in range(200)]
        delivered = [press.button for press in pressed if press.lit or dice.random() < 0.5]
        assert mismatch(pressed, delivered) is None
        promised = [press.button for press in pressed if press.lit]
        only_lit = [press for press in pressed if press.lit]
        for damaged in damage(promised, dice):
            damages += damaged != promised
            assert (mismatch(only_lit, damaged) is None) == (damaged == promised)
    print(f"the judge saw {damages:,} of {damages:,} damaged sequences, seed 20")
    assert damages > 1000


def damage(delivered: list[int], dice: random.Random) -> list[list[int]]:
    """One lost, one doubled, two neighbours swapped, one changed."""
    at = dice.randrange(len(delivered) - 1)
    head, one, other, tail = delivered[:at], delivered[at], delivered[at + 1], delivered[at + 2 :]
    return [
        [*head, other, *tail],
        [*head, one, one, other, *tail],
        [*head, other, one, *tail],
        [*head, (one + 1) % 5, other, *tail],
    ]
