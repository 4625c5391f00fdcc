"""What counts as lost: the comparison of what citizens were promised with what was found."""

import random

from PIL import Image

from tests.appliance.glass import SAME, difference, fits

TRIALS = 300


def test_what_was_promised_fits_with_at_most_one_unseen_answer_a_boot() -> None:
    dice = random.Random(3)
    for _ in range(TRIALS):
        boots = [[dice.randint(1, 5) for _ in range(dice.randint(0, 6))] for _ in range(dice.randint(1, 8))]
        unseen = [[dice.randint(1, 5)] if dice.random() < 0.3 else [] for _ in boots]
        found = [level for levels, more in zip(boots, unseen, strict=True) for level in (*levels, *more)]
        assert fits(boots, found)
    print(f"{TRIALS} runs compared with what citizens were promised, seed 3")


def test_a_lost_a_doubled_and_a_swapped_answer_are_seen() -> None:
    boots = [[1, 2, 3], [4, 5], [1]]
    assert fits(boots, [1, 2, 3, 4, 5, 1])
    assert not fits(boots, [1, 3, 4, 5, 1])
    assert not fits(boots, [1, 2, 2, 3, 4, 5, 1])
    assert not fits(boots, [1, 2, 3, 5, 4, 1])
    assert not fits(boots, [1, 2, 3, 4, 5])
    assert not fits(boots, [1, 2, 3, 4, 5, 1, 2, 3])
    assert not fits([[]], [1, 1])


def test_a_screen_that_still_slides_in_is_the_same_and_another_is_not() -> None:
    def drawn(left: int, top: int) -> Image.Image:
        picture = Image.new("RGB", (1024, 600), "white")
        picture.paste("black", (left, top, left + 400, top + 200))
        return picture

    assert difference(drawn(300, 100), drawn(340, 100)) <= SAME
    assert difference(drawn(300, 100), drawn(300, 200)) > SAME
    assert difference(drawn(300, 100), drawn(500, 100)) > SAME
