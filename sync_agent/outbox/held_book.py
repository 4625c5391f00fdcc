"""The counter's book as agent and kiosk hold it: opened once there is one, and anew when another lies in its place.

The counter may put a damaged book aside and begin a new one while they run. Knows nothing of what stands in it.
"""

from pathlib import Path

from sync_agent.outbox.slip_book import FILE_NAME, SlipBook


class HeldBook:
    """The book in a data directory; a box that prints no slips has no such file. Not for threads."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / FILE_NAME
        self._book: SlipBook | None = None
        self._file: tuple[int, int] | None = None

    def __call__(self) -> SlipBook | None:
        """The book that lies there now, None for none. Raises: as `SlipBook.open`."""
        there = _file_of(self._path)
        if self._book is not None and there != self._file:
            self.close()
        if self._book is None:  # looked at before it is opened: one put there in between is found at the next call
            self._book, self._file = SlipBook.open_if_there(self._path), there
        return self._book

    def close(self) -> None:
        """Let go of the book, also after it failed; the next call opens it anew."""
        if self._book is not None:
            book, self._book = self._book, None
            book.close()


def _file_of(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
