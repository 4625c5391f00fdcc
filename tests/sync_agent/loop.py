"""An agent's loop in virtual time, turned by hand."""

from collections.abc import Callable

from survey.record import Sealed, Submission
from sync_agent.agent import Agent
from sync_agent.outbox import Outbox

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
