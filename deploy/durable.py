"""Files that are whole after a cut of the power, old or new: the one way in which deploy writes. Knows no content."""

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, data: bytes, mode: int = 0o644, like: Path | None = None) -> None:
    """Replace `path`, durable on return. `like`: whose owner and group it gets, where this process may give them.

    Raises: OSError; then `path` is as it was.
    """
    handle, aside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        os.fchmod(handle, mode)
        if like is not None and os.geteuid() == 0:
            os.fchown(handle, like.stat().st_uid, like.stat().st_gid)
        with os.fdopen(handle, "wb", closefd=False) as file:
            file.write(data)
        os.fsync(handle)
        Path(aside).rename(path)
    except OSError:
        Path(aside).unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
