"""Ways to stuff a ballot, each drawn from seeded dice: how many, how fast, how even differ from seed to seed.

`TELLABLE` leave a trace in the times or in the answers; `HIDDEN` are made to look like people, and no kiosk can tell.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeAlias

from kiosk.flow import Screen
from survey.form import Kind
from tests.kiosk.misuse.counter import Counter, Visit
from tests.kiosk.misuse.people import free_the_screen, lognormal

STUFFED = "stuffed"
CLOSING_S, OPENING_S = 17 * 3600.0, 7.5 * 3600.0
Pattern: TypeAlias = Callable[[random.Random, Sequence[Visit]], list[Visit]]


def _in_hours(dice: random.Random) -> float:
    return dice.choice((dice.uniform(8, 11), dice.uniform(14, 16))) * 3600


def _even(dice: random.Random, every_s: float, spread: float) -> Iterator[float]:
    while True:
        yield every_s * dice.uniform(1 - spread, 1 + spread)


def _uneven(dice: random.Random, median_s: float, sigma: float) -> Iterator[float]:
    while True:
        yield lognormal(dice, median_s, sigma)


def _series(start_s: float, count: int, gaps: Iterator[float], act: Callable[[Counter], None]) -> list[Visit]:
    """Visits whose beginnings lie `gaps` apart, or further when somebody else is at the counter."""
    return [Visit(start_s, STUFFED, 0.5, act, islice(gaps, count - 1))]


def _face(dice: random.Random, level: int, tap_s: float) -> Callable[[Counter], None]:
    """One face, then finish."""

    def act(counter: Counter) -> None:
        free_the_screen(counter, tap_s)
        counter.choose(level)
        counter.wait(tap_s * dice.uniform(0.9, 1.1))
        counter.finish()

    return act


def _form(levels: Sequence[int], dwell: Iterator[float]) -> Callable[[Counter], None]:
    """A whole form: the overall level, then those of the factors."""

    def act(counter: Counter) -> None:
        free_the_screen(counter, next(dwell))
        given = iter(levels)
        counter.choose(next(given))
        for _ in range(30):
            if counter.session.state.screen is Screen.THANKS:
                return
            counter.wait(max(next(dwell), 0.5))
            question = counter.question()
            if question.kind is Kind.SCALE:
                counter.choose(next(given, levels[-1]))
            elif question.kind is Kind.YES_NO:
                counter.say(False)
            else:
                counter.skip()

    return act


def _back_to_back(start_s: float, count: int, gaps: Iterator[float], act: Callable[[Counter], None]) -> list[Visit]:
    """Visits that begin `gaps` after the one before has ended."""
    return [Visit(start_s + n * 0.001, STUFFED, next(gaps), act) for n in range(count)]


def _pokes(dice: random.Random, seconds: float, hertz: float, place: Callable[[], int]) -> list[Visit]:
    def act(counter: Counter) -> None:
        until_s = counter.at_s + seconds
        while counter.at_s < until_s:
            counter.poke(place())
            counter.wait(dice.uniform(0.7, 1.3) / hertz)

    return [Visit(_in_hours(dice), STUFFED, 3.0, act)]


def child_hammers_one_face(dice: random.Random, _: Sequence[Visit]) -> list[Visit]:
    face = dice.randint(1, 5)
    return _pokes(dice, dice.uniform(8, 40), dice.uniform(4, 8), lambda: face)


def child_alternates(dice: random.Random, _: Sequence[Visit]) -> list[Visit]:
    faces = dice.sample(range(1, 6), 2)
    return _pokes(dice, dice.uniform(10, 60), dice.uniform(1.5, 4), lambda: faces.append(faces.pop(0)) or faces[0])


def two_fingers(dice: random.Random, _: Sequence[Visit]) -> list[Visit]:
    faces = dice.sample(range(1, 6), 2)
    return _pokes(dice, dice.uniform(8, 40), dice.uniform(5, 10), lambda: dice.choice(faces))


def random_walk(dice: random.Random, _: Sequence[Visit]) -> list[Visit]:
    tap_s = dice.uniform(0.4, 0.9)

    def act(counter: Counter) -> None:
        until_s = counter.at_s + dice.uniform(30, 180)
        while counter.at_s < until_s:
            dice.choice((lambda: counter.poke(dice.randint(1, 5)),) * 4 + (counter.finish, counter.skip))()
            counter.wait(lognormal(dice, tap_s, 0.4))

    return [Visit(_in_hours(dice), STUFFED, 3.0, act)]


def five_after_closing(dice: random.Random, _: Sequence[Visit]) -> list[Visit]:
    start_s = CLOSING_S + dice.uniform(10, 90) * 60
    return _back_to_back(start_s, 5, _uneven(dice, dice.uniform(2, 15), 0.4), _face(dice, 5, dice.uniform(0.6, 1)))


def before_opening(dice: random.Random, _: Sequence[Visit]) -> list[Visit]:
    start_s, count = OPENING_S - dice.uniform(30, 70) * 60, dice.randint(3, 20)
    return _series(start_s, count, _uneven(dice, dice.uniform(4, 40), 0.5), lambda counter: counter.press(4))


def _faces_every(low_s: float, high_s: float, low: int, high: int) -> Pattern:
    def pattern(dice: random.Random, _: Sequence[Visit]) -> list[Visit]:
        every_s, spread = dice.uniform(low_s, high_s), dice.uniform(0.03, 0.2)
        act = _face(dice, dice.choice((5, 5, 1)), dice.uniform(0.55, 0.8))
        return _series(_in_hours(dice), dice.randint(low, high), _even(dice, every_s, spread), act)

    return pattern


def scripted_forms(dice: random.Random, _: Sequence[Visit]) -> list[Visit]:
    act = _form([5] * 6, _even(dice, dice.uniform(0.5, 0.8), 0.05))
    return _back_to_back(_in_hours(dice), dice.randint(10, 30), _even(dice, dice.uniform(1, 12), 0.2), act)


def quick_forms_by_hand(dice: random.Random, _: Sequence[Visit]) -> list[Visit]:
    act = _form([5] * 6, _uneven(dice, dice.uniform(0.7, 1.2), 0.2))
    return _back_to_back(_in_hours(dice), dice.randint(10, 30), _uneven(dice, dice.uniform(3, 12), 0.4), act)


def one_pattern_copied(dice: random.Random, _: Sequence[Visit]) -> list[Visit]:
    levels = [dice.choice((4, 5)) for _ in range(4)] + [4, 5]
    act = _form(levels, _uneven(dice, dice.uniform(1.5, 4), 0.3))
    return _back_to_back(_in_hours(dice), dice.randint(15, 40), _uneven(dice, dice.uniform(5, 40), 0.5), act)


def mass_at_the_end(dice: random.Random, _: Sequence[Visit]) -> list[Visit]:
    count, gaps = dice.randint(20, 50), _uneven(dice, dice.uniform(5, 15), 0.5)
    return _back_to_back(CLOSING_S - dice.uniform(5, 15) * 60, count, gaps, _face(dice, 5, dice.uniform(0.6, 1.2)))


def angry_citizen(dice: random.Random, _: Sequence[Visit]) -> list[Visit]:
    gaps = _uneven(dice, dice.uniform(1.5, 4), 0.3)
    return _back_to_back(_in_hours(dice), dice.randint(8, 25), gaps, _face(dice, 1, dice.uniform(0.6, 1)))


def _box_every(low_s: float, high_s: float, spread: float) -> Pattern:
    def pattern(dice: random.Random, _: Sequence[Visit]) -> list[Visit]:
        every_s, button = dice.uniform(low_s, high_s), dice.choice((4, 4, 0))
        gaps = _even(dice, every_s, spread)
        return _series(_in_hours(dice), dice.randint(20, 60), gaps, lambda counter: counter.press(button))

    return pattern


def box_hammered(dice: random.Random, _: Sequence[Visit]) -> list[Visit]:
    gaps, count = _even(dice, 1 / dice.uniform(2, 6), 0.3), dice.randint(40, 200)
    return _series(_in_hours(dice), count, gaps, lambda counter: counter.press(dice.randint(2, 4)))


def _after_each(honest: Sequence[Visit], extra: Callable[[float], list[Visit]], dice: random.Random) -> list[Visit]:
    """What `extra` makes of the instants at which honest citizens came, for two hours."""
    start_s = _in_hours(dice) - 3600
    came = [visit.at_s for visit in honest if start_s < visit.at_s < start_s + 7200]
    return [visit for at_s in came for visit in extra(at_s)]


def a_few_after_each_citizen(dice: random.Random, honest: Sequence[Visit]) -> list[Visit]:
    count, gaps = dice.randint(4, 8), _even(dice, dice.uniform(1.6, 4), 0.2)
    press = lambda counter: counter.press(4)  # noqa: E731
    return _after_each(honest, lambda at_s: _back_to_back(at_s + dice.uniform(5, 40), count, gaps, press), dice)


def slow_by_the_clock(dice: random.Random, _: Sequence[Visit]) -> list[Visit]:
    act = _face(dice, 5, dice.uniform(0.6, 1))
    return _series(_in_hours(dice), 60, _even(dice, 60, dice.uniform(0.02, 0.15)), act)


def slow_and_uneven(dice: random.Random, _: Sequence[Visit]) -> list[Visit]:
    gaps = _uneven(dice, dice.uniform(45, 75), dice.uniform(0.6, 0.9))
    return _series(_in_hours(dice), 60, gaps, _face(dice, 5, dice.uniform(0.6, 1)))


def one_after_each_citizen(dice: random.Random, honest: Sequence[Visit]) -> list[Visit]:
    act = _face(dice, 5, dice.uniform(0.6, 1))
    return _after_each(honest, lambda at_s: [Visit(at_s + dice.uniform(12, 60), STUFFED, 6.0, act)], dice)


def careful_forms(dice: random.Random, _: Sequence[Visit]) -> list[Visit]:
    """Whole forms at a reader's pace, with other answers each time."""

    def act(counter: Counter) -> None:
        _form([dice.choice((4, 5, 5)) for _ in range(6)], _uneven(dice, 4, 0.4))(counter)

    return _series(_in_hours(dice), 20, _uneven(dice, 120, 0.6), act)


TELLABLE: Mapping[str, Pattern] = {
    "child hammers one face": child_hammers_one_face,
    "child alternates two faces": child_alternates,
    "two fingers at once": two_fingers,
    "random walk over the screen": random_walk,
    "five after closing": five_after_closing,
    "box before opening": before_opening,
    "one face every 3 s": _faces_every(2.6, 3.6, 15, 60),
    "one face every 6 s": _faces_every(5, 7, 30, 80),
    "one face every 10 s": _faces_every(8, 11, 30, 80),
    "one face every 30 s": _faces_every(25, 35, 40, 90),
    "scripted forms": scripted_forms,
    "quick forms by hand": quick_forms_by_hand,
    "one pattern copied": one_pattern_copied,
    "mass at the end of the day": mass_at_the_end,
    "angry citizen": angry_citizen,
    "box hammered": box_hammered,
    "box just past its refractory": _box_every(1.6, 2.6, 0.1),
    "box every 4 to 8 s": _box_every(4, 8, 0.3),
    "a few after each citizen": a_few_after_each_citizen,
}
HIDDEN: Mapping[str, Pattern] = {
    "slow, by the clock": slow_by_the_clock,
    "slow and uneven": slow_and_uneven,
    "one after each citizen": one_after_each_citizen,
    "careful forms": careful_forms,
}
