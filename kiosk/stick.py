"""A technician's stick as the screen tells of it: codes and counts that root's helper leaves in a file; and the wish to
let one in. Knows no device, and shows no text that came from a stick.
"""

import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)
RUN = Path("/run/hailong")
STATUS, REQUEST = "usb-status.json", "usb-request"
FORMAT, MOST_BYTES, MOST_RESULTS, MOST_COUNT = 1, 16 * 1024, 6, 10**9
WORKING, FINISHED = "working", "finished"
UPDATE = "update"  # the task after which the machine restarts


@dataclass(frozen=True, slots=True)
class StickResult:
    """How one thing on the stick ended; `task` and `code` name its words. `count`, `left`: answers."""

    task: str
    code: str
    count: int = 0
    left: int = 0

    @property
    def well(self) -> bool:
        return self.code in ("done", "later")


@dataclass(frozen=True, slots=True)
class StickNews:
    """`task`: what is done now; `percent`: of it, -1 unknown. `finished`: the stick may be pulled out."""

    finished: bool
    task: str
    percent: int = -1
    results: tuple[StickResult, ...] = ()


@dataclass(frozen=True, slots=True)
class StickDesk:
    """`look`: what is known of a stick now, None without one. `ask`: let one in; whether the wish was written."""

    look: Callable[[], StickNews | None] = lambda: None
    ask: Callable[[], bool] = lambda: False


def open_desk(run: Path = RUN) -> StickDesk:
    """The real one."""
    return StickDesk(lambda: read_news(run / STATUS), lambda: ask(run / REQUEST))


def ask(path: Path) -> bool:
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o640))
    except OSError as error:
        log.warning("service.stick_not_asked", extra={"fields": {"why": str(error)}})
        return False
    log.info("service.stick_asked")
    return True


def read_news(path: Path) -> StickNews | None:
    """A file that is not whole, or not of this format, is no news."""
    try:
        with path.open("rb") as file:
            value = json.loads(file.read(MOST_BYTES))
        results = tuple(map(_result, value["results"][:MOST_RESULTS]))
        if value["v"] != FORMAT or value["state"] not in (WORKING, FINISHED):
            return None
        percent = min(max(int(value["percent"]), -1), 100)
        return StickNews(value["state"] == FINISHED, _word(value["task"]), percent, results)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _result(value: Any) -> StickResult:
    count, left = (min(max(int(value[name]), 0), MOST_COUNT) for name in ("count", "left"))
    return StickResult(_word(value["task"]), _word(value["code"]), count, left)


def _word(value: Any) -> str:
    """Part of the name of a word; nothing else may be asked for."""
    if not isinstance(value, str) or not value.replace("_", "").isalpha() or not value.isascii() or len(value) > 20:
        raise ValueError("no word")
    return value
