"""Makes `libboard.so` from the C sources beside this file, once per version of them. Knows no board."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

SOURCES = Path(__file__).parent
PACKAGES = ("gcc", "libc6-dev", "libsimavr-dev", "libelf-dev")
COMPILER_FLAGS = ("-std=gnu11", "-O2", "-g", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-fvisibility=hidden")
PATIENCE_S = 300
_QUIET_S = 2.0
_PROBE = "#include <simavr/sim_avr.h>\n#include <libelf.h>\nint main(void) { return avr_make_mcu_by_name(0) == 0; }\n"


class NotBuilt(RuntimeError):
    """The emulator cannot be built here; the message says what to install."""


def library() -> Path:
    """Path of a library that matches the sources. Raises: NotBuilt, OSError."""
    sources = sorted(SOURCES.glob("*.c"))
    built = _directory() / f"libboard-{_digest([*sources, SOURCES / 'board.h'])}.so"
    if not built.exists():
        built.parent.mkdir(parents=True, exist_ok=True)
        _build(sources, built)
    return built


def _digest(sources: list[Path]) -> str:
    digest = hashlib.sha256("\0".join(COMPILER_FLAGS).encode())
    for source in sources:
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()[:16]


def _directory() -> Path:
    """`$HAILONG_BUILD`, or `build/terminal` of a checkout that can be written, or the user's cache."""
    if named := os.environ.get("HAILONG_BUILD"):
        return Path(named)
    checkout = SOURCES.parents[1]
    if (checkout / "pyproject.toml").exists() and os.access(checkout, os.W_OK):
        return checkout / "build" / "terminal"
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "hailong" / "terminal"


def _build(sources: list[Path], built: Path) -> None:
    """Another process may be doing the same: each builds a file of its own, the last rename stays."""
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    if not compiler:
        raise NotBuilt(_advice("there is no C compiler"))
    notice = threading.Timer(_QUIET_S, _say, ["building the emulated board, once …"])
    notice.start()
    try:
        with tempfile.TemporaryDirectory(dir=built.parent) as place:
            fresh = Path(place) / built.name
            _compile([compiler, *COMPILER_FLAGS, "-o", str(fresh), *map(str, sources), "-lsimavr", "-lelf"], compiler)
            fresh.replace(built)
    finally:
        notice.cancel()


def _compile(command: list[str], compiler: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)  # noqa: S603
    if done.returncode == 0:
        return
    probe = [compiler, "-x", "c", "-", "-o", os.devnull, "-lsimavr", "-lelf"]
    probed = subprocess.run(probe, input=_PROBE, capture_output=True, text=True, timeout=PATIENCE_S, check=False)  # noqa: S603
    if probed.returncode:
        raise NotBuilt(_advice("simavr's library or headers are missing"))
    raise NotBuilt(f"the emulated board does not compile:\n{done.stderr}")


def _advice(what: str) -> str:
    return f"{what}; the terminal's emulator needs: apt-get install --no-install-recommends {' '.join(PACKAGES)}"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201
