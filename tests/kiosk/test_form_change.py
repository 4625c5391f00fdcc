"""A new form version at a counter: taken between two citizens, never in mid-answer; slips and buttons follow."""

import itertools
import json
import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from hardware.ports import Link, PanelStatus, Press
from kiosk.buttons import Desk
from kiosk.config import Timeouts
from kiosk.event import Answered, ChoseLanguage, Finished, Idled, Started
from kiosk.flow import AT_REST, Screen
from kiosk.misuse import RECOVERED, History
from kiosk.scanning import Issued, Refusal
from kiosk.session import STANDING_S, Session
from kiosk.slips import SetupFile, Slips
from kiosk.standing import Standing, StandingFiles
from survey.form_file import read_form
from survey.invitation import EPOCH, make_code, slip_url, token_of
from survey.record import Channel, State, check_answers
from survey.slip_setup import BEFORE_FILE_NAME, FILE_NAME, SlipSetup

FIRST = (Path(__file__).parents[2] / "survey/data/forms/rut-gon-mot-cua.json").read_text("utf-8")
BOOT, SEED = "0123456789abcdef", 20261122


def version(number: int) -> str:
    """A later version whose third question is gone: an answer half in it would be seen."""
    document = json.loads(FIRST)
    document["questions"] = [question for question in document["questions"] if question["code"] != "RG.HL2"]
    return json.dumps(document | {"version": str(number)}, ensure_ascii=False)


@dataclass
class Counter:
    """A data directory that the agent changes, and a session over it."""

    directory: Path
    standing: Standing
    store: Any
    clock: Any
    randomness: Any
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.change(FIRST)
        self.files = StandingFiles(self.directory, lambda: date(2023, 9, 1))
        self.session = self.opened()

    def opened(self) -> Session:
        setup = SetupFile(self.directory)
        before = SetupFile(self.directory, BEFORE_FILE_NAME)
        slips = Slips(setup.read, lambda _token: Issued({"RG.LV": "dat-dai"}), before.read)
        session = Session(
            *(self.store, self.files.read, self.clock, self.randomness, BOOT, Timeouts(), History()), slips=slips
        )
        session.start()
        return session

    def change(self, text: str) -> None:
        """As the agent does it: the form aside, then the assignment that names it."""
        form = read_form(text.encode(), "form")
        (self.directory / f"form-{form.digest}.json").write_bytes(text.encode())
        self.put(
            "assignment.json", replace(self.standing.assignment, form=form.ref, serial=next(self.numbers)).encode()
        )
        self.put("form.json", text.encode())
        (self.directory / f"form-{form.digest}.json").unlink()

    def put(self, name: str, data: bytes) -> None:
        (self.directory / "aside").write_bytes(data)
        (self.directory / "aside").rename(self.directory / name)

    def wait(self, seconds: float = STANDING_S + 1) -> None:
        self.clock.pass_s(seconds)
        self.session.tick()

    def touch(self, *events: Any) -> None:
        for event in events:
            self.session.tapped()
            self.session.handle(event)

    @property
    def version(self) -> str:
        return self.session.form.version


@pytest.fixture
def counter(tmp_path: Path, standing: Standing, store: Any, clock: Any, randomness: Any) -> Counter:
    return Counter(tmp_path, standing, store, clock, randomness)


def test_an_answer_begun_by_the_old_version_is_finished_and_sealed_by_it(counter: Counter, store: Any) -> None:
    """The change comes before each touch of a whole answer, and while every screen of it stands."""
    old = counter.session.form
    codes = ("RG.HL0", "RG.HL1", "RG.HL2", "RG.HL3", "RG.HL4")
    for moment in range(1, len(codes) + 1):
        counter.change(FIRST)
        counter.wait()
        assert counter.version == old.version
        for place, code in enumerate(codes):
            if place == moment:
                counter.change(version(2))
            counter.wait()
            counter.touch(Answered(code, 4))
        if moment == len(codes):
            counter.change(version(2))
        counter.wait()
        assert counter.version == old.version
        counter.touch(Finished())
        assert (counter.session.state.screen, counter.version) == (Screen.THANKS, old.version)
        counter.wait(1)
        assert counter.version == old.version, "the thanks are the old version's, too"
        done = store.finished[-1]
        assert done.form == old.ref
        check_answers(done, old)
        assert dict(done.answers)["RG.HL2"] == 4
        counter.wait(Timeouts().thanks_s)
        counter.wait()
        assert (counter.session.state, counter.version) == (AT_REST, "2")
        counter.touch(Answered("RG.HL0", 5), Finished())
        assert store.finished[-1].form == counter.session.form.ref
        counter.wait(Timeouts().thanks_s)
    print(f"{len(codes)} changes in mid-answer, one at each question: 0 mixed answers")


def test_who_has_begun_with_the_invitation_keeps_it(counter: Counter) -> None:
    counter.touch(ChoseLanguage("en"))
    counter.change(version(2))
    counter.wait()
    assert (counter.version, counter.session.state.language) == ("1", "en")
    counter.touch(Idled())
    counter.wait()
    assert (counter.version, counter.session.state) == ("2", AT_REST)


@pytest.mark.slow
def test_random_citizens_and_changes_never_mix(counter: Counter, store: Any) -> None:
    dice = random.Random(SEED)
    texts = {"1": FIRST, "2": version(2), "3": version(3)}
    forms = {form.ref: form for form in (read_form(text.encode(), "form") for text in texts.values())}
    changes = 0
    for _ in range(600):
        if dice.random() < 0.1:
            counter.change(texts[dice.choice(list(texts))])
            changes += 1
        counter.wait(dice.choice((0.3, 2.5, 9.0, 40.0)))
        asked = counter.session.form.question(counter.session.state.question)
        if asked is None or asked.scale is None:
            counter.touch(dice.choice([Answered("RG.HL0", dice.randint(1, 5)), Started(), Finished()]))
        else:
            counter.touch(Answered(asked.code, dice.randint(1, 5)))
    for done in store.finished:
        check_answers(done, forms[done.form])
    kinds = {done.form.version for done in store.finished}
    assert kinds == set(texts)
    print(f"{changes} changes among {len(store.finished)} answers, seed {SEED}: each whole by one version, 0 mixed")


def test_what_a_power_cut_left_open_stays_with_its_version(counter: Counter, store: Any) -> None:
    old = counter.session.form
    counter.touch(Answered("RG.HL0", 4), Answered("RG.HL1", 2), Answered("RG.HL2", 3))
    counter.change(version(2))
    counter.session = counter.opened()
    (done,) = store.finished
    assert (counter.version, done.form, done.state, done.flags) == ("2", old.ref, State.PARTIAL, (RECOVERED,))
    check_answers(done, old)


def setup_of(counter: Counter, number: int, text: str) -> SlipSetup:
    given, form = counter.standing.assignment, read_form(text.encode(), "form").ref
    return SlipSetup(given.plan, given.point, form, number, bytes([number]) * 32, "https://phieu.example.vn", 15, 30)


def test_slips_of_the_version_before_are_taken_by_the_new_one(counter: Counter, store: Any) -> None:
    old, new = setup_of(counter, 7, FIRST), setup_of(counter, 8, version(2))

    def show(setup: SlipSetup, number: int) -> str:
        code = make_code(setup.number, EPOCH + timedelta(days=15), number.to_bytes(4, "big"), setup.key)
        counter.wait(30)
        counter.session.scanned(slip_url(setup.url, code))
        return token_of(code, setup.key)

    counter.put(FILE_NAME, old.encode())
    show(old, 1)
    counter.touch(Answered("RG.HL0", 4), Finished())
    counter.wait(Timeouts().thanks_s)
    counter.put(BEFORE_FILE_NAME, old.encode())
    counter.put(FILE_NAME, new.encode())
    counter.change(version(2))
    counter.wait()
    tokens = [show(old, 2)]
    counter.touch(Answered("RG.HL0", 4), Finished())
    counter.wait(Timeouts().thanks_s)
    tokens.append(show(new, 3))
    counter.touch(Answered("RG.HL0", 4), Finished())
    counter.wait(Timeouts().thanks_s)
    assert [(done.form.version, done.slip) for done in store.finished[1:]] == [("2", token) for token in tokens]
    show(old, 2)
    assert counter.session.state.refusal is Refusal.USED


@dataclass
class Panel:
    """Five buttons; hands over every press until it is confirmed."""

    waiting: list[Press] = field(default_factory=list)
    name: str = "panel"

    def poll(self) -> list[Press]:
        return list(self.waiting)

    def confirm(self, press: Press) -> None:
        self.waiting.remove(press)

    def status(self) -> PanelStatus:
        return PanelStatus(self.name, Link.UP, buttons=5)

    def close(self) -> None: ...


def test_a_button_box_answers_the_form_of_the_moment_while_a_citizen_goes_on_with_the_old(
    counter: Counter, store: Any
) -> None:
    panel = Panel()
    desk = Desk([panel], store, counter.files.read, counter.clock, counter.randomness, BOOT, 3, History())  # type: ignore[list-item]
    counter.touch(Answered("RG.HL0", 4))
    for number, text in ((1, FIRST), (2, version(2))):
        counter.change(text)
        panel.waiting.append(Press("panel", 4, f"panel/1/{number}", 0))
        assert desk.tick() == 1
    counter.touch(Answered("RG.HL1", 4), Answered("RG.HL2", 4), Finished())
    said = [(done.channel, done.form.version) for done in store.finished]
    assert said == [(Channel.BUTTON, "1"), (Channel.BUTTON, "2"), (Channel.SCREEN, "1")]
