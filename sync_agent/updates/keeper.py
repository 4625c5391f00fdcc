"""Between the agent's loop and the repository: what a heartbeat tells, what its reply asks, the next slice.

Nothing here may stop the agent: answers go first, and an update waits.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tuf.api.exceptions import LengthOrHashMismatchError, RepositoryError

from survey.canonical import Value
from survey.errors import BadMessage
from survey.updates import LONGEST, Release, System, form_target, read_custom, read_release
from sync_agent.updates.bundle import BundleFetch
from sync_agent.updates.clock import SignedClock
from sync_agent.updates.trust import TrustedRepository

log = logging.getLogger(__name__)
REFRESH_S = 3600.0
SLICE_EVERY_S = 10.0
FAILED_EVERY_S = 300.0


class UpdateKeeper:
    """`state`: the file in which `hailong-update` says where an update stands. `note_contact`: called with whether the
    centre's signed word came, for whoever proves a new system."""

    def __init__(
        self,
        repository: TrustedRepository,
        bundles: BundleFetch,
        clock: SignedClock,
        state: Path,
        monotonic: Callable[[], float],
        note_contact: Callable[[bool], None] = lambda _ok: None,
    ) -> None:
        self._repository, self._bundles, self._clock, self._state = repository, bundles, clock, state
        self._monotonic, self.note_contact = monotonic, note_contact
        self._release: Release | None = None
        self._percent = 0
        self._refresh_due_s = self._slice_due_s = monotonic()

    def told(self) -> Value:
        """The heartbeat's `system`."""
        told = self._read_state()
        refused = told.get("refused") or [{}]
        last = refused[-1] if isinstance(refused, list) and isinstance(refused[-1], dict) else {}
        target = told.get("target")
        system = System(
            compatible=_text(told.get("compatible")),
            slot=_text(told.get("slot")),
            version=_text(told.get("version")),
            phase=_text(told.get("phase")),
            target=_text(target.get("version")) if isinstance(target, dict) else "",
            failed=_text(last.get("version")),
            why=_text(last.get("why")),
        )
        trouble = str(self._repository.trouble)
        return replace(system, root=self._repository.root, trouble=trouble, percent=self._percent).fields()

    def heard(self, told: dict[str, Value]) -> None:
        """A verified message of the centre to this kiosk."""
        self._clock.heard(told.get("now"))
        if "root" in told and self._repository.pin(told["root"]):
            self._refresh_due_s = self._monotonic()
        try:
            release = read_release(told["update"]) if "update" in told else None
        except BadMessage as error:
            log.warning("release.refused", extra={"fields": {"why": str(error)[:300]}})
            release = None
        if release != self._release:
            self._release, self._percent, self._slice_due_s = release, 0, self._monotonic()

    def trusts_form(self, digest: str, form: bytes) -> bool:
        """Whether a form may be taken: it is a target of the repository, or this kiosk has none to trust."""
        if not self._repository.root:
            return True
        name = form_target(digest)
        target = self._repository.target(name)
        if target is None:
            self._repository.refresh()
            target = self._repository.target(name)
        try:
            if target is not None:
                target.verify_length_and_hashes(form)
        except LengthOrHashMismatchError:
            return False
        return target is not None

    def turn(self) -> None:
        """One look at the repository or one slice of a bundle, if it is time. Disk and line may do what they like."""
        if not self._repository.root:
            return
        try:
            if self._monotonic() >= self._refresh_due_s:
                self._refresh_due_s = self._monotonic() + REFRESH_S
                self._repository.refresh()
            elif self._release is not None and self._monotonic() >= self._slice_due_s:
                pause_s = SLICE_EVERY_S if self._fetch(self._release) else FAILED_EVERY_S
                self._slice_due_s = self._monotonic() + pause_s
        except (OSError, RepositoryError) as error:
            self._slice_due_s = self._monotonic() + FAILED_EVERY_S
            log.error("bundle.failed", extra={"fields": {"why": str(error)[:300]}})

    def _fetch(self, release: Release) -> bool:
        """Whether there is more to fetch soon."""
        target = self._repository.target(release.target)
        if target is None:
            self._repository.refresh()
            target = self._repository.target(release.target)
        if target is None or self._percent == 100:
            return False
        try:
            compatible, version = read_custom(target.custom)
        except BadMessage as error:
            log.error("release.refused", extra={"fields": {"why": str(error)[:300]}})
            return False
        if version != release.version or compatible != _text(self._read_state().get("compatible")):
            return False
        came = self._bundles.has(target) or self._bundles.turn(target, compatible, version)
        self._percent = self._bundles.percent(target)
        return came and self._percent < 100

    def _read_state(self) -> dict[str, object]:
        try:
            told = json.loads(self._state.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return told if isinstance(told, dict) else {}


def _text(value: object) -> str:
    return value[:LONGEST] if isinstance(value, str) else ""
