"""The outcome of the last `hailong-office verify`, kept in a small file for /metrics. Proves nothing itself."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

FILE_NAME = "verify.json"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`at_s`: seconds of the wall clock at its end."""

    at_s: int
    differences: int
    records: int


def keep_outcome(directory: Path, outcome: Outcome) -> None:
    """Raises: OSError."""
    aside = directory / f".{FILE_NAME}.{os.getpid()}"
    aside.write_text(json.dumps(asdict(outcome)), "utf-8")
    aside.replace(directory / FILE_NAME)


def read_outcome(directory: Path) -> Outcome | None:
    """None where no proof was ever made, or the file is no use."""
    try:
        kept = Outcome(**json.loads((directory / FILE_NAME).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return kept if all(type(value) is int for value in asdict(kept).values()) else None
