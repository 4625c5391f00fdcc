"""Small files that must be whole after a power cut: keys, assignment, form. Written aside, synced, then renamed."""

import os
from pathlib import Path


def write_durably(path: Path, data: bytes, mode: int = 0o640) -> None:
    """Replace `path` by `data`; after a power cut it holds the old content or the new, never a part.

    Raises: OSError.
    """
    aside = path.with_name(f".{path.name}.new")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        os.fchmod(handle, mode)
        with os.fdopen(handle, "wb", closefd=False) as file:
            file.write(data)
        os.fsync(handle)
    finally:
        os.close(handle)
    aside.rename(path)
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Make renames and deletions in `directory` durable."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
