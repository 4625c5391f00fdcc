"""Runs avrdude and understands what it says: progress and the reason of a failure. Knows no box and no frame."""

import re
import select
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

BAUDS = (115_200, 57_600)  # optiboot; the bootloader of older Nanos
LONGEST_S = 180.0
MOST_ATTEMPTS = 2  # of avrdude's ten, 5 s each: a bootloader answers the first or, started late, the second
_HASHES = 50  # in a full bar
_BAR = re.compile(rb"(Reading|Writing) \| (#*)")
_ATTEMPT = re.compile(rb"attempt (\d+) of \d+: not in sync")
_NOISE = ("TIOCMGET", "TIOCMSET", "done.  Thank you")  # a pty has no DTR

Progress = Callable[[str, float], None]


class Outcome(StrEnum):
    """How a run ended; the value is the key of its text."""

    DONE = "done"
    NO_ANSWER = "no_bootloader"
    WRONG_CHIP = "wrong_chip"
    MISMATCH = "verify_mismatch"
    FAILED = "avrdude_failed"


@dataclass(frozen=True, slots=True)
class Ending:
    """`detail`: avrdude's own line about it."""

    outcome: Outcome
    detail: str = ""


class Reader:
    """avrdude's stderr in any portions → progress and, at the end, what became of it."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._said = b""

    @property
    def gave_up(self) -> bool:
        """Whether the bootloader has been called often enough in vain."""
        attempts = [int(found[1]) for found in _ATTEMPT.finditer(self._said)]
        return max(attempts, default=0) >= MOST_ATTEMPTS

    def feed(self, data: bytes) -> None:
        self._said += data
        bars = list(_BAR.finditer(self._said))
        written = any(bar[1] == b"Writing" for bar in bars)
        if bars and written:  # a bar before the writing is that of the signature
            phase = "writing" if bars[-1][1] == b"Writing" else "verifying"
            self._progress(phase, min(len(bars[-1][2]) / _HASHES, 1.0))

    def ending(self, code: int) -> Ending:
        if code == 0:
            return Ending(Outcome.DONE)
        lines = self._lines()
        for outcome, words in _REASONS:
            if telling := [line for word in words for line in lines if word in line.lower()]:
                return Ending(outcome, telling[0])
        return Ending(Outcome.FAILED, lines[-1] if lines else "")

    def _lines(self) -> list[str]:
        lines = [line.strip() for line in re.split(r"[\r\n]+", self._said.decode(errors="replace"))]
        told = [line for line in lines if line and not any(noise in line for noise in _NOISE)]
        return [re.sub(r"^avrdude[^:]*: *", "", line) for line in told]


_REASONS = (
    (Outcome.MISMATCH, ("!= input", "first mismatch", "mismatch", "verification error")),  # the most telling first
    (Outcome.WRONG_CHIP, ("expected signature", "invalid device signature", "yikes")),
    (Outcome.NO_ANSWER, ("not in sync", "not responding")),
)


def program() -> str | None:
    """The path of avrdude; None when it is not installed."""
    return shutil.which("avrdude")


def write_flash(avrdude: str, device: Path, baud: int, hex_file: Path, progress: Progress) -> Ending:
    """Write and verify `hex_file`. `progress`: told the phase ("writing", "verifying") and its share, 0 to 1."""
    what = ["-p", "m328p", "-c", "arduino", "-P", str(device), "-b", str(baud), "-D", "-U", f"flash:w:{hex_file}:i"]
    reader = Reader(progress)
    with subprocess.Popen(  # noqa: S603 - no shell, and both paths are the technician's own
        [avrdude, *what], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        try:
            _follow(process, reader)
        except BaseException:
            process.kill()
            raise
    return reader.ending(process.returncode)


def _follow(process: subprocess.Popen[bytes], reader: Reader) -> None:
    if process.stderr is None:
        return
    deadline_s = time.monotonic() + LONGEST_S
    while time.monotonic() < deadline_s and not reader.gave_up:
        ready, _, _ = select.select([process.stderr], [], [], 1.0)
        data = process.stderr.read1(4096) if ready else b"-"  # type: ignore[attr-defined]
        if not data:
            return
        reader.feed(data if ready else b"")
    process.terminate()
