"""Pauses leave with the quarter-hour look, oldest first, and are dropped only on the centre's signed word."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

from survey.pause import MOST_SENT, Pause, pauses_of, write_note
from survey.wire import read_message, write_message
from sync_agent.delivery import Reply
from sync_agent.outbox import Outbox
from tests.sync_agent.loop import KIOSK, Clock

SINCE, UNTIL = "2026-09-01T08:15+07:00", "2026-09-01T09:00+07:00"


def numbered(number: int, until: str = UNTIL) -> Pause:
    return Pause(f"{number:016x}", "closed", SINCE, until)


class Office:
    """Says of each ended pause that it has it, unless told otherwise; signs with `sign`."""

    def __init__(self, sign: Any) -> None:
        self.sign, self.beats, self.deaf = sign, [], False
        self.answer: Any = None

    def post(self, _path: str, body: bytes, _content_type: str) -> Reply:
        told: Any = read_message("heartbeat", body, verify=None)
        self.beats.append(told)
        known = [each["id"] for each in told["pauses"] if each["until"]] if self.answer is None else self.answer
        said = {"v": 1, "kiosk": KIOSK, "now": "2026-09-01T03:00:00Z", "pauses": known}
        return Reply(200, {}, b"{}" if self.deaf else write_message("time", said, self.sign))


def live(agent: Any, clock: Clock, seconds: float) -> None:
    end_s = clock.now_s + seconds
    while clock.now_s < end_s:
        clock.now_s += max(agent.step(), 0.1)


def test_only_the_centres_word_drops_an_ended_pause(fast_path: Path, agents: Any, centre: Any, kiosk_identity: Any):
    office, clock = Office(centre.identity.sign), Clock()
    with Outbox.open(fast_path / "outbox.db") as outbox:
        agent = agents(outbox, office.post, clock, random.Random(1))
        live(agent, clock, 10)
        outbox.put_note(*write_note(numbered(1)))
        outbox.put_note(*write_note(numbered(2, until="")))
        live(agent, clock, 600)
        assert all(beat["pauses"] == [] for beat in office.beats), "told before the look"
        office.deaf = True
        live(agent, clock, 600)
        assert len(pauses_of(outbox.notes())) == 2
        office.deaf, office.sign = False, kiosk_identity.sign  # somebody else than the centre
        live(agent, clock, 120)
        assert len(pauses_of(outbox.notes())) == 2
        office.sign, office.answer = centre.identity.sign, ["nonsense"]
        live(agent, clock, 120)
        assert len(pauses_of(outbox.notes())) == 2
        office.answer = [f"{2:016x}", f"{9:016x}"]  # the one that lasts, and one of nobody
        live(agent, clock, 120)
        assert len(pauses_of(outbox.notes())) == 2
        office.answer = None
        live(agent, clock, 120)
        assert pauses_of(outbox.notes()) == (numbered(2, until=""),)


def test_more_than_one_message_holds_are_told_in_turn(fast_path: Path, agents: Any, centre: Any) -> None:
    office, clock = Office(centre.identity.sign), Clock()
    with Outbox.open(fast_path / "outbox.db") as outbox:
        for number in range(100):
            outbox.put_note(*write_note(numbered(number)))
        outbox.put_note(*write_note(replace(numbered(100), until="")))
        agent = agents(outbox, office.post, clock, random.Random(1))
        live(agent, clock, 900)
        assert pauses_of(outbox.notes()) == (numbered(100, until=""),)
        assert max(len(beat["pauses"]) for beat in office.beats) == MOST_SENT
        assert all(any(not each["until"] for each in beat["pauses"]) for beat in office.beats)


def test_presses_of_a_test_are_counted_and_the_office_is_heard(fast_path: Path, agents: Any, centre: Any) -> None:
    office, clock, kept = Office(centre.identity.sign), Clock(), []
    with Outbox.open(fast_path / "outbox.db") as outbox:
        assert outbox.pass_over("box/1/1", "5eed1e57/2", "tested")
        assert not outbox.pass_over("box/1/1", "5eed1e57/2", "tested")
        assert outbox.tallies() == {"5eed1e57/2": 1, "tested": 1}
        agent = agents(outbox, office.post, clock, random.Random(1))
        agent.keep_contact = kept.append
        live(agent, clock, 1000)
    assert {beat["tested"] for beat in office.beats} == {1}
    heard = [contact.last_heard_s for contact in kept]
    assert len(heard) == 2, "not written down with every heartbeat"
    assert heard[1] - heard[0] >= 900
