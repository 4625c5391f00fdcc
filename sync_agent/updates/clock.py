"""The time by which metadata is judged expired: a Pi's own clock only where a time server keeps it (law 8).

Elsewhere it is the last time that the centre has signed, and what has passed since by the monotonic clock. It never
goes back, so that replies played again make nothing young; a signed time that was too late is cured by a time server.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sync_agent.durable import write_durably

FILE_NAME = "signed-time"
FORM = "%Y-%m-%dT%H:%M:%SZ"
KEPT_EVERY = timedelta(hours=12)  # a card wears out


class SignedClock:
    """`folder`: where the last signed time is kept. `wall`, `monotonic`: seconds. `quality`: sync_agent.clock's."""

    def __init__(
        self, folder: Path, wall: Callable[[], float], monotonic: Callable[[], float], quality: Callable[[], str]
    ) -> None:
        self._path, self._wall, self._monotonic, self._quality = folder / FILE_NAME, wall, monotonic, quality
        self._kept = self._read()
        self._signed, self._at_s = self._kept, monotonic()

    def heard(self, now: object) -> None:
        """`now`: the time in a verified message of the centre. No time, or one before the last, is passed over."""
        told = _parsed(now)
        if told is None or told <= self._reckoned():
            return
        self._signed, self._at_s = told, self._monotonic()
        if self._kept is None or told - self._kept >= KEPT_EVERY:
            self._kept = told
            try:
                write_durably(self._path, told.strftime(FORM).encode("ascii"))
            except OSError:
                self._kept = None  # tried again with the next

    def now(self) -> datetime:
        if self._quality() == "synchronised" or self._signed is None:
            return datetime.fromtimestamp(self._wall(), UTC)
        return self._reckoned()

    def _reckoned(self) -> datetime:
        if self._signed is None:
            return datetime.fromtimestamp(0, UTC)
        return self._signed + timedelta(seconds=self._monotonic() - self._at_s)

    def _read(self) -> datetime | None:
        try:
            return _parsed(self._path.read_text("ascii").strip())
        except (OSError, UnicodeDecodeError):
            return None


def _parsed(text: object) -> datetime | None:
    try:
        return datetime.strptime(text, FORM).replace(tzinfo=UTC) if isinstance(text, str) else None
    except ValueError:
        return None
