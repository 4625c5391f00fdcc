"""The programs under trial: the shipped one, and those broken on purpose, built once for each state of the sources."""

import fcntl
import hashlib
import os
import subprocess
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from firmware_bridge.simulator.command import SHIPPED_PROGRAM

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "firmware_bridge" / "firmware"
BUILD = Path(os.environ.get("HAILONG_BUILD") or ROOT / "build" / "terminal")
MAKE_PATIENCE_S = 300

LAMP_EARLY = "BROKEN_LAMP_EARLY"
RECYCLE_ORDER = "BROKEN_RECYCLE_ORDER"
HEAD_LIVE = "BROKEN_HEAD_LIVE"


def program() -> Path:
    """The program that goes into boxes; HAILONG_PROGRAM names another to be tried."""
    return Path(os.environ.get("HAILONG_PROGRAM") or SHIPPED_PROGRAM)


def program_name() -> str:
    return hashlib.sha256(program().read_bytes()).hexdigest()[:12]


@cache
def broken(flag: str) -> Path:
    """The program built with one of the flags above. Raises: subprocess.CalledProcessError."""

    def build(out: Path) -> None:
        command = ["make", "--silent", "-C", str(SOURCES), f"OUT={out}", f"VARIANT_FLAGS=-D{flag}"]
        subprocess.run(command, check=True, timeout=MAKE_PATIENCE_S, stdout=subprocess.DEVNULL)

    return made(flag.lower(), build) / "terminal.hex"


def made(name: str, build: Callable[[Path], None], more: Iterable[Path] = ()) -> Path:
    """The directory that `build` filled, once for each state of the firmware's sources and `more`."""
    out = BUILD / f"{name}-{_hash_of(more)}"
    out.mkdir(parents=True, exist_ok=True)
    with (out / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (out / ".made").exists():
            build(out)
            (out / ".made").touch()
    return out


def _hash_of(more: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for source in [*sorted([*SOURCES.glob("*.[ch]"), SOURCES / "Makefile"]), *more]:
        if source.exists():
            digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()[:12]
