"""The file that says how the first boot went: what was taken, what was refused and why. Another account may write there
too, so it is read as a stranger's. Takes no file."""

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum

from deploy.durable import write_whole
from deploy.first_boot.files import Places
from deploy.shared import read_others

DATA = "/var/lib/hailong"
OUTCOME = f"{DATA}/first-boot.json"
FORMAT = 1
MOST_PROBLEMS = 40  # nobody mends more at once, and the kiosk reads no file of any length


class Fault(StrEnum):
    """Whose trouble it was: the doctor calls no technician's file wrong for a full disk."""

    NONE = ""
    FILE = "file"
    SETTINGS = "settings"
    DISK = "disk"


def read_outcome(places: Places) -> Mapping[str, object]:
    """What is there; nothing where it is no such file."""
    try:
        value = json.loads(read_others(places.at(OUTCOME)))
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def keep_outcome(
    places: Places, news: Mapping[str, object], problems: Sequence[str] = (), fault: Fault = Fault.NONE
) -> None:
    """Write it anew, with what it said of the card before unless `news` say otherwise. Raises: OSError.

    `taken`, `refused`: digests of the card's file that is done with, and of the one that could not be used.
    """
    before = read_outcome(places)
    outcome = {"taken": before.get("taken", ""), "refused": before.get("refused", ""), "changed": [], **news}
    outcome |= {"v": FORMAT, "problems": list(problems[:MOST_PROBLEMS]), "fault": fault}
    directory = places.at(DATA)
    directory.mkdir(parents=True, exist_ok=True)
    body = json.dumps(outcome, ensure_ascii=False, indent=1, sort_keys=True).encode()
    write_whole(places.at(OUTCOME), body, 0o644, directory)


def clear_problems(places: Places) -> None:
    """The card's file is the one that made this machine, or there is none: what was refused since is over.

    Raises: OSError.
    """
    before = read_outcome(places)
    if before.get("problems"):
        keep_outcome(places, {"changed": before.get("changed", [])})
