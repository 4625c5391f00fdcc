"""The firmware's frame reader and the host's on the same bytes: both take the same, and nothing was made up.

Run: python -m tests.terminal.parsers [--frames N] [--sanitized N] [--seed N] [--jobs N]
"""

import argparse
import ctypes
import multiprocessing
import random
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from firmware_bridge.frames import HOST_LIMIT, LAYOUTS, TERMINAL_LIMIT, Decoder, FromHost, parse
from tests.terminal import frame_noise
from tests.terminal.builds import SOURCES, made

HERE = Path(__file__).parent
FRAMES_A_BATCH = 500
COMPILE_PATIENCE_S = 120
RUN_PATIENCE_S = 600
SANITIZERS = ("-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
_WARNINGS = ("-std=gnu11", "-Wall", "-Wextra", "-Werror")
_FROM_HOST = {LAYOUTS[kind][0] for kind in FromHost.__args__}


@dataclass(slots=True)
class Compared:
    frames: int = 0
    taken_by_terminal: int = 0
    taken_by_host: int = 0
    dropped_by_terminal: int = 0
    false: int = 0
    disagreements: int = 0
    first: str = ""

    def add(self, other: "Compared") -> None:
        for name in self.__slots__:
            setattr(
                self,
                name,
                getattr(self, name) or other.first if name == "first" else getattr(self, name) + getattr(other, name),
            )

    def line(self) -> str:
        return (
            f"{self.frames:,} frames: the firmware's reader took {self.taken_by_terminal:,} and dropped "
            f"{self.dropped_by_terminal:,}, the host's took {self.taken_by_host:,}; {self.false} false, "
            f"{self.disagreements} disagreements"
        )


@cache
def _library() -> ctypes.CDLL:
    sources = [str(HERE / "frame_batch.c"), str(SOURCES / "frame.c")]
    library = ctypes.CDLL(str(_compiled("libframe_batch.so", sources, "-O2", "-fPIC", "-shared")))
    library.frame_batch.restype = ctypes.c_size_t
    library.frame_batch.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p]
    return library


@cache
def _sanitized() -> Path:
    sources = [str(HERE / name) for name in ("frame_batch.c", "frame_batch_asan.c")] + [str(SOURCES / "frame.c")]
    return _compiled("frame_batch_asan", sources, *SANITIZERS)


def _compiled(name: str, sources: list[str], *flags: str) -> Path:
    def build(out: Path) -> None:
        command = [shutil.which("cc") or "cc", *_WARNINGS, *flags, f"-I{SOURCES}", *sources, "-o", str(out / name)]
        subprocess.run(command, check=True, timeout=COMPILE_PATIENCE_S)

    return made(name, build, more=sorted(HERE.glob("frame_batch*.c"))) / name


def terminal_takes(line: bytes) -> tuple[list[bytes], int]:
    """Bodies that the firmware's reader accepts, and how many frames it drops."""
    room = len(line) + 1
    accepted, bad = ctypes.create_string_buffer(room), ctypes.c_size_t()
    written = _library().frame_batch(line, len(line), accepted, room, ctypes.byref(bad))
    assert written <= room, "more was accepted than sent"
    return _bodies(accepted.raw[:written]), bad.value


def _bodies(listed: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(listed):
        found.append(listed[at + 1 : at + 1 + listed[at]])
        at += 1 + listed[at]
    return found


def compare(line: bytes, sent: set[bytes]) -> Compared:
    bodies, dropped = terminal_takes(line)
    like_terminal, host = Decoder(TERMINAL_LIMIT), Decoder(HOST_LIMIT)
    of_host = [m for m in like_terminal.feed(line + b"\0") if isinstance(m, FromHost)]
    by_host = host.feed(line + b"\0")
    found = Compared(taken_by_terminal=len(bodies), taken_by_host=len(by_host), dropped_by_terminal=dropped)
    meant = {parse(body) for body in sent}
    false = [body for body in bodies if body not in sent] + [m for m in by_host if m not in meant]
    found.false = len(false)
    if [parse(body) for body in bodies] != of_host or any(body[0] not in _FROM_HOST for body in bodies):
        found.disagreements += 1
    if found.false or found.disagreements:
        found.first = f"{false[:1]} in {line.hex()}"
    return found


def try_many(seed: int, frames: int) -> Compared:
    dice, whole = random.Random(seed), Compared()
    for _ in range(0, frames, FRAMES_A_BATCH):
        line, sent, _ = frame_noise.batch(dice, FRAMES_A_BATCH)
        found = compare(line, sent)
        found.frames = FRAMES_A_BATCH
        whole.add(found)
    return whole


def try_sanitized(seed: int, frames: int) -> tuple[int, int]:
    """Accepted and dropped, by the reader under AddressSanitizer and UBSan. Raises: CalledProcessError on a finding."""
    line, _, _ = frame_noise.batch(random.Random(seed), frames)
    ran = subprocess.run([_sanitized()], input=line, capture_output=True, check=True, timeout=RUN_PATIENCE_S)
    bodies, dropped = terminal_takes(line)
    assert (_bodies(ran.stdout), int(ran.stderr)) == (bodies, dropped)
    return len(bodies), dropped


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--frames", type=int, default=10_000_000)
    parser.add_argument("--sanitized", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    _library(), _sanitized()
    began_s, whole = time.monotonic(), Compared()
    with multiprocessing.Pool(options.jobs) as pool:
        portion = FRAMES_A_BATCH * 20
        work = [(options.seed * 100_000 + n, portion) for n in range(options.frames // portion)]
        for found in pool.starmap(try_many, work):
            whole.add(found)
    print(
        f"parsers: {whole.line()}, seed {options.seed}, {time.monotonic() - began_s:.0f} s on {options.jobs} processes"
    )
    if whole.first:
        print(f"  {whole.first}")
    began_s = time.monotonic()
    portions = [try_sanitized(options.seed + n, 100_000) for n in range(options.sanitized // 100_000)]
    taken, dropped = sum(taken for taken, _ in portions), sum(dropped for _, dropped in portions)
    print(
        f"parsers: {len(portions) * 100_000:,} frames under the sanitizers: "
        f"{taken:,} taken, {dropped:,} dropped, 0 findings"
    )
    print(f"  {time.monotonic() - began_s:.0f} s")
    return bool(whole.false or whole.disagreements)


if __name__ == "__main__":
    sys.exit(main())
