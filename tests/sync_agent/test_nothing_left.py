"""What a box still holds of answers that the centre has: nothing that could be read from its card."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import apsw
import pytest

from sync_agent.delivery import Reply
from sync_agent.outbox import Outbox
from sync_agent.outbox.private_file import PrivateVfs, log_name
from tests.sync_agent import loop

TOKEN = "0123456789abcdef" * 2
LONG = "Chờ tới hỏi hồ sơ này " * 20  # over two pages, which are freed


@pytest.fixture
def path(fast_path: Path) -> Path:
    return fast_path / "outbox.db"


@pytest.fixture
def outbox(path: Path) -> Iterator[Outbox]:
    with Outbox.open(path) as outbox:
        yield outbox


def left(path: Path) -> set[str]:
    raw = path.read_bytes() + Path(log_name(str(path))).read_bytes()
    words = {"token": TOKEN, "rating": '"RG.HL0":', "comment": LONG[:40], "record": '"prev":"'}
    return {name for name, word in words.items() if word.encode() in raw}


def answer(outbox: Outbox, submission: Any) -> None:
    """One sitting with a slip: its draft tap by tap, a comment, its end."""
    submission = replace(submission, slip=TOKEN)
    outbox.save_draft(submission)
    submission = replace(submission, answers={**submission.answers, "RG.YK": LONG})
    outbox.save_draft(submission)
    outbox.finish(submission)


def test_delivered_answers_leave_no_bytes_in_file_or_log(
    outbox: Outbox, path: Path, agents: Any, centre: Any, submissions: Any
) -> None:
    clock = loop.Clock()
    size = Path(log_name(str(path))).stat().st_size
    for number in range(1, 8):
        answer(outbox, submissions(number))
    assert left(path) == {"token", "rating", "comment", "record"}
    outbox.checkpoint()  # as in a day with many answers: they are in both files
    agent = agents(outbox, centre.post, clock, random.Random(1))
    loop.drain(agent, clock)
    agent.step()  # finds nothing more
    assert len(centre.stored) == 7
    assert left(path) == set()
    assert Path(log_name(str(path))).stat().st_size == size, "the log is not grown anew"
    answer(outbox, submissions(8))
    with Outbox.open(path) as second:
        assert len(second.pending()) == 1


def test_what_was_delivered_before_the_line_broke_is_gone_too(
    outbox: Outbox, path: Path, agents: Any, centre: Any, submissions: Any
) -> None:
    clock = loop.Clock()
    answer(outbox, submissions(1))
    agent = agents(outbox, centre.post, clock, random.Random(1))
    agent.step()
    assert len(centre.stored) == 1
    outbox.finish(submissions(2))
    agent.post = lambda *_: Reply(0, {}, b"no line")
    clock.now_s += 2000
    agent.step()
    assert outbox.health().pending == 1
    assert not left(path) & {"token", "comment"}


def test_a_slow_reader_keeps_nobody_waiting_and_the_log_is_blanked_after_it(
    outbox: Outbox, path: Path, submissions: Any
) -> None:
    outbox.finish(submissions(1))
    layer = PrivateVfs("", 0)
    reader = apsw.Connection(str(path), vfs=layer.name)
    reader.execute("BEGIN; SELECT * FROM record").fetchall()
    assert not outbox.blank_log()
    outbox.finish(submissions(2))
    reader.execute("ROLLBACK")
    reader.close(True)
    layer.unregister()
    assert outbox.blank_log()
    assert not any(Path(log_name(str(path))).read_bytes())
    assert len(outbox.pending()) == 2
