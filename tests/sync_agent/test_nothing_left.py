"""What a box still holds of answers that the centre has: nothing that could be read from its card."""

import os
import random
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import apsw
import pytest

from sync_agent.delivery import Reply
from sync_agent.outbox import Outbox
from sync_agent.outbox.private_file import PrivateVfs, log_name
from tests.sync_agent import loop

SEED, KILLS = 20261122, 12
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


@pytest.mark.slow
def test_a_log_that_is_blanked_while_another_process_writes_loses_nothing(path: Path, submissions: Any) -> None:
    """One process finishes answers, one blanks the log without a rest and is killed again and again."""
    chance = random.Random(SEED)
    Outbox.open(path).close()
    writer, words = _child(path, lambda outbox, number: outbox.finish(submissions(number)) is not None)
    blanked = 0
    for _ in range(KILLS):
        blanker, blanks = _child(path, lambda outbox, _number: outbox.blank_log())
        for _ in range(chance.randrange(1, 20)):
            assert os.read(blanks, 1) == b".", "a log could not be blanked"
            blanked += 1
        _kill(blanker, blanks)
    done = _kill(writer, words)
    assert not done.strip(b"."), "an answer could not be recorded"
    finished = len(done)
    with Outbox.open(path) as outbox:
        held = [record.seq for record in outbox.pending(limit=10**6, most_bytes=10**9)]
    print(f"a log blanked {blanked} times under {finished} answers, seed {SEED}: {max(0, finished - len(held))} lost")
    assert finished
    assert held[:finished] == list(range(1, finished + 1))
    assert len(held) <= finished + 1, "the last one was not acknowledged"


def _child(path: Path, do: Callable[[Outbox, int], bool]) -> tuple[int, int]:
    """A process that does it again and again and writes a dot for each time that it succeeded."""
    pipe, out = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            outbox = Outbox.open(path)
            for number in range(1, 10**6):
                if do(outbox, number):
                    os.write(out, b".")
        except BaseException:  # noqa: BLE001  a failed answer must show, and no child may go on as a test
            os.write(out, b"!")
        finally:
            os._exit(0)
    os.close(out)
    return child, pipe


def _kill(child: int, pipe: int) -> bytes:
    """What it had still to say."""
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with open(pipe, "rb") as rest:
        return rest.read()
