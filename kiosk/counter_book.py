"""What this counter noted of a slip when it made it, read from the counter's book, where there is one.

A book that cannot be read takes no answer away: the slip then comes without its facts, as one from elsewhere does.
"""

import logging
from pathlib import Path

from kiosk.scanning import Issued
from survey.slip_notes import SlipState
from sync_agent.outbox import HeldBook, OutboxError

log = logging.getLogger(__name__)


class CounterBook:
    """The book in a data directory; opened at the first slip, and again after a failure. Call it with a token."""

    def __init__(self, directory: Path) -> None:
        self._held = HeldBook(directory)

    def __call__(self, token: str) -> Issued | None:
        """What was noted; None for a slip of which this machine knows nothing now."""
        try:
            book = self._held()
            note = book.note(token) if book is not None else None
        except OutboxError as error:
            log.error("slips.failed", extra={"fields": {"code": error.code, "hint": error.hint, "why": str(error)}})
            self.close()
            return None
        return None if note is None else Issued(note.facts, note.agency, note.state is SlipState.VOID)

    def close(self) -> None:
        self._held.close()
