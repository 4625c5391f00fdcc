"""Why the technician's hailong.toml was not used, as the first boot left word of it. Knows no pixels.

Another process wrote the file, in a folder that this account shares: it is read as a stranger's.
"""

import json
import logging
from dataclasses import dataclass
from pathlib import Path

from kiosk.strangers import read_plain

log = logging.getLogger(__name__)
OUTCOME_FILE = "first-boot.json"  # docs/configuration.md
FORMAT, MOST_BYTES = 1, 64 * 1024
MOST_SHOWN, LONGEST = 3, 200  # problems, and letters of each


@dataclass(frozen=True, slots=True)
class Faults:
    """`shown`: what is wrong, in Vietnamese, one line each. `more`: how many further places there are."""

    shown: tuple[str, ...]
    more: int = 0

    def beyond(self, count: int) -> int:
        """How many there are beside the first `count` of those shown."""
        return max(len(self.shown) - count, 0) + self.more


class CardFile:
    """The faults as of now; reads the file only when it has changed, and complains of one only once."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / OUTCOME_FILE
        self._seen: tuple[int, int, int] | None = None
        self._faults: Faults | None = None

    def look(self) -> Faults | None:
        """None: nothing is wrong, or nothing is known."""
        try:
            found = self._path.lstat()
        except OSError:
            self._seen = self._faults = None
            return None
        mark = (found.st_ino, found.st_mtime_ns, found.st_size)
        if mark != self._seen:
            self._seen, self._faults = mark, read_faults(self._path)
        return self._faults


def read_faults(path: Path) -> Faults | None:
    """A file that is not whole, not plain, too long or not of this format tells nothing."""
    try:
        value = json.loads(read_plain(path, MOST_BYTES))
        problems = value["problems"]
        if value["v"] != FORMAT or not isinstance(problems, list):
            raise ValueError("not of this format")
        told = [line for line in map(_line, problems) if line]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        log.warning("card.outcome_unreadable", extra={"fields": {"why": str(error)[:200]}})
        return None
    return Faults(tuple(told[:MOST_SHOWN]), max(len(told) - MOST_SHOWN, 0)) if told else None


def _line(problem: object) -> str:
    """One line that a screen can show."""
    if not isinstance(problem, str):
        raise ValueError("a problem is no text")
    return " ".join("".join(c if c.isprintable() else " " for c in problem).split())[:LONGEST]
