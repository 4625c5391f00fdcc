"""What a new system must show before it is kept: frames, input, a test answer, the office. Reads and judges.

Frames and input come from the kiosk's own proof of life, the answer from its `--self-test`, contact from the agent.
"""

import json
import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.shared import read_others
from deploy.update.slots import Run
from deploy.update.table import Why

ALIVE = "alive"
HEARD = "heard"
LEAST_BEATS = 3
STALE_S = 90.0
SELF_TEST_S = 120


@dataclass(frozen=True, slots=True)
class Places:
    """`run`: the runtime folder shared with kiosk and agent."""

    run: Path

    def told(self, name: str) -> dict[str, Any]:
        """What the file of this name says; empty where there is none."""
        try:
            value = json.loads(read_others(self.run / name))
        except (OSError, ValueError):
            return {}
        return value if isinstance(value, dict) else {}


def has_contact(places: Places) -> bool:
    """Whether the office's signed word came to the agent's last heartbeat."""
    return places.told(HEARD).get("ok") is True


def missing(places: Places, now_s: float, had_contact: bool, self_test: Callable[[], bool]) -> Why | None:
    """What has not been shown yet, `now_s` seconds after the machine started; None when all has.

    Contact is asked only of a machine that had it before the update: the line may be down for a month.
    """
    alive = places.told(ALIVE)
    beats, at_s = alive.get("beats", 0), alive.get("at_s", 0.0)
    if not isinstance(beats, int) or not isinstance(at_s, int | float) or beats < 1:
        return Why.NO_FRAMES
    if beats < LEAST_BEATS or not 0 <= now_s - at_s <= STALE_S:
        return Why.NO_INPUT
    if had_contact and not has_contact(places):
        return Why.NO_CONTACT
    return None if self_test() else Why.SELF_TEST


def passes(command: Sequence[str], run: Run) -> bool:
    """Whether the self-test ends well in time. One that hangs has failed: the trial must end by its own clock."""
    try:
        return run(command, SELF_TEST_S).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()


def without_root(command: list[str], user: str) -> list[str]:
    """The same command as the kiosk's own user, if root runs it."""
    return ["runuser", "-u", user, "--", *command] if os.geteuid() == 0 else command
