"""The outbox, opened when it can be: a kiosk whose disk is sick starts, says so, and tries again."""

from collections.abc import Callable
from pathlib import Path

from kiosk.answer import Store
from survey.record import Sealed, Submission
from sync_agent.outbox import FILE_NAME, Health, Outbox


class Reopening:
    """A Store that opens the real one at its first use and again after a failed opening.

    Errors: every method may raise OutboxError, from the opening or from the call.
    """

    def __init__(self, opening: Callable[[], Store]) -> None:
        self._opening = opening
        self._store: Store | None = None

    def save_draft(self, submission: Submission) -> None:
        self._opened().save_draft(submission)

    def drafts(self) -> list[Submission]:
        return self._opened().drafts()

    def finish(self, submission: Submission, source: str = "", tally: str = "") -> Sealed | None:
        return self._opened().finish(submission, source, tally)

    def holds(self, source: str) -> bool:
        return self._opened().holds(source)

    def pass_over(self, source: str, *tallies: str) -> bool:
        return self._opened().pass_over(source, *tallies)

    def health(self) -> Health:
        return self._opened().health()

    def tallies(self) -> dict[str, int]:
        return self._opened().tallies()

    def put_note(self, name: str, value: str) -> None:
        self._opened().put_note(name, value)

    def drop_note(self, name: str) -> None:
        self._opened().drop_note(name)

    def notes(self) -> dict[str, str]:
        return self._opened().notes()

    def probe(self) -> None:
        self._opened().probe()

    def close(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None

    def _opened(self) -> Store:
        if self._store is None:
            self._store = self._opening()
        return self._store


def outbox_in(directory: Path) -> Reopening:
    """The outbox of a data directory."""
    return Reopening(lambda: Outbox.open(directory / FILE_NAME))
