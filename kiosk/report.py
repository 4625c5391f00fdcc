"""Tells a test or a scripted citizen which screen is lit and where its targets are. Never what anyone answered.

One JSON line per screen, after the frame was handed to the display. The reader is never waited for: a line that
cannot be written at once is dropped.
"""

import contextlib
import json
import os
import socket
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol, TypeAlias

Box: TypeAlias = tuple[str, float, float, float, float]  # a target's id, x, y, w, h


class Report(Protocol):
    def shown(self, screen: str, question: str, language: str, targets: Iterable[Box], focus: str = "") -> None: ...


class NoReport:
    """Nobody asked."""

    def shown(self, screen: str, question: str, language: str, targets: Iterable[Box], focus: str = "") -> None:
        """Nothing."""


class LineReport:
    """Writes to a Unix stream socket, a FIFO or a plain file. Raises: OSError if `path` cannot be opened."""

    def __init__(self, path: Path) -> None:
        self._socket: socket.socket | None = None
        mode = path.stat().st_mode if path.exists() else 0
        if stat.S_ISSOCK(mode):
            self._socket = socket.socket(socket.AF_UNIX)
            self._socket.connect(str(path))
            self._socket.setblocking(False)
            self._fd = self._socket.fileno()
        else:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK
            self._fd = os.open(path, flags, 0o600)

    def shown(self, screen: str, question: str, language: str, targets: Iterable[Box], focus: str = "") -> None:
        """One line; rectangles in pixels from the window's top left corner. `focus`: where the three keys stand."""
        line: Mapping[str, object] = {
            "screen": screen,
            "question": question,
            "language": language,
            "focus": focus,
            "targets": [dict(zip(("id", "x", "y", "w", "h"), target, strict=True)) for target in targets],
        }
        with contextlib.suppress(OSError):
            os.write(self._fd, json.dumps(line, ensure_ascii=False).encode() + b"\n")
