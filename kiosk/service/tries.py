"""How often a wrong code was typed, and how long the pad stays locked for it. Knows no code.

Each try is counted before it is compared, so that pulling the plug between the two wins nothing.
"""

import json
import logging
from collections.abc import Callable
from typing import Protocol

from sync_agent.outbox import OutboxError

log = logging.getLogger(__name__)
NOTE = "service/tries"
FREE = 5  # wrong codes before the first lock
FIRST_LOCK_S, LONGEST_LOCK_S = 60.0, 3600.0


class Notes(Protocol):
    """Where small facts outlive a power cut: the outbox, or a counter's slip book."""

    def notes(self) -> dict[str, str]: ...

    def put_note(self, name: str, value: str) -> None: ...

    def drop_note(self, name: str) -> None: ...


class Tries:
    """`now_s`: monotonic seconds. A restart never shortens a lock: it begins anew."""

    def __init__(self, store: Notes, now_s: Callable[[], float]) -> None:
        self._store, self._now_s = store, now_s
        self._wrong, self._locked = 0, False
        self._until_s = float("-inf")

    def load(self) -> None:
        """Take up what was kept. Raises: OutboxError."""
        self._wrong, self._locked = _read(self._store.notes().get(NOTE))
        if self._locked:
            self._until_s = self._now_s() + lock_s(self._wrong)

    def left_s(self) -> float:
        """Seconds before the pad takes digits again; 0 when it does."""
        left_s = max(self._until_s - self._now_s(), 0.0)
        if self._locked and not left_s:
            self._locked = False
            self._keep()
        return left_s

    def count(self) -> None:
        """One more try, wrong until it is known to be right."""
        self._wrong += 1
        self._locked = self._wrong >= FREE
        self._keep()

    def wrong(self) -> None:
        """The try just counted was wrong."""
        if self._locked:
            self._until_s = self._now_s() + lock_s(self._wrong)
            log.warning("service.locked", extra={"fields": {"seconds": lock_s(self._wrong), "wrong": self._wrong}})

    def right(self) -> None:
        """The try just counted was right: all is forgiven."""
        self._wrong, self._locked = 0, False
        self._keep()

    def _keep(self) -> None:
        """A disk that takes nothing must not keep the technician out who comes to mend it; memory counts on."""
        text = json.dumps({"locked": int(self._locked), "wrong": self._wrong})
        try:
            if self._wrong:
                self._store.put_note(NOTE, text)
            else:
                self._store.drop_note(NOTE)
        except OutboxError as error:
            log.warning("service.note_failed", extra={"fields": {"code": error.code}})


def lock_s(wrong: int) -> float:
    """How long the pad is locked after the `wrong`-th wrong code in a row: 60 s after the fifth, doubling, at most an
    hour."""
    return min(FIRST_LOCK_S * 2.0 ** min(wrong - FREE, 10), LONGEST_LOCK_S) if wrong >= FREE else 0.0


def _read(text: str | None) -> tuple[int, bool]:
    """A damaged note counts as one that locks for the first time."""
    try:
        value = json.loads(text or '{"locked": 0, "wrong": 0}')
        return min(max(int(value["wrong"]), 0), 1_000_000), bool(value["locked"])
    except (ValueError, TypeError, KeyError):
        return FREE, True
