"""A sick button box is told at once, its counts only with the quarter-hour look (law 6)."""

import random
from pathlib import Path
from typing import Any

from survey.panel_state import Condition, Counts, Trouble, write_note
from survey.wire import read_message
from sync_agent.agent import WATCH_S
from sync_agent.delivery import Reply
from sync_agent.outbox import Outbox
from tests.sync_agent.loop import Clock

WELL, GONE = Condition("nut", box="5eed1e57"), Condition("nut", Trouble.ABSENT, "5eed1e57")


def test_a_condition_is_told_at_once_and_a_count_with_the_look(fast_path: Path, agents: Any, centre: Any) -> None:
    beats: list[tuple[float, dict[str, Any]]] = []
    clock = Clock()

    def post(path: str, body: bytes, content_type: str) -> Reply:
        beats.append((clock.now_s, read_message("heartbeat", body, verify=None)))
        return centre.post(path, body, content_type)

    def live(until_s: float) -> None:
        while clock.now_s < until_s:
            clock.now_s += max(agent.step(), 0.1)

    with Outbox.open(fast_path / "outbox.db") as outbox:
        outbox.put_note(*write_note(WELL))
        outbox.put_note(*write_note(Counts("nut", 5, 5, 0, False)))
        agent = agents(outbox, post, clock, random.Random(1))
        live(100)
        outbox.put_note(*write_note(GONE))
        outbox.put_note(*write_note(Counts("nut", 9, 8, 0, True)))
        live(100 + WATCH_S + 1)
        told_s, told = beats[-1]
        assert told["panels"] == [GONE.fields()]
        assert 100 <= told_s <= 100 + WATCH_S
        live(890)
        assert {each["told"] for _, beat in beats for each in beat["panel_counts"]} == {5}
        live(970)
        assert beats[-1][1]["panel_counts"] == [Counts("nut", 9, 8, 0, True).fields()]


def test_the_first_word_of_a_panel_is_told_at_once_too(fast_path: Path, agents: Any, centre: Any) -> None:
    beats: list[float] = []
    clock = Clock()

    def post(path: str, body: bytes, content_type: str) -> Reply:
        beats.append(clock.now_s)
        return centre.post(path, body, content_type)

    with Outbox.open(fast_path / "outbox.db") as outbox:
        agent = agents(outbox, post, clock, random.Random(1))
        clock.now_s += agent.step()
        outbox.put_note(*write_note(GONE))
        while clock.now_s < 30:
            clock.now_s += max(agent.step(), 0.1)
    assert len(beats) == 2
    assert beats[1] <= WATCH_S
