"""What this kiosk tells node_exporter: a small text file, written anew only where something changed. Knows no network.

Who reads it may stand at the counter, so no figure moves with an answer (law 6): the queue is what the kiosk itself
counted at the full quarter-hour (its note «service/counted»), instants are cut to their quarter-hour.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from survey.identifier import read_quarter

FOLDER, FILE_NAME = "metrics", "hailong.prom"  # in the data directory; who wants metrics makes the folder
COUNTED = "service/counted"
QUARTER_S = 900
ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})


@dataclass(frozen=True, slots=True)
class Told:
    """`codes`: the doctor's, None where none comes; instants in seconds of the wall clock, None for never."""

    version: str
    kiosk: str
    point: str
    clock_sure: bool
    started_s: float
    last_heard_s: float | None
    failures: int
    codes: Sequence[object] | None
    notes: Mapping[str, str]


def write_metrics(directory: Path, told: Told) -> bool:
    """Write the file in `directory`/metrics if there is such a folder and the text is new; whether it was written.

    Nothing of it need outlive a power cut, so nothing is synced. Raises: OSError.
    """
    folder = directory / FOLDER
    if not folder.is_dir():
        return False
    path, text = folder / FILE_NAME, as_text(told)
    if path.is_file() and path.read_text("utf-8") == text:
        return False
    aside = folder / f".{FILE_NAME}.{os.getpid()}"
    aside.write_text(text, "utf-8")
    aside.chmod(0o644)
    aside.replace(path)
    return True


def as_text(told: Told) -> str:
    """The text format of Prometheus, version 0.0.4."""
    return "".join(line + "\n" for line in _lines(told))


def _lines(told: Told) -> Iterator[str]:
    yield from _gauge("info", "What this kiosk is; always 1.", [(_labels(told), 1)])
    yield from _gauge("clock_sure", "1 where a time server keeps the clock.", [("", int(told.clock_sure))])
    yield from _gauge("agent_started_seconds", "Quarter-hour of the agent's start.", [("", _quarter(told.started_s))])
    heard = _quarter(told.last_heard_s or 0)
    yield from _gauge(
        "last_contact_seconds", "Quarter-hour in which the office was last heard; 0 never.", [("", heard)]
    )
    yield from _gauge("delivery_failing", "1 where the last delivery failed.", [("", int(told.failures > 0))])
    yield from _counted(told.notes.get(COUNTED, ""))
    if told.codes is not None:
        codes = [(f'{{code="{_escaped(str(code))}"}}', 1) for code in told.codes]
        yield from _gauge("health_codes", "How many things the doctor found.", [("", len(codes))])
        yield from _gauge("health_code", "1 for each code that the doctor found.", codes)


def _counted(note: str) -> Iterator[str]:
    """Nothing before the first full quarter-hour of a kiosk that runs."""
    try:
        value = json.loads(note)
        waiting, free_bytes, oldest = int(value["waiting"]), int(value["free_bytes"]), str(value["oldest"])
        at_s, oldest_s = _seconds(str(value["at"])), _seconds(oldest) if oldest else 0
    except (ValueError, TypeError, KeyError):
        return
    yield from _gauge("counted_seconds", "The full quarter-hour of the next three figures.", [("", at_s)])
    yield from _gauge("pending_answers", "Answers not delivered yet.", [("", waiting)])
    yield from _gauge("oldest_unsent_seconds", "Quarter-hour of the oldest of them; 0 for none.", [("", oldest_s)])
    yield from _gauge("free_bytes", "Free bytes where answers are kept.", [("", free_bytes)])


def _gauge(name: str, text: str, samples: Sequence[tuple[str, int]]) -> Iterator[str]:
    if samples:
        yield f"# HELP hailong_device_{name} {text}"
        yield f"# TYPE hailong_device_{name} gauge"
        yield from (f"hailong_device_{name}{labels} {value}" for labels, value in samples)


def _labels(told: Told) -> str:
    fields = {"kiosk": told.kiosk, "point": told.point, "version": told.version}
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in fields.items()) + "}"


def _escaped(text: str) -> str:
    return text.translate(ESCAPES)


def _quarter(at_s: float) -> int:
    return int(at_s) // QUARTER_S * QUARTER_S


def _seconds(quarter: str) -> int:
    return int(read_quarter(quarter).timestamp())
