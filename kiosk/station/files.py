"""Small private files that must be whole, or truly gone, after a power cut. Knows no format."""

import os
import secrets
import tempfile
from pathlib import Path

PRIVATE = 0o600


def write_whole(path: Path, data: bytes) -> None:
    """Replace `path` by `data`, for its owner's eyes; a power cut leaves old content or new. Raises: OSError."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # made with mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).rename(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def append_line(path: Path, line: bytes) -> None:
    """Add a line, durable on return; a half line that a power cut left at the end goes first. Raises: OSError."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
    with os.fdopen(handle, "r+b") as file:
        held = file.read()
        file.truncate(held.rfind(b"\n") + 1)
        file.seek(0, os.SEEK_END)
        file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def destroy(path: Path) -> None:
    """Overwrite and remove `path`, durably; nothing happens if it is gone. Raises: OSError.

    Flash memory may keep the old cells for a while, which is why the data partition is to be encrypted.
    """
    try:
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(os.fstat(file.fileno()).st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make what was made, renamed or removed in `folder` durable. Raises: OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
