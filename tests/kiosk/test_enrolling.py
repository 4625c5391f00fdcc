"""The kiosk's side of an enrolment beside an agent that writes its files whenever it likes."""

import random
from datetime import datetime
from pathlib import Path

import pytest

from kiosk.clock import Clock, Moment
from kiosk.enrolling import LISTEN_S, LOOK_S, SILENT_S, WORD_S, Do, Enrolling, Letter, Place
from kiosk.flow import Screen
from kiosk.session import STANDING_S
from survey.enrolment import CODE_LETTERS
from survey.enrolment_file import OUTCOME_FILE, WISH_FILE, Outcome, Step, Why, Wish, read_wish

CODE = "0" * CODE_LETTERS
NOON = datetime.fromisoformat("2026-09-01T12:00:00+07:00")


class Counter:
    """A kiosk's loop: it turns every `LOOK_S`, and its session looks for a form every `STANDING_S`."""

    def __init__(self, directory: Path, first_look_s: float = 0.0) -> None:
        self.directory, self.now_s, self.has_form = directory, 100.0, False
        self.screen = Screen.UNASSIGNED
        self._session_s = self.now_s + first_look_s
        self.enrolling = Enrolling(
            directory, lambda: False, lambda: Moment(NOON, self.now_s, Clock.SYNCHRONISED), bytes
        )

    def turn(self, seconds: float = LOOK_S) -> None:
        self.now_s += seconds
        if self.now_s >= self._session_s:
            self._session_s = self.now_s + STANDING_S
            self.screen = Screen.INVITATION if self.has_form else Screen.UNASSIGNED
        self.enrolling.tick(self.screen)

    @property
    def place(self) -> Place:
        return self.enrolling.showing().place

    def type_code(self) -> None:
        self.turn()
        for event in (Do.BEGIN, *map(Letter, CODE), Do.SEND):
            self.enrolling.act(event)
        assert self.place is Place.ASKING

    def says(self, step: Step, why: Why | None = None) -> None:
        wish = read_wish((self.directory / WISH_FILE).read_bytes()).id
        prints = ("a b", "c d") if step is Step.ENROLLED else ("", "")
        outcome = Outcome(wish, step, why, "k-1", "Một cửa", *prints)
        (self.directory / OUTCOME_FILE).write_bytes(outcome.encode())


@pytest.mark.parametrize("prepared", [False, True])
def test_the_fingerprints_are_shown_though_the_form_was_seen_first(tmp_path: Path, prepared: bool) -> None:
    counter = Counter(tmp_path)
    if prepared:
        (tmp_path / WISH_FILE).write_bytes(Wish("of the card", CODE, prepared=True).encode())
        counter.says(Step.ASKING)
        counter.turn()
    else:
        counter.type_code()
        counter.says(Step.ASKING)
    counter.has_form = True
    counter.turn(STANDING_S + LOOK_S)
    assert (counter.screen, counter.place) == (Screen.INVITATION, Place.ASKING)
    assert counter.enrolling.has_glass, "nobody is asked before the two have been compared"
    counter.says(Step.ENROLLED)
    (tmp_path / WISH_FILE).unlink()
    counter.turn()
    showing = counter.enrolling.showing()
    assert (showing.place, showing.own, showing.centre) == (Place.DONE, "a b", "c d")
    counter.enrolling.act(Do.FINISH)
    counter.turn()
    assert not counter.enrolling.has_glass
    assert not (tmp_path / OUTCOME_FILE).exists(), "they are not shown a second time"


@pytest.mark.slow
def test_whenever_the_agent_writes_the_fingerprints_are_shown(tmp_path: Path) -> None:
    seed, count, form_first = 30, 400, 0
    rng = random.Random(seed)
    for number in range(count):
        folder = tmp_path / str(number)
        folder.mkdir()
        counter = Counter(folder, rng.uniform(0, STANDING_S))
        counter.type_code()
        counter.turn(rng.uniform(0, STANDING_S))
        counter.says(Step.ASKING)
        counter.turn(rng.uniform(0, LOOK_S))
        counter.has_form = True
        for _ in range(rng.randrange(4)):  # a slow card
            counter.turn(rng.uniform(0, LOOK_S))
        form_first += counter.screen is Screen.INVITATION
        counter.says(Step.ENROLLED)
        (folder / WISH_FILE).unlink()
        for _ in range(2):
            counter.turn(rng.uniform(LOOK_S, 2 * LOOK_S))
        assert counter.place is Place.DONE, number
        assert counter.enrolling.has_glass
    assert 0 < form_first < count
    print(f"seed {seed}: {count} enrolments, {form_first} whose form was seen before the agent's word; each shown")


def seen_first(directory: Path) -> Counter:
    """A counter whose session has the form, and whose agent has not spoken of it yet."""
    counter = Counter(directory)
    counter.type_code()
    counter.says(Step.ASKING)
    counter.has_form = True
    counter.turn(STANDING_S + LOOK_S)
    assert (counter.screen, counter.place) == (Screen.INVITATION, Place.ASKING)
    return counter


def test_a_word_in_the_last_moment_is_shown(tmp_path: Path) -> None:
    counter = seen_first(tmp_path)
    counter.says(Step.ENROLLED)
    counter.turn(WORD_S)
    assert (counter.place, counter.enrolling.has_glass) == (Place.DONE, True)


def test_an_agent_that_ended_between_form_and_word_keeps_nobody_waiting(tmp_path: Path) -> None:
    counter = seen_first(tmp_path)
    counter.turn(WORD_S - STANDING_S - 3 * LOOK_S)
    assert counter.enrolling.has_glass
    counter.turn(3 * LOOK_S)
    assert not counter.enrolling.has_glass
    counter.turn(SILENT_S)
    assert not counter.enrolling.has_glass


@pytest.mark.parametrize(("late_s", "place"), [(4 * WORD_S, Place.DONE), (2 * LISTEN_S, Place.OFFER)])
def test_a_late_word_is_shown_between_citizens(tmp_path: Path, late_s: float, place: Place) -> None:
    counter = seen_first(tmp_path)
    counter.turn(late_s)
    counter.says(Step.ENROLLED)
    counter.enrolling.tick(Screen.QUESTION)
    assert not counter.enrolling.has_glass, "somebody answers"
    counter.turn()
    assert (counter.place, counter.enrolling.has_glass) == (place, place is Place.DONE)


def test_a_kiosk_that_starts_with_its_form_asks_nobody_to_wait(tmp_path: Path) -> None:
    """The power went after the form was there and before the agent's word, or the two were started together."""
    (tmp_path / WISH_FILE).write_bytes(Wish("of the card", CODE, prepared=True).encode())
    counter = Counter(tmp_path)
    counter.says(Step.ASKING)
    counter.has_form = True
    counter.turn()
    assert counter.screen is Screen.INVITATION
    assert not counter.enrolling.has_glass
    counter.says(Step.ENROLLED)
    counter.turn()
    assert (counter.place, counter.enrolling.has_glass) == (Place.DONE, True)


def test_an_agent_that_says_nothing_is_said_to_be_silent(tmp_path: Path) -> None:
    counter = Counter(tmp_path)
    counter.type_code()
    counter.turn(SILENT_S - LOOK_S)
    assert counter.place is Place.ASKING
    counter.turn(2 * LOOK_S)
    assert (counter.place, counter.enrolling.showing().why) == (Place.REFUSED, None)


def test_a_refusal_is_for_its_own_wish(tmp_path: Path) -> None:
    counter = Counter(tmp_path)
    counter.type_code()
    (tmp_path / OUTCOME_FILE).write_bytes(Outcome("another", Step.REFUSED, Why.USED).encode())
    counter.turn()
    assert counter.place is Place.ASKING
    counter.says(Step.REFUSED, Why.EXPIRED)
    counter.turn()
    assert (counter.place, counter.enrolling.showing().why) == (Place.REFUSED, Why.EXPIRED)
