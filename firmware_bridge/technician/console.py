"""The technician's terminal: lines out, typed lines in without waiting, a bar. Knows no box."""

import os
import select
import sys
from typing import TextIO

_BAR_WIDTH = 40


class Console:
    """`colour`: whether ANSI codes are understood."""

    def __init__(self, out: TextIO | None = None, keys: int = 0) -> None:
        self._out = out or sys.stdout
        self.colour = self._out.isatty()
        self._keys = keys
        self._typed = b""
        self._ended = False
        self._phase = ""

    def say(self, line: str) -> None:
        """One line, at once. Raises: BrokenPipeError when the reader left."""
        self._out.write(line + "\n")
        self._out.flush()

    def answer(self) -> str | None:
        """A line typed since the last call; None when there is none. Returns at once."""
        if not self._ended and b"\n" not in self._typed and select.select([self._keys], [], [], 0)[0]:
            data = os.read(self._keys, 4096)
            self._ended = not data
            self._typed += data
        line, newline, rest = self._typed.partition(b"\n")
        if not newline:
            return None
        self._typed = rest
        return line.decode(errors="replace")

    def progress(self, phase: str, share: float) -> None:
        """A bar that fills; on what is no terminal one line a phase."""
        if self.colour:
            done = round(share * _BAR_WIDTH)
            end = "\n" if share >= 1 else ""
            self._out.write(f"\r{phase:<10} [{'#' * done}{'·' * (_BAR_WIDTH - done)}] {share:4.0%}{end}")
            self._out.flush()
        elif phase != self._phase:
            self.say(f"{phase}…")
        self._phase = phase
