"""Where the office keeps its repository and its online key. Knows no ring."""

from pathlib import Path

from central_office.updates.repository import Repository
from central_office.updates.signing import SeedSigner, read_key

ONLINE = "online-1.key"


def repository(folder: Path) -> Repository:
    return Repository(folder)


def online_key(folder: Path) -> SeedSigner:
    """Raises: BadKey."""
    return read_key(folder / ONLINE)
