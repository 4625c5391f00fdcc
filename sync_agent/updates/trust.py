"""The repository that this kiosk trusts: pinned once, then followed by TUF's rules. Says why it is not believed.

The first root comes in the centre's signed word after enrolment, when the kiosk trusts that centre anyway. From then
on only the root's own keys, which no server has, put another in its place.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from tuf.api import exceptions
from tuf.api.metadata import Metadata, Root, TargetFile, Timestamp
from tuf.ngclient import Updater, UpdaterConfig

from survey.updates import METADATA
from sync_agent.durable import write_first
from sync_agent.updates.fetcher import MOST_BYTES, Get, TransportFetcher

log = logging.getLogger(__name__)
PINNED = "trusted-root.json"
CACHE = "metadata"
LIMITS = UpdaterConfig(
    max_root_rotations=64,
    max_delegations=0,
    root_max_length=64 * 1024,
    timestamp_max_length=16 * 1024,
    snapshot_max_length=64 * 1024,
    targets_max_length=MOST_BYTES,
)


class Trouble(StrEnum):
    """Why the repository is not believed now; told with the heartbeat."""

    NONE = ""
    NO_LINE = "no_line"
    EXPIRED = "expired"  # somebody holds newer metadata up, or the office has not signed for a week
    ROLLBACK = "rollback"
    SIGNATURE = "signature"
    MIXED = "mixed"  # parts of two states, or bytes that do not fit
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    STORE = "store"


# The first that fits; a subclass stands before its base.
TROUBLES: tuple[tuple[type[Exception], Trouble], ...] = (
    (exceptions.ExpiredMetadataError, Trouble.EXPIRED),
    (exceptions.BadVersionNumberError, Trouble.ROLLBACK),
    (exceptions.UnsignedMetadataError, Trouble.SIGNATURE),
    (exceptions.DownloadLengthMismatchError, Trouble.TOO_LARGE),
    (exceptions.LengthOrHashMismatchError, Trouble.MIXED),
    (exceptions.DownloadError, Trouble.NO_LINE),
    (exceptions.RepositoryError, Trouble.UNREADABLE),
    (OSError, Trouble.STORE),
    (ValueError, Trouble.UNREADABLE),
)


class TrustedRepository:
    """`folder`: the agent's own. `now`: sync_agent.updates.clock."""

    def __init__(self, folder: Path, get: Get, now: Callable[[], datetime]) -> None:
        self._folder, self._get, self._now = folder, get, now
        self._updater: Updater | None = None
        self.trouble = Trouble.NONE
        self.root = self._pinned_version()

    def pin(self, told: object) -> bool:
        """Trust the root in `told`, a part of the enrolled centre's verified message, where none is trusted yet."""
        if self.root or not isinstance(told, str):
            return False
        data = told.encode("utf-8")
        try:
            read = Metadata[Root].from_bytes(data)
            read.signed.verify_delegate("root", read.signed_bytes, read.signatures)
            self._folder.mkdir(mode=0o750, parents=True, exist_ok=True)
            write_first(self._folder / PINNED, data)
        except (exceptions.RepositoryError, OSError, ValueError, AttributeError) as error:
            log.error("repository.root_refused", extra={"fields": {"why": str(error)[:300]}})
            return False
        self.root = self._pinned_version()
        log.info("repository.root_pinned", extra={"fields": {"root": self.root}})
        return self.root > 0

    def refresh(self) -> Trouble:
        """Follow the repository to its newest state; what was known before stays known when that fails."""
        before = self.trouble
        try:
            updater = self._fresh()
            updater.refresh()
        except tuple(kind for kind, _ in TROUBLES) as error:
            self.trouble = next(trouble for kind, trouble in TROUBLES if isinstance(error, kind))
            if self.trouble is Trouble.NO_LINE and self._is_stale():
                self.trouble = Trouble.EXPIRED  # who only holds the newer metadata up is noticed all the same
            if self.trouble not in (before, Trouble.NO_LINE):
                fields = {"code": str(self.trouble), "why": str(error)[:300]}
                log.error("repository.refused", extra={"fields": fields})
            self._updater = None if self.trouble is not Trouble.NO_LINE else self._updater
        else:
            self._updater, self.trouble = updater, Trouble.NONE
            self.root = updater._trusted_set.root.version
        return self.trouble

    def target(self, name: str) -> TargetFile | None:
        """What the last believed state says of a target. None for none, and while nothing is believed."""
        return self._updater.get_targetinfo(name) if self._updater is not None else None

    def _is_stale(self) -> bool:
        """Whether the last timestamp that was believed has expired."""
        try:
            held = Metadata[Timestamp].from_bytes((self._folder / CACHE / "timestamp.json").read_bytes())
        except (OSError, exceptions.RepositoryError, ValueError):
            return False
        return held.signed.is_expired(self._now())

    def _fresh(self) -> Updater:
        """A follower that judges expiry by our clock: python-tuf reads the wall clock, which a Pi may have lost."""
        cache = self._folder / CACHE
        cache.mkdir(mode=0o750, parents=True, exist_ok=True)
        updater = Updater(
            str(cache),
            METADATA,
            fetcher=TransportFetcher(self._get),
            config=LIMITS,
            bootstrap=(self._folder / PINNED).read_bytes(),
        )
        updater._trusted_set.reference_time = self._now()
        return updater

    def _pinned_version(self) -> int:
        try:
            return Metadata[Root].from_bytes((self._folder / PINNED).read_bytes()).signed.version
        except (OSError, exceptions.RepositoryError, ValueError):
            return 0
