"""A program for the tests: writers of one outbox, killed with SIGKILL at any moment, or several at once.

`python -m tests.sync_agent.outbox.killing kill|crowd PATH COUNT SEED` prints one JSON object.
"""

import json
import os
import random
import select
import signal
import sys
import time
from pathlib import Path

from survey.record import read_record
from sync_agent.outbox import Outbox
from tests.sync_agent.outbox import answers

MOST_RELEASED = 3
MOST_TOLD = 10
AIMLESS_S = 0.01  # longer than one answer takes on a fast disk: the kill falls anywhere in it


def write(path: Path, seed: int, pipe: int, most: int) -> None:
    """Save a draft, finish it, tell its number and id; now and then tell up to where, and release the oldest."""
    chance = random.Random(seed)
    outbox = Outbox.open(path)
    os.write(pipe, b"open\n")
    for _ in range(most):
        answer = answers.submission(chance)
        outbox.save_draft(answer)
        sealed = outbox.finish(answer)
        assert sealed is not None
        os.write(pipe, f"done {sealed.seq} {answer.id}\n".encode())
        if chance.random() < 0.1:
            batch = outbox.pending(limit=MOST_RELEASED)
            os.write(pipe, f"going {batch[-1].seq}\n".encode())  # before: a kill may fall between release and word
            outbox.release(answers.receipt(batch))
    outbox.close()


def start(path: Path, seed: int, most: int) -> tuple[int, int]:
    """A child process and the pipe on which it tells what it did."""
    read, told = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            write(path, seed, told, most)
            status = 0
        finally:
            os._exit(status)
    os.close(told)
    return child, read


def follow(pipe: int, answers_told: int) -> bytes:
    """Read what the child tells until it is open and has told that many answers: by count, not by the clock, so that
    a slow machine tries as much as a fast one."""
    text = b""
    while text.count(b"done") < answers_told or b"open" not in text:
        assert select.select([pipe], [], [], 60)[0], "the writer is silent"
        part = os.read(pipe, 65536)
        assert part, "the writer ended by itself"
        text += part
    return text


def drain(pipe: int, text: bytes = b"") -> list[list[str]]:
    while part := os.read(pipe, 65536):
        text += part
    os.close(pipe)
    return [line.split() for line in text.decode().splitlines()]


def kill(path: Path, count: int, seed: int) -> dict[str, int]:
    """`count` writers one after another, each killed somewhere; what each told must be there."""
    chance = random.Random(seed)
    told: dict[int, str] = {}
    going = 0  # nothing above this number may have left
    missing = 0
    for number in range(count):
        child, pipe = start(path, seed + number, 10_000)
        text = follow(pipe, chance.randrange(MOST_TOLD))
        until = time.perf_counter() + chance.random() * AIMLESS_S
        while time.perf_counter() < until:
            pass
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        for word, *rest in drain(pipe, text):
            if word == "done":
                told[int(rest[0])] = rest[1]
            elif word == "going":
                going = int(rest[0])
        outbox = Outbox.open(path)
        held = {record.seq: read_record(record.raw).submission.id for record in outbox.pending(10**6, 10**9)}
        oldest = min(held, default=going + 1)
        missing += sum(held.get(seq) != name for seq, name in told.items() if seq >= oldest)
        missing += max(0, oldest - 1 - going)
        missing += max(told, default=0) > max(held, default=going)
        outbox.close()
    return {"kills": count, "told": len(told), "missing": missing}


def crowd(path: Path, count: int, seed: int) -> dict[str, int]:
    """Three writers at once, on a file that none of them finds there."""
    children = [start(path, seed + number, count) for number in range(3)]
    told = [line for _, pipe in children for line in drain(pipe)]
    failed = sum(os.waitpid(child, 0)[1] != 0 for child, _ in children)
    numbers = [int(line[1]) for line in told if line[0] == "done"]
    outbox = Outbox.open(path)
    held = [record.seq for record in outbox.pending(10**6, 10**9)]
    result = {"told": len(numbers), "numbers": len(set(numbers)), "newest": max(numbers), "failed": failed}
    result["held"] = len(held)
    result["contiguous"] = int(held == list(range(max(numbers) - len(held) + 1, max(numbers) + 1)))
    outbox.close()
    return result


if __name__ == "__main__":
    task = {"kill": kill, "crowd": crowd}[sys.argv[1]]
    print(json.dumps(task(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))))
