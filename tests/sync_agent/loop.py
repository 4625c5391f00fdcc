"""An agent's loop in virtual time, turned by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from survey.record import Sealed, Submission
from survey.wire import Sign, Verify
from sync_agent.agent import Agent
from sync_agent.outbox import Outbox
from sync_agent.slips import Book, SetupFile, SlipPost, Unseal

KIOSK = "k-0123456789ab"


class Clock:
    """Virtual time; the wall may be years off, and jumps."""

    def __init__(self, wall_offset_s: float = 0.0) -> None:
        self.now_s = 0.0
        self.wall_offset_s = wall_offset_s

    def monotonic(self) -> float:
        return self.now_s

    def wall(self) -> float:
        return self.now_s + self.wall_offset_s


def slips(
    directory: Path,
    post: Any,
    sign: Sign,
    verify: Verify,
    kiosk: str = KIOSK,
    place: tuple[str, str] = ("krong-no-2023", "kn-huyen"),
    unseal: Unseal = lambda _sealed: b"",
    book: Callable[[], Book | None] = lambda: None,
) -> dict[str, Any]:
    """The part of an agent that exchanges slips with the office."""
    return {"setups": SetupFile(directory, *place, unseal), "slips": SlipPost(kiosk, book, post, sign, verify)}


def fill(outbox: Outbox, submissions: Callable[[int], Submission], first: int, last: int) -> list[Sealed]:
    sealed = [outbox.finish(submissions(number)) for number in range(first, last + 1)]
    assert all(sealed)
    return [record for record in sealed if record is not None]


def drain(agent: Agent, clock: Clock, most_turns: int = 100_000) -> int:
    """Turn until nothing waits; how many turns it took."""
    for turn in range(most_turns):
        clock.now_s += agent.step()
        if not agent.outbox.health().pending:
            return turn + 1
    raise AssertionError(f"{agent.outbox.health().pending} still wait after {most_turns} turns: {agent.contact}")
