"""Refuses what cannot keep the promise: a SQLite with the log race, another journal, a file system that does not sync.

Pure: text and values in, UnsafeStorage out. Knows no schema.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sync_agent.outbox.errors import UnsafeStorage

# The log-reset race (two connections checkpointing) was mended in 3.51.3 and in these older lines; see decision 0002.
_MENDED = {(3, 44): 6, (3, 50): 7, (3, 51): 3}
_UNSAFE_TYPES = re.compile(
    r"(nfs\d?|cifs|smb\d?|smbfs|9p|afs|ceph|glusterfs|lustre|ncpfs|virtiofs|vboxsf|fuse(\..*)?|vfat|msdos|exfat)"
)
_UNSAFE_OPTIONS = {"nobarrier", "barrier=0", "barrier=none", "fsync_mode=nobarrier", "fsync_mode=posix", "nosync"}


@dataclass(frozen=True, slots=True)
class Journal:
    """How SQLite keeps its promise. Only tests and benchmarks choose another than `JOURNAL`."""

    mode: str = "wal"
    synchronous: str = "full"
    log_bytes: int = 4 << 20
    checkpoint_pages: int = 2000
    page_bytes: int = 1024


JOURNAL = Journal()
SYNCHRONOUS = ("off", "normal", "full", "extra")  # in SQLite's own numbering


def check_library(version: str) -> None:
    """Raises: UnsafeStorage for a SQLite `version` ("3.54.1") with the race."""
    try:
        major, minor, patch = (int(part) for part in version.split(".")[:3])
    except ValueError:
        raise UnsafeStorage(f"unknown SQLite version {version!r}", "unsafe_library") from None
    mended = _MENDED.get((major, minor))
    if (patch < mended) if mended is not None else (major, minor) < (3, 51):
        raise UnsafeStorage(f"SQLite {version} can lose commits of a write-ahead log", "unsafe_library")


def check_journal(wanted: Journal, mode: object, synchronous: object) -> None:
    """Compare what SQLite says it does with what was `wanted`. Raises: UnsafeStorage."""
    name = SYNCHRONOUS[synchronous] if isinstance(synchronous, int) and 0 <= synchronous < 4 else synchronous
    if (mode, name) != (wanted.mode, wanted.synchronous):
        raise UnsafeStorage(
            f"SQLite gives journal {mode}/{name}, not {wanted.mode}/{wanted.synchronous}", "unsafe_mode"
        )


def check_file_system(directory: Path, mounts: str) -> str:
    """The type of the file system that holds `directory` (absolute, resolved), from the text of /proc/self/mountinfo.

    Raises: UnsafeStorage if it is known not to sync, or if it cannot be told.
    """
    found: tuple[str, set[str]] | None = None
    longest = 0
    for line in mounts.splitlines():
        fields, _, rest = line.partition(" - ")
        point = _unescaped(fields.split()[4:5])
        if point and directory.is_relative_to(point) and len(point) >= longest:  # a later mount covers an earlier one
            kind, _, options = [*rest.split(" ", 2), "", ""][:3]
            found, longest = (kind, {*fields.split()[5].split(","), *options.split(",")}), len(point)
    if found is None:
        raise UnsafeStorage(f"no mount found for {directory}", "unsafe_file_system")
    kind, mounted = found
    bad = sorted(mounted & _UNSAFE_OPTIONS)
    if _UNSAFE_TYPES.fullmatch(kind) or bad or "ro" in mounted:
        raise UnsafeStorage(f"{directory} is on {kind} {' '.join(bad)}".rstrip(), "unsafe_file_system")
    return kind


def _unescaped(points: Sequence[str]) -> str:
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), points[0]) if points else ""
