"""The notice that the centre sends with its time: kept durably beside the assignment, and taken away again.

Knows no network. A notice that cannot be used or kept is said once and never stops the agent.
"""

import logging
from pathlib import Path

from survey.canonical import Value, digest, encode
from survey.errors import BadMessage
from survey.notice import FILE_NAME, read_notice
from sync_agent.durable import sync_directory, write_durably

log = logging.getLogger(__name__)
NONE = b"{}"  # how the centre says that there is none


class NoticeFile:
    """`directory`: shared with the kiosk process; `plan`, `point`: where this kiosk stands."""

    def __init__(self, directory: Path, plan: str, point: str) -> None:
        self._path, self._plan, self._point = directory / FILE_NAME, plan, point
        self._refused = b""

    def move(self, plan: str, point: str) -> None:
        """The kiosk stands there now."""
        self._plan, self._point = plan, point

    def held(self) -> str:
        """Digest of the notice on the disk, "" for none. A damaged one has another digest, and comes again."""
        try:
            return digest(self._path.read_bytes())
        except OSError:
            return ""

    def take(self, told: Value) -> None:
        """Keep the notice in `told`, a part of a verified message of the centre; an empty object takes it away."""
        data = encode(told)
        try:
            if data == NONE:
                self._remove()
            else:
                self._keep(data)
            self._refused = b""
        except (OSError, BadMessage) as error:
            if data != self._refused:
                log.warning("notice.refused", extra={"fields": {"why": str(error)[:500]}})
            self._refused = data

    def _keep(self, data: bytes) -> None:
        notice = read_notice(data)
        if (notice.plan, notice.point) != (self._plan, self._point):
            raise BadMessage("the notice is for another point")
        write_durably(self._path, data)
        log.info("notice.taken", extra={"fields": {"plan": self._plan, "point": self._point}})

    def _remove(self) -> None:
        if not self._path.exists():
            return
        self._path.unlink()
        sync_directory(self._path.parent)
        log.info("notice.removed", extra={"fields": {"plan": self._plan, "point": self._point}})
