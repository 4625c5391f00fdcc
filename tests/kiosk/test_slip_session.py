"""A slip at the counter, from the scanner's text to the record: single use, laws 1 and 2, power cuts."""

import os
import random
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kiosk.config import Timeouts
from kiosk.event import Answered, Finished, Opened, Stayed
from kiosk.flow import Screen
from kiosk.misuse import RECOVERED, SLIP_USED, History
from kiosk.scanning import Issued, Refusal
from kiosk.session import REFUSED_S, Session
from kiosk.slips import REPEAT_S, Slips
from survey.invitation import EPOCH, make_code, slip_url, token_of
from survey.record import Channel, Clock, State, check_answers, read_record
from survey.slip_setup import SlipSetup
from sync_agent.outbox import Outbox

ROOT = Path(__file__).parents[2]
BOOT, KEY, URL = "0123456789abcdef", bytes(range(32)), "https://phieu.example.vn"
RATED = Answered("RG.HL0", 4)


class Counter:
    """A session with slips of this point over a store; `code(n)`: the text of its n-th slip."""

    def __init__(self, store, standing, clock, randomness) -> None:
        assignment = standing.assignment
        self.setup = SlipSetup(assignment.plan, assignment.point, standing.form.ref, 77, KEY, URL, 15, 30)
        self.noted: dict[str, Issued] = {}
        self.clock = clock
        slips = Slips(lambda: self.setup, self.noted.get)
        self.session = Session(store, lambda: standing, clock, randomness, BOOT, Timeouts(), History(), slips=slips)
        self.session.start()

    def made(self, number: int = 1, days: int = 15):
        """The tests' clock stands before the first day that a code can say; so every code is good by it."""
        return make_code(77, EPOCH + timedelta(days=days), number.to_bytes(4, "big"), KEY)

    def token(self, number: int = 1) -> str:
        return token_of(self.made(number), KEY)

    def show(self, number: int = 1) -> None:
        self.clock.pass_s(REPEAT_S)
        self.session.scanned(slip_url(URL, self.made(number)))

    def answer(self, *events) -> None:
        for event in events:
            self.clock.pass_s(5)
            self.session.tapped()
            self.session.handle(event)

    @property
    def screen(self) -> Screen:
        return self.session.state.screen


@pytest.fixture
def counter(store, standing, clock, randomness) -> Counter:
    return Counter(store, standing, clock, randomness)


def test_a_slip_goes_from_the_scanner_into_the_record(counter, store, form):
    counter.noted[counter.token()] = Issued({"RG.DT": "TC", "RG.LV": "dat-dai"}, "so-tnmt")
    counter.show()
    assert (counter.screen, counter.session.state.question) == (Screen.QUESTION, "RG.HL0")
    assert store.drafts() == [], "nothing is kept of a slip before its first answer"
    counter.answer(RATED)
    (draft,) = store.drafts()
    assert draft.slip == counter.token()
    counter.answer(Finished())
    assert counter.screen is Screen.THANKS
    (done,) = store.finished
    check_answers(done, form)
    assert (done.slip, done.agency, done.channel) == (counter.token(), "so-tnmt", Channel.SCREEN)
    assert dict(done.answers) == {"RG.DT": "TC", "RG.LV": "dat-dai", "RG.HL0": 4}
    assert (done.flags, done.state) == ((), State.PARTIAL)
    assert store.sources == {f"slip/{counter.token()}"}
    assert counter.made().letters.encode() not in store.sealed[0].raw


def test_a_second_use_is_refused_and_the_citizen_may_answer_without(counter, store, clock):
    counter.show()
    counter.answer(RATED, Finished())
    clock.pass_s(6)
    counter.session.tick()
    counter.show()
    assert (counter.screen, counter.session.state.refusal) == (Screen.SLIP_REFUSED, Refusal.USED)
    counter.answer(Stayed(), RATED, Finished())
    assert [done.slip for done in store.finished] == [counter.token(), ""]


def test_a_refusal_goes_by_itself(counter, clock):
    counter.session.handle(Opened(Screen.ABOUT))
    counter.session.scanned("https://example.com")
    assert counter.screen is Screen.SLIP_REFUSED
    clock.pass_s(REFUSED_S - 0.1)
    counter.session.tick()
    assert counter.screen is Screen.SLIP_REFUSED
    assert counter.session.deadline_s() <= clock.at_s + 0.2
    clock.pass_s(0.2)
    counter.session.tick()
    assert counter.screen is Screen.ABOUT


def test_who_leaves_without_an_answer_leaves_the_slip_unused(counter, store, clock):
    counter.show()
    for _ in range(2):
        clock.pass_s(31)
        counter.session.tick()
    assert counter.screen is Screen.INVITATION
    assert (store.finished, store.sources) == ([], set())
    counter.show()
    assert counter.screen is Screen.QUESTION


def test_who_walks_away_after_an_answer_has_used_it(counter, store, clock):
    counter.show()
    counter.answer(RATED)
    for _ in range(2):
        clock.pass_s(31)
        counter.session.tick()
    assert [(done.slip, done.state) for done in store.finished] == [(counter.token(), State.PARTIAL)]
    counter.show()
    assert counter.session.state.refusal is Refusal.USED


def test_a_slip_that_lies_before_the_scanner_neither_restarts_nor_nags(counter, clock):
    text = slip_url(URL, counter.made())
    counter.session.scanned(text)
    counter.answer(RATED, Finished())
    shown = []
    for _ in range(60):
        clock.pass_s(0.5)
        counter.session.scanned(text)
        counter.session.tick()
        shown.append(counter.screen)
    assert shown.count(Screen.SLIP_REFUSED) <= REFUSED_S / 0.5 + 1, "said once"
    assert shown[-1] is Screen.INVITATION


def test_a_slip_on_a_sick_disk_pauses_and_is_owed_nothing(counter, store, clock):
    counter.show()
    store.failing = True
    counter.answer(RATED)
    assert counter.screen is Screen.PAUSED
    counter.show(2)
    assert counter.screen is Screen.PAUSED
    store.failing = False
    clock.pass_s(4)
    counter.session.tick()
    assert (counter.screen, counter.session.state.question) == (Screen.QUESTION, "RG.HL1")
    assert [draft.slip for draft in store.drafts()] == [counter.token()]
    counter.answer(Finished())
    store.failing = True
    clock.pass_s(6)
    counter.session.tick()
    counter.show(3)
    assert counter.screen is Screen.PAUSED, "whether it was used cannot be told now"
    store.failing = False
    clock.pass_s(4)
    counter.session.tick()
    counter.show(3)
    assert counter.screen is Screen.QUESTION


def test_an_uncertain_clock_ends_no_slip_and_a_certain_one_does(counter, clock):
    clock.wall = datetime(2030, 1, 1, 9, tzinfo=clock.wall.tzinfo)
    clock.clock = Clock.UNCERTAIN
    counter.show()
    assert counter.screen is Screen.QUESTION
    clock.clock = Clock.SYNCHRONISED
    counter.show(2)
    assert counter.session.state.refusal is Refusal.EXPIRED


def test_an_unassigned_counter_takes_nothing(store, clock, randomness):
    session = Session(store, lambda: None, clock, randomness, BOOT, Timeouts(), History())
    session.start()
    session.scanned("anything")
    assert session.state.screen is Screen.UNASSIGNED


def test_what_is_shown_is_logged_by_its_verdict_alone(counter, caplog):
    caplog.set_level("INFO")
    secret = "079201001234|Nguyễn Văn A|01012000"
    counter.session.scanned(secret)
    counter.show()
    told = [(record.message, getattr(record, "fields", {})) for record in caplog.records]
    assert ("slip.not_taken", {"why": "not_ours"}) in told
    assert ("slip.taken", {}) in told
    letters = counter.made().letters
    assert not any(text in repr(told) for text in (secret, letters, counter.token(), "Nguyễn"))


@pytest.fixture
def on_disk(tmp_path, standing, clock, randomness):
    def opened() -> tuple[Counter, Outbox]:
        store = Outbox.open(tmp_path / "outbox.db")
        return Counter(store, standing, clock, randomness), store

    return opened


def records(store: Outbox):
    return [read_record(sealed.raw).submission for sealed in store.pending()]


def test_a_power_cut_keeps_the_slip_and_its_single_use(on_disk):
    counter, store = on_disk()
    counter.noted[counter.token()] = Issued({"RG.DT": "CN"}, "so-tnmt")
    counter.show()
    counter.answer(RATED)
    store.close()  # the plug is pulled: a draft, and no more
    counter, store = on_disk()
    (done,) = records(store)
    assert (done.slip, done.agency, done.flags) == (counter.token(), "so-tnmt", (RECOVERED,))
    assert dict(done.answers) == {"RG.DT": "CN", "RG.HL0": 4}
    counter.show()
    assert counter.session.state.refusal is Refusal.USED
    store.close()


def test_an_answer_whose_slip_was_used_meanwhile_is_kept_without_it(on_disk):
    """Nothing is lost and nobody is thanked falsely: the answer is on the disk, the slip counts once."""
    counter, store = on_disk()
    counter.noted[counter.token()] = Issued({"RG.DT": "CN"}, "so-tnmt")
    counter.show()
    counter.answer(RATED)
    assert store.pass_over(f"slip/{counter.token()}")  # as by a second draft of the same slip
    counter.answer(Finished())
    assert counter.screen is Screen.THANKS
    (done,) = records(store)
    assert (done.slip, done.agency, done.flags) == ("", "", (SLIP_USED,))
    assert dict(done.answers) == {"RG.HL0": 4}
    assert store.drafts() == []
    store.close()


def test_so_is_one_that_a_power_cut_left_open(on_disk):
    counter, store = on_disk()
    counter.show()
    counter.answer(RATED)
    store.pass_over(f"slip/{counter.token()}")
    store.close()
    counter, store = on_disk()
    assert [(done.slip, done.flags) for done in records(store)] == [("", (RECOVERED, SLIP_USED))]
    store.close()


def test_not_even_a_store_that_says_no_at_the_last_moment_loses_an_answer(counter, store, monkeypatch):
    counter.show()
    counter.answer(RATED)
    store.sources.add(f"slip/{counter.token()}")
    monkeypatch.setattr(store, "holds", lambda _source: False)
    counter.answer(Finished())
    assert [(done.slip, done.flags) for done in store.finished] == [("", (SLIP_USED,))]


KILLED = """
import os, sys
from datetime import datetime, timedelta
from pathlib import Path
from kiosk.clock import read_clock
from kiosk.config import Timeouts
from kiosk.event import Answered, Finished, RanOut
from kiosk.misuse import History
from kiosk.session import Session
from kiosk.slips import Slips
from kiosk.store import outbox_in
from kiosk.ui.gallery import form, standing
from survey.invitation import make_code
from survey.slip_setup import SlipSetup
at = standing(form())
setup = SlipSetup(at.assignment.plan, at.assignment.point, at.form.ref, 77, bytes(32), "", 15, 30)
store = outbox_in(Path(sys.argv[1]))
session = Session(store, lambda: at, read_clock, os.urandom, "0" * 16, Timeouts(), History(),
                  slips=Slips(lambda: setup))
session.start()
number = 0
while True:
    number += 1  # each start shows the slips of the one before again
    code = make_code(77, read_clock().wall.date() + timedelta(days=9), number.to_bytes(4, "big"), setup.key)
    session.scanned(code.letters)
    if session.state.refusal is not None:
        session.handle(RanOut())
        continue
    session.handle(Answered("RG.HL0", 3))
    session.handle(Finished())
    os.write(1, b"thanks\\n")
    session.handle(RanOut())
"""


@pytest.mark.slow
def test_kill_9_anywhere_uses_no_slip_twice(tmp_path):
    rng, rounds, thanked = random.Random(13), 5, 0
    for _ in range(rounds):
        command = [sys.executable, "-c", KILLED, str(tmp_path)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(rng.randint(1, 40))]
            os.kill(process.pid, signal.SIGKILL)
            thanked += len(lines) + process.stdout.read().count(b"thanks")
    with Outbox.open(tmp_path / "outbox.db") as store:
        slips = [done.slip for done in records(store)]
        left = [draft.slip for draft in store.drafts()]
    assert thanked <= len(slips) <= thanked + rounds, "an answer that was kept, but not thanked for before the kill"
    assert len(slips + left) == len(set(slips + left))
    print(f"\n{rounds} kills -9, seed 13: {len(slips)} slips used, none twice")
