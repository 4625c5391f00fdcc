"""Honest citizens of one counter, as one seed draws them: when they are served, how they read, what they answer.

Arrivals are a Poisson process; one to four desks serve them; from four in ten to all of them answer on leaving.
"""

import heapq
import math
import random
from dataclasses import dataclass, replace

from kiosk.event import Answered, Started, Toggled
from kiosk.flow import Screen
from survey.form import Kind, Question
from tests.kiosk.misuse.counter import Counter, Visit

HALF_DAYS_S = ((7.5 * 3600, 11.5 * 3600), (13.5 * 3600, 17 * 3600))
OPEN_S = sum(to - since for since, to in HALF_DAYS_S)
HONEST = "honest"


@dataclass(frozen=True)
class Habits:
    """One counter's public. Shares are of all answers; `*_s` are medians of lognormal times."""

    citizens: int
    desks: int
    load: float
    answer: float
    box_share: float
    one_tap: float
    walks_away: float
    family: float
    elderly: float
    careless: float
    straight: float
    best: float
    words_s: float
    decide_s: float
    careless_s: float
    behind_s: float
    behind_box_s: float


def draw_habits(dice: random.Random) -> Habits:
    return Habits(
        citizens=dice.randint(50, 300),
        desks=dice.randint(1, 4),
        load=dice.uniform(0.5, 0.9),
        answer=dice.uniform(0.4, 1.0),
        box_share=dice.choice((0.0, 0.0, 0.3, 1.0)),
        one_tap=dice.uniform(0.25, 0.6),
        walks_away=dice.uniform(0.3, 0.8),
        family=dice.uniform(0.02, 0.08),
        elderly=dice.uniform(0.1, 0.3),
        careless=dice.uniform(0.005, 0.04),
        straight=dice.uniform(0.4, 0.75),
        best=dice.uniform(0.45, 0.8),
        words_s=dice.uniform(3.0, 5.0),
        decide_s=dice.uniform(0.9, 1.8),
        careless_s=dice.uniform(0.9, 1.6),
        behind_s=dice.uniform(6.5, 10.0),
        behind_box_s=dice.uniform(5.0, 8.0),
    )


@dataclass(frozen=True)
class Person:
    """`slow`: a factor on all times. `only_titles`: does not read the small print."""

    level: int
    stops_after: int
    walks_away: bool
    slow: float
    words_s: float
    only_titles: bool
    careless: bool
    straight: bool
    complains: bool
    seed: int


def lognormal(dice: random.Random, median: float, sigma: float) -> float:
    return median * math.exp(dice.gauss(0, sigma))


def served(dice: random.Random, habits: Habits) -> list[float]:
    """Instants at which citizens leave the desks: Poisson arrivals, a queue, service times of a spread of one half."""
    mean_s = habits.load * habits.desks * OPEN_S / habits.citizens
    leaving = []
    for since, to in HALF_DAYS_S:
        busier = dice.uniform(1.0, 1.6)  # the first half of each half-day against the second
        free = [since] * habits.desks
        at_s = since
        while True:
            rate = habits.citizens / OPEN_S * (busier if at_s < (since + to) / 2 else 2 - busier)
            at_s += dice.expovariate(rate)
            if at_s >= to:
                break
            done_s = max(heapq.heappop(free), at_s) + lognormal(dice, mean_s * 0.88, 0.5)
            heapq.heappush(free, done_s)
            leaving.append(done_s)
    return sorted(done_s for done_s in leaving if not 11.75 * 3600 < done_s < 13.25 * 3600 and done_s < 17.25 * 3600)


def day(dice: random.Random, habits: Habits) -> list[Visit]:
    """Everybody who answers on one day; some bring family that answers too."""
    visits = []
    for at_s in served(dice, habits):
        if dice.random() > habits.answer:
            continue
        at_box = dice.random() < habits.box_share
        group = dice.choice((2, 2, 2, 3, 3, 4)) if dice.random() < habits.family else 1
        for _ in range(group):
            person = draw_person(dice, habits)
            behind_s = lognormal(dice, habits.behind_box_s if at_box else habits.behind_s, 0.4)
            act = _presser(person) if at_box else _filler(person, habits)
            visits.append(Visit(at_s, HONEST, behind_s, act))
    return visits


def draw_person(dice: random.Random, habits: Habits) -> Person:
    rest = 1 - habits.best
    weights = (rest * 0.08, rest * 0.08, rest * 0.2, rest * 0.64, habits.best)
    one_tap = dice.random() < habits.one_tap
    stops = 1 if one_tap else (dice.randint(2, 5) if dice.random() < 0.15 else 99)
    slow = dice.uniform(1.5, 4.0) if dice.random() < habits.elderly else 1.0
    person = Person(
        level=dice.choices((1, 2, 3, 4, 5), weights)[0],
        stops_after=stops,
        walks_away=dice.random() < habits.walks_away,
        slow=slow,
        words_s=lognormal(dice, habits.words_s, 0.3),
        only_titles=dice.random() < 0.5,
        careless=dice.random() < habits.careless,
        straight=dice.random() < habits.straight,
        complains=dice.random() < 0.06,
        seed=dice.randrange(2**32),
    )
    return replace(person, straight=True, slow=1.0) if person.careless and dice.random() < 0.9 else person


def _presser(person: Person):
    return lambda counter: counter.press(person.level - 1)


def _filler(person: Person, habits: Habits):
    return lambda counter: fill(counter, person, habits, random.Random(person.seed))


def fill(counter: Counter, person: Person, habits: Habits, dice: random.Random) -> None:
    """One person at the screen, from whatever stands there to leaving."""
    free_the_screen(counter, lognormal(dice, 1.5, 0.4))
    counter.choose(person.level)
    for answered in range(1, 40):
        if counter.session.state.screen is Screen.THANKS:
            return
        if answered >= person.stops_after:
            break
        _answer(counter, person, habits, dice)
    if not person.walks_away:
        counter.look(lognormal(dice, 2.5, 0.5))
        counter.finish()


def free_the_screen(counter: Counter, tap_s: float) -> None:
    """Ends the form of somebody who has left, and does not wait for the thanks to pass."""
    for _ in range(4):
        if counter.session.state.screen is Screen.INVITATION:
            return
        counter.wait(max(tap_s, 0.55))
        if counter.session.state.screen is Screen.THANKS:
            counter.touch("thanks", 500, 550, Started())
        elif counter.session.state.screen is not Screen.INVITATION:
            counter.finish()


def _answer(counter: Counter, person: Person, habits: Habits, dice: random.Random) -> None:
    question = counter.question()
    counter.look(max(_dwell_s(question, person, habits, dice), 0.55))
    if question.kind is Kind.SCALE:
        counter.choose(person.level if person.straight else min(max(person.level + dice.choice((-1, 0, 0, 1)), 1), 5))
    elif question.kind is Kind.YES_NO:
        counter.say(person.complains)
    elif question.kind is Kind.MULTI:
        code = dice.choice(question.options).code
        counter.touch(f"option:{code}", 300, 400, Toggled(question.code, code))
        counter.look(lognormal(dice, 2, 0.5))
        counter.skip()
    elif dice.random() < 0.08:
        counter.look(lognormal(dice, 20, 0.5))
        counter.touch("send", 980, 550, Answered(question.code, "Phục vụ tốt"))
    else:
        counter.skip()


def _dwell_s(question: Question, person: Person, habits: Habits, dice: random.Random) -> float:
    if person.careless:
        return lognormal(dice, habits.careless_s, 0.25)
    read = question.text["vi"] if person.only_titles else f"{question.text['vi']} {question.help.get('vi', '')}"
    return person.slow * (len(read.split()) / person.words_s + lognormal(dice, habits.decide_s, 0.45))
