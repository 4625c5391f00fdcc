"""The third-party Python packages of a kiosk, unpacked for another machine than this one. Only what the lock names.

pip answers "no wheel" or "wrong hash" by an error, never by something else: every line of the lock is fetched with its
hash, for exactly the target's Python and processor.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from deploy.package.target import Target

# What a kiosk never runs. sqlite-utils asks for pip in its command `install` only, python-escpos for setuptools never.
UNUSED = {"pip", "setuptools", "wheel"}
# The locked version has no wheel for CPython 3.13. Unlocked, pip would take an older one instead: an empty module.
BUILT = {"lgpio"}
NEWEST_WHEEL_MINOR = 12
UNREAD_FOLDERS = {"__pycache__", "tests", "test", "examples"}
PIPS_NOTES = {"REQUESTED", "direct_url.json", "INSTALLER"}
SOURCES = {".pyx", ".pxd", ".pxi", ".c", ".h"}


def locked(lock: str) -> Iterator[tuple[str, str]]:
    """Name, and the lines of the lock that pin it with its hashes."""
    for entry in re.split(r"\n(?=\S)", lock.strip()):
        if entry and not entry.startswith("#"):
            yield re.split(r"[\[=;\s]", entry, maxsplit=1)[0].lower(), entry


def needs_building(target: Target) -> bool:
    """Whether `BUILT` has no wheel for this Python."""
    return target.suite.minor > NEWEST_WHEEL_MINOR


def chosen(lock: str, target: Target) -> str:
    """The part of the lock that pip fetches as wheels for `target`."""
    left_out = UNUSED | (BUILT if needs_building(target) else set())
    return "\n".join(entry for name, entry in locked(lock) if name not in left_out) + "\n"


def unpack_wheels(lock: Path, target: Target, into: Path, cache: Path) -> None:
    """Adds the wheels to `into`, from `cache` when they were unpacked there before by the same rules.

    Raises: subprocess.CalledProcessError when a wheel cannot be had, or is not the one that was locked.
    """
    wanted = chosen(lock.read_text(), target)
    rules = wanted + repr(target) + Path(__file__).read_text()
    unpacked = cache / hashlib.sha256(rules.encode()).hexdigest()[:16]
    if not unpacked.exists():
        part = unpacked.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        _fetch(wanted, target, part)
        take_away_unread(part)
        strip_symbols(part, target)
        part.rename(unpacked)
    shutil.copytree(unpacked, into, dirs_exist_ok=True)


def _fetch(wanted: str, target: Target, into: Path) -> None:
    into.mkdir(parents=True)
    requirements = into.with_suffix(".txt")
    requirements.write_text(wanted)
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-compile",
        "--no-deps",
    ]
    command += ["--require-hashes", "--only-binary=:all:", "--target", str(into), "-r", str(requirements)]
    command += ["--python-version", target.python, "--implementation", "cp"]
    for abi in (target.tag, "abi3", "none"):
        command += ["--abi", abi]
    for platform in target.platforms:
        command += ["--platform", platform]
    subprocess.run(command, check=True, stderr=subprocess.PIPE, text=True)


def take_away_unread(into: Path) -> None:
    """Takes away what no kiosk reads: commands of the wheels, their tests, caches, and pip's notes on this machine."""
    shutil.rmtree(into / "bin", ignore_errors=True)
    shutil.rmtree(into / "share", ignore_errors=True)
    shutil.rmtree(into / "apsw" / "sqlite_extra_binaries", ignore_errors=True)
    for path in sorted(into.rglob("*"), reverse=True):
        if path.is_dir() and path.name in UNREAD_FOLDERS:
            shutil.rmtree(path)
        elif path.is_file() and (path.name in PIPS_NOTES or path.suffix in SOURCES):
            path.unlink()


def strip_symbols(into: Path, target: Target) -> None:
    """Debug information out of Kivy's modules, four fifths of their bytes. Bundled libraries are left as they came:
    their loader tables were patched by their publisher, which strip may not survive."""
    modules = [str(path) for path in sorted((into / "kivy").rglob("*.so"))]
    if modules:
        subprocess.run([f"{target.machine}-linux-gnu-strip", "--strip-debug", *modules], check=True)
