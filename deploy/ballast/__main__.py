"""`hailong-ballast`: one look at the free space. A full disk gets the ballast's room; one with room again a ballast.

What fills a disk is not known beforehand; that a citizen can still answer meanwhile is. The outbox tries again
by itself.
"""

import argparse
import contextlib
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.journal import log_to_journal

DATA = Path("/var/lib/hailong")
NAME = ".ballast"
SIZE_BYTES = 64 << 20
LITTLE_BYTES = 16 << 20  # below this the ballast goes
MUCH_BYTES = SIZE_BYTES + (128 << 20)  # above this there is room for one again
log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0, or 74 where the data directory cannot be looked at."""
    parser = argparse.ArgumentParser(prog="hailong-ballast", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help=f"the kiosk's data directory ({DATA})")
    data = parser.parse_args(arguments).data
    log_to_journal()
    try:
        turn(data, free_bytes(data))
    except OSError as error:
        print(f"{data}: {error}", file=sys.stderr)
        return os.EX_IOERR
    return os.EX_OK


def turn(data: Path, free: int) -> None:
    """What `free` bytes ask for. Raises: OSError."""
    ballast = data / NAME
    if free < LITTLE_BYTES and ballast.exists():
        ballast.unlink()
        log.warning("ballast.freed", extra={"fields": {"free_bytes": free_bytes(data)}})
    elif free > MUCH_BYTES and not ballast.exists():
        lay(ballast)
        log.info("ballast.kept", extra={"fields": {"free_bytes": free_bytes(data)}})


def lay(ballast: Path) -> None:
    """Real blocks, not a hole; whole or not at all. Raises: OSError when they cannot be had."""
    part = ballast.with_suffix(".part")
    try:
        with part.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, SIZE_BYTES)
        part.replace(ballast)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def free_bytes(data: Path) -> int:
    """What an ordinary account may still write there."""
    room = os.statvfs(data)
    return room.f_bavail * room.f_frsize


if __name__ == "__main__":
    sys.exit(main())
