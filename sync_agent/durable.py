"""Small files that must be whole after a power cut: keys, assignment, form. Written aside, synced, then renamed."""

import os
import tempfile
from pathlib import Path


def write_durably(path: Path, data: bytes, mode: int = 0o640) -> None:
    """Replace `path` by `data`; after a power cut it holds the old content or the new, never a part.

    Raises: OSError.
    """
    aside = _written_aside(path, data, mode)
    aside.rename(path)
    sync_directory(path.parent)


def write_first(path: Path, data: bytes, mode: int = 0o640) -> bool:
    """Write `path` durably unless it exists; whether it was written. Of two that try at once, one succeeds.

    Raises: OSError.
    """
    aside = _written_aside(path, data, mode)
    try:
        path.hardlink_to(aside)
    except FileExistsError:
        return False
    finally:
        aside.unlink()
    sync_directory(path.parent)
    return True


def _written_aside(path: Path, data: bytes, mode: int) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        os.fchmod(handle, mode)
        with os.fdopen(handle, "wb", closefd=False) as file:
            file.write(data)
        os.fsync(handle)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)
    return Path(name)


def sync_directory(directory: Path) -> None:
    """Make renames and deletions in `directory` durable."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
