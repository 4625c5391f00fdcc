"""Days of languages leave whole, with the quarter-hour look, and stay on the disk until the centre has them."""

import random
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from survey.language_days import tally_of
from survey.wire import read_message, write_message
from sync_agent.delivery import Reply
from sync_agent.outbox import Outbox
from tests.sync_agent.loop import KIOSK, Clock

NOON_S = datetime(2026, 11, 20, 12).timestamp()  # of this machine's own day, as at a kiosk
DAY_S = 86_400.0


class Centre:
    """Keeps each sheet once; `known`: the number that it answers with, None for one of an earlier version."""

    def __init__(self, memory: Any) -> None:
        self.memory, self.sheets, self.beats, self.known = memory, {}, [], 0

    def post(self, path: str, body: bytes, content_type: str) -> Reply:
        if not path.endswith("heartbeats"):
            return self.memory.post(path, body, content_type)
        told = read_message("heartbeat", body, None)["languages"]
        self.beats.append(told)
        for sheet in told:
            assert self.sheets.setdefault(sheet["number"], sheet) == sheet, "a closed sheet has changed"
        known = {} if self.known is None else {"languages": self.known}
        now = {"v": 1, "kiosk": KIOSK, "now": "2026-11-20T05:00:00Z"} | known
        return Reply(200, {}, write_message("time", now, self.memory.identity.sign))


@pytest.fixture
def line(fast_path: Path, agents: Any, centre: Any):
    clock, listening = Clock(NOON_S), Centre(centre)
    with Outbox.open(fast_path / "outbox.db") as outbox:
        yield outbox, agents(outbox, listening.post, clock, random.Random(1)), clock, listening


def answer(outbox: Outbox, submission: Any, day: str, language: str) -> None:
    assert outbox.finish(submission, tally=tally_of(day, "krong-no-2023", "kn-huyen", language))


def live(agent: Any, clock: Clock, until_s: float) -> None:
    while clock.now_s < until_s:
        clock.now_s += max(agent.step(), 30)


def test_a_day_leaves_once_it_is_over_and_is_forgotten_when_the_centre_has_it(line: Any, submissions: Any) -> None:
    outbox, agent, clock, centre = line
    for number, language in enumerate(["vi", "vi", "km", "vi", "en", "vi"]):
        answer(outbox, submissions(number + 1), "2026-11-20", language)
    live(agent, clock, DAY_S / 2 - 1000)
    assert not any(centre.beats)
    live(agent, clock, DAY_S)
    assert [sheet["counts"] for sheet in centre.sheets.values()] == [{"vi": 4, "km": 1, "en": 1}]
    assert centre.beats[-1] == centre.beats[-2] != []  # not yet known there: told again, unchanged
    assert not any(name.startswith("language/") for name in outbox.tallies())
    centre.known = 1
    live(agent, clock, DAY_S + 200)
    assert centre.beats[-1] == []
    assert list(outbox.notes()) == ["languages-next"]


def test_the_number_goes_on_over_a_restart_and_an_older_centre_loses_nothing(
    line: Any, submissions: Any, agents: Any
) -> None:
    outbox, agent, clock, centre = line
    centre.known = None
    for day in ("20", "21", "22"):
        for number in range(5):
            answer(outbox, submissions(int(day) * 10 + number), f"2026-11-{day}", "vi")
        live(agent, clock, clock.now_s + DAY_S)
        agent = agents(outbox, centre.post, clock, random.Random(2))
    live(agent, clock, clock.now_s + 1000)
    assert [(s["number"], s["day"]) for s in centre.beats[-1]] == [
        (1, "2026-11-20"),
        (2, "2026-11-21"),
        (3, "2026-11-22"),
    ]


def test_an_answer_counted_while_a_day_is_closed_is_kept(line: Any, submissions: Any) -> None:
    outbox, _, _, _ = line
    name = tally_of("2026-11-20", "krong-no-2023", "kn-huyen", "km")
    for number in range(7):
        answer(outbox, submissions(number), "2026-11-20", "km")
    outbox.settle({name: 5, "language/none": 3}, {"a": "b"})
    assert (outbox.tallies(), outbox.notes()) == ({name: 2}, {"a": "b"})
    outbox.settle({name: 2}, {})
    assert outbox.tallies() == {}


def test_words_of_a_stranger_drop_nothing(line: Any, submissions: Any) -> None:
    outbox, agent, clock, centre = line
    for number in range(5):
        answer(outbox, submissions(number), "2026-11-19", "vi")
    centre.known = 99
    forged = write_message("time", {"v": 1, "kiosk": KIOSK, "now": "", "languages": 99}, lambda _: bytes(64))
    agent.post = lambda *_: Reply(200, {}, forged)
    live(agent, clock, 200)
    assert "languages/00000001" in outbox.notes()
