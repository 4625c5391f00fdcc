"""How often the kiosk flags: over seeded days of honest people, and over ways of stuffing among them."""

import random
from collections import Counter as Tally
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kiosk.standing import Standing
from tests.kiosk.misuse.counter import Counter, Done
from tests.kiosk.misuse.people import HONEST, Habits, day, draw_habits
from tests.kiosk.misuse.stuffers import STUFFED, Pattern


@dataclass(frozen=True)
class Rate:
    flagged: int
    all: int
    by: Mapping[str, int]

    @property
    def share(self) -> float:
        return self.flagged / self.all if self.all else 0.0


def rate(done: Iterable[Done], who: str) -> Rate:
    flags = [one.submission.flags for one in done if one.who == who]
    return Rate(sum(map(bool, flags)), len(flags), Tally(flag for some in flags for flag in some))


def together(rates: Iterable[Rate]) -> Rate:
    rates = list(rates)
    by: Tally[str] = Tally()
    for one in rates:
        by.update(one.by)
    return Rate(sum(one.flagged for one in rates), sum(one.all for one in rates), by)


def honest_day(standing: Standing, seed: int) -> tuple[Habits, Rate]:
    dice = random.Random(f"honest {seed}")
    habits = draw_habits(dice)
    return habits, rate(Counter(standing).run(day(dice, habits)), HONEST)


def stuffed_day(standing: Standing, name: str, pattern: Pattern, seed: int) -> tuple[Rate, Rate]:
    """What was flagged of the stuffed answers, and of the honest ones of three hours around them."""
    dice = random.Random(f"{name} {seed}")
    people = day(dice, draw_habits(dice))
    stuffed = pattern(dice, people)
    from_s = min(visit.at_s for visit in stuffed) - 1800
    done = Counter(standing).run([*(visit for visit in people if from_s < visit.at_s < from_s + 12600), *stuffed])
    return rate(done, STUFFED), rate(done, HONEST)
