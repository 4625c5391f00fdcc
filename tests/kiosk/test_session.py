"""Promise before thanks: what the session does with the store, in memory and on the real outbox."""

import os
import random
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.config import Timeouts
from kiosk.event import Answered, Finished, Skipped, Stayed, Toggled
from kiosk.flow import Screen
from kiosk.misuse import History
from kiosk.session import HOLD_S, LONGEST_HOLD_S, Session
from kiosk.store import Reopening, outbox_in
from survey.form_file import LONGEST_COMMENT
from survey.identifier import UUID7
from survey.record import Channel, Clock, State, check_answers, read_record
from sync_agent.outbox import DamagedStorage, Outbox

ROOT = Path(__file__).parents[2]
BOOT = "0123456789abcdef"


@pytest.fixture
def open_session(standing, clock, randomness):
    def opened(store, where=lambda: standing, history=None) -> Session:
        session = Session(store, where, clock, randomness, BOOT, Timeouts(), history or History())
        session.start()
        return session

    return opened


def test_the_first_tap_is_on_the_disk_before_the_next_screen(open_session, store, clock):
    session = open_session(store)
    session.tapped()
    session.handle(Answered("RG.HL0", 2))
    assert session.state.question == "RG.HL1"
    (draft,) = store.drafts()
    assert dict(draft.answers) == {"RG.HL0": 2}
    assert UUID7.fullmatch(draft.id)
    assert (draft.quarter, draft.clock, draft.channel) == ("2023-09-01T08:15+07:00", Clock.SYNCHRONISED, Channel.SCREEN)
    assert (draft.kiosk, draft.plan, draft.point, draft.boot) == ("ki-os-01", "krong-no-2023", "kn-huyen", BOOT)


def test_a_whole_answer(open_session, store, clock, form):
    session = open_session(store)
    answers = {"RG.HL0": 5, "RG.HL1": 4, "RG.HL2": "KAD", "RG.HL3": 5, "RG.HL4": 5, "RG.PA": "KHONG", "RG.YK": "Tốt"}
    for code, value in answers.items():
        clock.pass_s(4)
        session.tapped()
        session.handle(Answered(code, value))
    assert session.state.screen is Screen.THANKS
    (done,) = store.finished
    check_answers(done, form)
    assert dict(done.answers) == answers
    assert (done.state, done.duration_s, done.flags) == (State.COMPLETE, 24, ())
    assert store.saved == {}


def test_an_answer_whose_question_is_no_longer_asked_is_not_sealed(open_session, store):
    session = open_session(store)
    for code in ("RG.HL0", "RG.HL1", "RG.HL2", "RG.HL3"):
        session.handle(Answered(code, 5))
    session.handle(Answered("RG.HL4", 1))
    session.handle(Answered("RG.PA", "KHONG"))
    session.handle(Toggled("RG.LD", "LD04"))
    from kiosk.event import WentBack

    session.handle(WentBack())
    session.handle(WentBack())
    session.handle(Answered("RG.HL4", 5))
    session.handle(Finished())
    assert "RG.LD" not in store.finished[0].answers
    assert store.finished[0].state is State.COMPLETE


def test_idle_warns_for_twenty_seconds_then_keeps_what_there_is(open_session, store, clock):
    session = open_session(store)
    session.tapped()
    session.handle(Answered("RG.HL0", 2))
    clock.pass_s(29)
    session.tick()
    assert session.state.screen is Screen.QUESTION
    clock.pass_s(1)
    session.tick()
    assert (session.state.screen, session.seconds_left()) == (Screen.IDLE_WARNING, 20)
    session.tapped()
    session.handle(Stayed())
    assert session.state.question == "RG.HL1"
    clock.pass_s(30)
    session.tick()
    clock.pass_s(19.5)
    session.tick()
    assert (session.state.screen, session.seconds_left()) == (Screen.IDLE_WARNING, 1)
    clock.pass_s(0.5)
    session.tick()
    assert session.state.screen is Screen.INVITATION
    assert (store.finished[0].state, store.finished[0].duration_s) == (State.PARTIAL, 30)


def test_nothing_is_thanked_that_is_not_on_the_disk(open_session, store, clock):
    session = open_session(store)
    session.handle(Answered("RG.HL0", 4))
    store.failing = True
    session.handle(Finished())
    assert session.state.screen is Screen.PAUSED
    for _ in range(3):
        clock.pass_s(3)
        session.tick()
        assert session.state.screen is Screen.PAUSED
    assert store.finished == []
    store.failing = False
    clock.pass_s(3)
    session.tick()
    assert session.state.screen is Screen.THANKS
    assert len(store.finished) == 1


def test_the_first_tap_on_a_full_disk_is_kept_until_there_is_room(open_session, store, clock):
    session = open_session(store)
    store.failing = True
    session.tapped()
    session.handle(Answered("RG.HL0", 1))
    session.handle(Answered("RG.HL0", 5))  # nobody can answer on a paused screen
    assert session.state.screen is Screen.PAUSED
    clock.pass_s(600)
    store.failing = False
    session.tick()
    assert dict(store.drafts()[0].answers) == {"RG.HL0": 1}
    clock.pass_s(1)
    session.tick()  # the citizen has long gone
    assert session.state.screen is Screen.IDLE_WARNING
    clock.pass_s(20)
    session.tick()
    assert dict(store.finished[0].answers) == {"RG.HL0": 1}


def test_a_retry_waits_its_time(open_session, store, clock):
    session = open_session(store)
    store.failing = True
    session.handle(Answered("RG.HL0", 1))
    store.log.clear()
    for _ in range(29):
        clock.pass_s(0.1)
        session.tick()
    assert store.log == []
    assert session.deadline_s() == pytest.approx(1003)


def test_what_a_power_cut_left_open_is_finished_with_its_flag(open_session, store, clock, other_version):
    from dataclasses import replace

    session = open_session(store)
    session.handle(Answered("RG.HL0", 2))
    (draft,) = store.drafts()
    strange = replace(draft, id=draft.id[:-1] + "f", form=other_version.ref, answers={"X.1": 3})
    store.save_draft(strange)
    again = open_session(store)
    assert again.state.screen is Screen.INVITATION
    assert [done.flags for done in store.finished] == [("recovered",), ("recovered",)]
    assert [dict(done.answers) for done in store.finished] == [{"RG.HL0": 2}, {"X.1": 3}]
    assert store.saved == {}


def test_a_disk_that_is_sick_at_the_start(open_session, store, clock):
    store.failing = True
    session = open_session(store)
    assert session.state.screen is Screen.PAUSED
    store.failing = False
    clock.pass_s(3)
    session.tick()
    assert session.state.screen is Screen.INVITATION
    assert store.log[-2:] == ["probe", "drafts"]


def test_an_outbox_that_cannot_be_opened_is_tried_again(open_session, store, clock):
    attempts = []

    def opening():
        attempts.append(1)
        if len(attempts) < 3:
            raise DamagedStorage("not a database")
        return store

    session = open_session(Reopening(opening))
    assert session.state.screen is Screen.PAUSED
    for _ in range(2):
        clock.pass_s(3)
        session.tick()
    assert session.state.screen is Screen.INVITATION


def test_a_new_form_waits_until_nobody_is_answering(open_session, store, standing, clock, other_version):
    from dataclasses import replace

    where = [standing]
    session = open_session(store, lambda: where[0])
    session.handle(Answered("RG.HL0", 5))
    where[0] = replace(standing, form=other_version)
    for _ in range(5):
        clock.pass_s(5)
        session.tapped()
        session.tick()
    assert session.form.version == "1"
    session.handle(Finished())
    clock.pass_s(5)
    session.tick()
    clock.pass_s(2)
    session.tick()
    assert session.form.version == "2"
    where[0] = None
    clock.pass_s(2)
    session.tick()
    assert session.state.screen is Screen.UNASSIGNED


@pytest.mark.parametrize("year", [1970, 2016, 2036, 2400])
def test_a_wrong_clock_breaks_nothing(open_session, store, clock, year):
    clock.wall, clock.clock = datetime(year, 1, 1, tzinfo=UTC), Clock.UNCERTAIN
    session = open_session(store)
    session.handle(Answered("RG.HL0", 5))
    clock.wall = datetime(2025, 6, 1, tzinfo=UTC)  # the time service has come
    session.handle(Finished())
    assert store.finished[0].quarter == f"{year}-01-01T00:00+00:00"
    assert store.finished[0].clock is Clock.UNCERTAIN


@pytest.mark.slow
def test_on_the_real_outbox(open_session, tmp_path, clock, form):
    store = outbox_in(tmp_path)
    session = open_session(store)
    rng = random.Random(20231101)
    answers = 60
    for n in range(answers):
        session.tapped()
        session.handle(Answered("RG.HL0", rng.randint(1, 5)))
        while session.state.screen is not Screen.THANKS:
            question = form.question(session.state.question)
            session.handle(_any_answer(question, rng))
        clock.pass_s(5)
        session.tick()
        assert session.state.screen is Screen.INVITATION, n
    store.close()
    outbox = Outbox.open(tmp_path / "outbox.db")
    records = [read_record(sealed.raw) for sealed in outbox.pending()]
    assert outbox.drafts() == []
    outbox.close()
    assert [record.seq for record in records] == list(range(1, answers + 1))
    for record in records:
        check_answers(record.submission, form)
    print(f"\n{answers} random answers sealed in the outbox, seed 20231101, 0 lost")


def _any_answer(question, rng):
    choice = rng.random()
    if choice < 0.15:
        return Skipped()
    if choice < 0.2:
        return Finished()
    if question.kind == "multi":
        return Toggled(question.code, rng.choice(question.options).code) if choice < 0.7 else Skipped()
    if question.kind == "text":
        return Answered(question.code, "ý" * rng.randint(1, LONGEST_COMMENT))
    return Answered(question.code, rng.choice(["CO", "KHONG"]) if question.kind == "yesno" else rng.randint(1, 5))


KILLED = """
import os, sys
from pathlib import Path
from kiosk.clock import read_clock
from kiosk.config import Timeouts
from kiosk.event import Answered
from kiosk.misuse import History
from kiosk.session import Session
from kiosk.store import outbox_in
from kiosk.ui.gallery import form, standing
of = form()
store = outbox_in(Path(sys.argv[1]))
session = Session(store, lambda: standing(of), read_clock, os.urandom, "0" * 16, Timeouts(), History())
session.start()
while True:
    for code in ("RG.HL0", "RG.HL1", "RG.HL2"):
        session.tapped()
        session.handle(Answered(code, 3))
        os.write(1, code.encode() + b"\\n")
    from kiosk.event import Finished, RanOut
    session.handle(Finished())
    os.write(1, b"thanks\\n")
    session.handle(RanOut())
"""


@pytest.mark.slow
def test_kill_9_anywhere_loses_nothing_acknowledged(tmp_path):
    rng, rounds, acknowledged = random.Random(9), 12, 0
    for _ in range(rounds):
        command = [sys.executable, "-c", KILLED, str(tmp_path)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
            lines = [process.stdout.readline() for _ in range(rng.randint(1, 60))]
            os.kill(process.pid, signal.SIGKILL)
            lines += process.stdout.read().splitlines()
        thanks = sum(line.strip() == b"thanks" for line in lines)
        store = Outbox.open(tmp_path / "outbox.db")
        records, drafts = [read_record(s.raw).submission for s in store.pending()], store.drafts()
        assert len(drafts) <= 1
        assert len(records) - acknowledged in (thanks, thanks + 1)
        last = lines[-1].strip().decode()
        if last != "thanks" and len(records) - acknowledged == thanks:
            assert last in drafts[0].answers
        acknowledged = len(records)
        for draft in drafts:
            store.finish(draft)
            acknowledged += 1
        store.close()
    print(f"\n{rounds} kills -9 of the session, seed 9, {acknowledged} answers, 0 lost")


def test_nobody_is_idle_while_being_read_to(open_session, store, clock):
    session = open_session(store)
    session.tapped()
    session.handle(Answered("RG.HL0", 2))
    for _ in range(90):  # a question that takes a minute and a half to read out
        clock.pass_s(1)
        session.hold()
        session.tick()
    assert session.state.screen is Screen.QUESTION
    clock.pass_s(29)
    session.tick()
    assert session.state.screen is Screen.QUESTION
    session.handle(Finished())
    for _ in range(9):
        clock.pass_s(1)
        session.hold()
        session.tick()
        assert session.state.screen is Screen.THANKS
    clock.pass_s(1)
    session.tick()
    assert session.state.screen is Screen.INVITATION
    (done,) = store.finished
    assert done.duration_s == 0  # listening is no touch


def test_a_voice_that_never_ends_holds_nobody_for_ever(open_session, store, clock):
    """A broken voice says that it speaks for ever: the answer is sealed, and the next citizen greeted, all the same."""
    session = open_session(store)
    session.tapped()
    session.handle(Answered("RG.HL0", 2))
    touched_s, left_s = clock.at_s, {}
    while session.state.screen is not Screen.INVITATION and clock.at_s < touched_s + 3600:
        clock.pass_s(1)
        session.hold()
        session.tick()
        left_s.setdefault(session.state.screen, clock.at_s - touched_s)
    assert left_s[Screen.IDLE_WARNING] == LONGEST_HOLD_S + Timeouts().idle_s
    assert left_s[Screen.INVITATION] == LONGEST_HOLD_S + Timeouts().idle_s + Timeouts().warning_s
    assert len(store.finished) == 1
    session.tapped()
    session.handle(Answered("RG.HL0", 2))
    session.handle(Finished())
    touched_s = clock.at_s
    while session.state.screen is Screen.THANKS and clock.at_s < touched_s + 3600:
        clock.pass_s(1)
        session.hold()
        session.tick()
    assert clock.at_s - touched_s == LONGEST_HOLD_S + HOLD_S


@pytest.mark.parametrize("sign", ["key", "beside", "read"])
def test_any_sign_of_somebody_begins_the_time_to_stay_again(open_session, store, clock, sign):
    session = open_session(store)
    session.tapped()
    session.handle(Answered("RG.HL0", 2))
    clock.pass_s(30)
    session.tick()
    clock.pass_s(15)
    assert (session.state.screen, session.seconds_left()) == (Screen.IDLE_WARNING, 5)
    if sign == "read":
        session.hold()
    else:
        session.tapped(typing=sign == "key", stray=sign == "beside")
    assert session.seconds_left() == 20
    assert session.deadline_s() == clock.at_s + 1
    clock.pass_s(19)
    session.tick()
    assert (session.state.screen, session.seconds_left()) == (Screen.IDLE_WARNING, 1)
    clock.pass_s(1)
    session.tick()
    assert session.state.screen is Screen.INVITATION
