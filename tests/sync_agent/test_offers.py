"""Another form comes signed: whole or not at all, never an earlier one, and what was refused is told to the office."""

import json
import logging
import os
import random
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kiosk.standing import StandingFiles
from survey.assignment import Assignment, read_assignment
from survey.canonical import encode
from survey.form import Form
from survey.form_file import read_form
from survey.form_languages import languages
from survey.offer import Asks, Offer, Why, read_asks
from survey.wire import read_message, write_message
from sync_agent import enrolment
from sync_agent.agent import Agent
from sync_agent.delivery import Reply
from sync_agent.outbox import Outbox
from sync_agent.standing import StandingFile, renewed, tidy
from tests.sync_agent.loop import KIOSK, Clock

FIRST = Path("survey/data/forms/rut-gon-mot-cua.json").read_text("utf-8")
SEED = 20261122


def version(number: int, **changes: Any) -> str:
    """The same form as a later version, with its thanks reworded."""
    document = json.loads(FIRST)
    document["thanks"] = {**document["thanks"], "vi": f"Xin cảm ơn, bản {number}"}
    return json.dumps(document | {"version": str(number)} | changes, ensure_ascii=False)


def form(text: str) -> Form:
    return read_form(text.encode(), "form")


def assigned(text: str, serial: int = 0, **changes: Any) -> Assignment:
    names = ({"vi": "Bộ phận Một cửa"}, {"vi": "UBND huyện"})
    return replace(Assignment(KIOSK, "krong-no-2023", "kn-huyen", *names, form(text).ref, serial), **changes)


def offer(text: str, serial: int, **changes: Any) -> dict[str, Any]:
    return Offer(assigned(text, serial, **changes), text, tuple(sorted(languages(form(text))))).fields()


class Rig:
    """An agent in virtual time with a kiosk beside it, which reads what the agent writes."""

    def __init__(self, outbox: Outbox, agents: Any, centre: Any, directory: Path) -> None:
        self.centre, self.clock, self.directory = centre, Clock(), directory
        self.told: list[Asks] = []
        keep(directory, FIRST)
        self.agent: Agent = agents(outbox, self.post, self.clock, random.Random(SEED))
        self.agent.standing = StandingFile(directory, enrolment.load_assignment(directory))
        self.kiosk = StandingFiles(directory, lambda: date(2023, 9, 1))

    def post(self, path: str, body: bytes, content_type: str) -> Reply:
        self.told.append(read_asks(read_message("heartbeat", body, verify=None)["asks"]))
        reply: Reply = self.centre.post(path, body, content_type)
        return reply

    def beat(self, times: int = 1) -> Asks:
        """So many heartbeats; what the last one told."""
        until = len(self.told) + times
        for _ in range(1000):
            if len(self.told) == until:
                break
            self.clock.now_s += max(self.agent.step(), 0.1)
        return self.told[-1]

    @property
    def asked(self) -> tuple[str, int]:
        standing = self.kiosk.read()
        assert standing is not None
        assert standing.form.ref == standing.assignment.form
        return standing.form.version, standing.assignment.serial


def keep(directory: Path, text: str) -> None:
    enrolment.keep(enrolment.Enrolment(b"c" * 32, assigned(text), text.encode()), directory)


@pytest.fixture
def rig(fast_path: Path, tmp_path: Path, agents: Any, centre: Any) -> Iterator[Rig]:
    with Outbox.open(fast_path / "outbox.db") as outbox:
        yield Rig(outbox, agents, centre, tmp_path)


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


def test_a_form_comes_with_its_assignment_and_is_told(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    before, first = rig.asked, names(rig.directory)
    assert rig.beat() == Asks(assigned(FIRST).content, 0, form(FIRST).digest)
    rig.centre.offer = offer(version(2), 1, office={"vi": "Ủy ban nhân dân huyện"})
    rig.beat()
    rig.centre.offer = None
    assert (before[1], rig.asked) == (0, ("2", 1))
    told = rig.beat()
    assert (told.serial, told.form, told.why) == (1, form(version(2)).digest, "")
    assert names(rig.directory) == first, "nothing is left aside"
    assert (rig.directory / "form.json").read_text("utf-8") == version(2)
    assert [record.message for record in caplog.records].count("offer.taken") == 1
    rig.centre.offer = offer(version(2), 2, plan="krong-no-2024", point="kn-nam-da")  # a new place by the same way
    rig.beat()
    standing = rig.kiosk.read()
    assert standing
    assert (standing.assignment.plan, standing.assignment.point) == ("krong-no-2024", "kn-nam-da")


def test_bad_offers_are_refused_told_and_change_nothing(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    good = offer(version(2), 5)
    half = json.loads(version(2))
    half["thanks"] = {"vi": "Xin cảm ơn"}
    less = json.dumps(half, ensure_ascii=False)
    bad: list[tuple[Why, Any]] = [
        (Why.MALFORMED, []),
        (Why.MALFORMED, "form"),
        (Why.MALFORMED, good | {"v": 2}),
        (Why.MALFORMED, good | {"extra": 1}),
        (Why.MALFORMED, good | {"languages": ["en"]}),
        (Why.MALFORMED, good | {"languages": ["vi", 7]}),
        (Why.MALFORMED, good | {"assignment": {**good["assignment"], "serial": 0}}),
        (Why.MALFORMED, good | {"assignment": {**good["assignment"], "serial": "5"}}),
        (Why.OTHER_KIOSK, offer(version(2), 5, kiosk="k-another")),
        (Why.OLD_SERIAL, {**good, "assignment": assigned(version(2)).fields()}),
        (Why.UNREADABLE_FORM, good | {"form": "{ half a form"}),
        (Why.UNREADABLE_FORM, good | {"form": version(2, questions="none")}),
        (Why.WRONG_DIGEST, good | {"form": version(3)}),
        (Why.WRONG_DIGEST, good | {"form": version(2).replace("bản 2", "bản hai")}),
        (Why.LANGUAGE_MISSING, offer(less, 5) | {"languages": sorted(languages(form(FIRST)))}),
    ]
    for why, told in bad:
        caplog.clear()
        rig.centre.offer = told
        rig.beat(2)
        assert rig.told[-1].why == why
        assert (rig.asked, rig.told[-1].serial) == (("1", 0), 0)
        said = [record.message for record in caplog.records if record.levelno >= logging.WARNING]
        assert said in (["offer.refused"], []), "said once; the like of it before is not said again"
    rig.centre.offer = good
    rig.beat()
    assert rig.asked == ("2", 5)
    rig.centre.offer = None
    assert rig.beat().why == ""
    print(f"{len(bad)} bad offers refused and told, 0 taken; the good one after them taken")


def test_earlier_offers_played_again_take_nothing_back(rig: Rig) -> None:
    """Whoever sits on the line keeps signed replies and plays them again, in any order."""
    replies: list[Reply] = []
    honest = rig.centre.post
    for number in range(2, 6):
        rig.centre.offer = offer(version(number), number)
        rig.centre.post = lambda *told: replies.append(honest(*told)) or replies[-1]
        rig.beat()
    assert rig.asked == ("5", 5)
    dice = random.Random(SEED)
    seen = []
    for _ in range(40):
        replayed = dice.choice(replies)
        rig.centre.post = lambda *_told, reply=replayed: reply
        seen.append(rig.beat(2).why)
        assert rig.asked == ("5", 5)
    rig.centre.post, rig.centre.offer = honest, None
    rig.beat(2)
    assert (set(seen), rig.told[-1].why) == ({Why.OLD_SERIAL}, ""), "told while it lasts, and forgotten after"
    again = assigned(FIRST)
    enrolment.keep(enrolment.Enrolment(b"c" * 32, again, FIRST.encode()), rig.directory)
    assert enrolment.load_assignment(rig.directory).serial == 5, "a new enrolment of the same key keeps the serial"
    assert renewed(replace(again, kiosk="k-new"), assigned(FIRST, 9)).serial == 0
    print(f"{len(seen)} replays of {len(replies)} signed offers, seed {SEED}: 0 taken")


def test_nobody_but_the_centre_offers_a_form(rig: Rig, kiosk_identity: Any) -> None:
    body = {"v": 1, "kiosk": KIOSK, "now": "2023-09-01T01:15:00Z", "offer": offer(version(2), 7)}
    real = write_message("time", body, rig.centre.identity.sign)
    forged = [
        write_message("time", body, kiosk_identity.sign),
        real.replace("bản 2".encode(), "bản 3".encode()),
        real.replace(b'"serial":7', b'"serial":8'),
        write_message("receipt", body, rig.centre.identity.sign),
        write_message("time", body, rig.centre.identity.sign)[:-9],
        b"<html>Please sign in to the network</html>",
        write_message("time", body | {"kiosk": "k-another"}, rig.centre.identity.sign),
    ]
    honest = rig.centre.post
    for reply in forged:
        rig.centre.post = lambda *_told, reply=reply: Reply(200, {}, reply)
        rig.beat()
        assert rig.asked == ("1", 0)
    rig.centre.post = honest
    rig.beat()
    assert rig.told[-1].why == Why.SIGNATURE, "the office hears that somebody sits on the line"
    rig.beat()
    assert rig.told[-1].why == ""
    print(f"{len(forged)} forged, cut, foreign replies: 0 taken")


def test_a_disk_that_takes_nothing_lets_the_offer_come_again(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    rig.centre.offer = offer(version(2), 1)
    with monkeypatch.context() as patched:
        patched.setattr("sync_agent.standing.write_durably", full)
        assert rig.beat(2).why == Why.STORE
    assert rig.asked == ("1", 0)
    rig.agent.standing.try_again()  # type: ignore[union-attr]
    assert rig.agent.standing.asks()["why"] == ""  # type: ignore[union-attr, index, call-overload]
    rig.beat()
    assert rig.asked == ("2", 1)


STEPS = ("mkdir", "open", "write", "fsync", "rename", "unlink", "fchmod", "close")


def die_at(step: int, work: Callable[[], object]) -> bool:
    """Do `work` in a child that is killed with SIGKILL before its `step`-th call to the disk; was it killed?"""
    child = os.fork()
    if child == 0:
        left = [step]

        def counting(real: Callable[..., Any]) -> Callable[..., Any]:
            def call(*arguments: Any, **named: Any) -> Any:
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                left[0] -= 1
                return real(*arguments, **named)

            return call

        for name in STEPS:
            setattr(os, name, counting(getattr(os, name)))
        work()
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


@pytest.mark.slow
def test_killed_between_any_two_steps_the_pair_is_the_old_or_the_new(tmp_path: Path) -> None:
    """At every step the kiosk starts anew, a kiosk that ran through it looks again, and the agent finishes its work."""
    seen: dict[tuple[str, int], int] = {}
    step, killed = 0, True
    while killed:
        directory = tmp_path / str(step)
        directory.mkdir()
        keep(directory, FIRST)
        running = StandingFiles(directory, lambda: date(2023, 9, 1))
        assert running.read()
        standing = StandingFile(directory, enrolment.load_assignment(directory))
        killed = die_at(step, lambda at=standing: at.take(offer(version(2), 1)))  # type: ignore[misc]
        fresh = StandingFiles(directory, lambda: date(2023, 9, 1)).read()
        again = running.read()
        assert fresh is not None
        assert again is not None
        pair = (fresh.form.version, fresh.assignment.serial)
        assert (again.form.version, again.assignment.serial) == pair
        assert fresh.form.ref == fresh.assignment.form
        assert pair in (("1", 0), ("2", 1))
        seen[pair] = seen.get(pair, 0) + 1
        held = enrolment.load_assignment(directory)
        tidy(directory, held)  # the agent starts again
        restarted = StandingFile(directory, held)
        assert restarted.take(offer(version(2), 1)) is (pair[1] == 0)
        after = running.read()
        assert after is not None
        assert after.form.version == "2"
        assert {name for name in names(directory) if name.startswith("form")} == {"form.json"}
        assert (directory / "form.json").read_text("utf-8") == version(2)
        step += 1
    assert set(seen) == {("1", 0), ("2", 1)}
    assert min(seen.values()) > 3
    print(f"killed at {step - 1} steps of the change, once not: old pair {seen['1', 0]}, new {seen['2', 1]}, mixed 0")


def test_an_assignment_s_serial_is_read_as_written() -> None:
    for serial in (0, 1, 2**53 - 1):
        made = assigned(FIRST, serial)
        assert read_assignment(made.encode()) == made
        assert made.content == assigned(FIRST).content
    assert b"serial" not in assigned(FIRST).encode(), "what was written at enrolment stays as it is"
    assert encode(assigned(FIRST, 3).fields()) == assigned(FIRST, 3).encode()
