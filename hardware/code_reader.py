"""A scanner at work: one thread that listens to a line, cuts what comes into codes and keeps the last few of them.

The line is opened for ever, again and again. Knows no port and no key: a line is handed in.
"""

import logging
import termios
import threading
from collections import deque
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Protocol

from hardware.box_report import reason_of
from hardware.code_frames import CodeFrames
from hardware.ports import Link, Reason, Scan, ScannerStatus

LISTEN_S = 0.5  # while no code is open; closing waits so long at most
PAUSE_S = 0.3  # without a further letter: the code has ended. Slow scanners type a letter in 0.05 s
LOOK_S = 0.5  # between two looks for a scanner that is gone
CLOSE_S = 5.0
KEPT = 4  # codes that nobody took: whoever showed an older one has gone

log = logging.getLogger(__name__)


class Silence(Enum):
    """What a line may say in the place of letters."""

    QUIET = "quiet"  # nothing came
    LOST = "lost"  # something came, and a part of it is gone


class Line(Protocol):
    """An open port of a scanner."""

    def read(self, wait_s: float) -> bytes | Silence:
        """What came, after at most `wait_s`; b"" for what writes no letter. Raises: OSError when it is gone."""

    def close(self) -> None: ...


class CodeReader:
    """Implements hardware.ports.CodeScanner. Any thread may call.

    `open_line` may raise OSError: absent, forbidden or busy. `on_ready` is called from the reader's thread when
    there is something to take; it may not raise.
    """

    def __init__(
        self,
        name: str,
        open_line: Callable[[], Line],
        clock: Callable[[], float],
        on_ready: Callable[[], None] | None = None,
    ) -> None:
        self._name, self._open_line, self._clock, self._on_ready = name, open_line, clock, on_ready
        self._scans: deque[Scan] = deque(maxlen=KEPT)
        self._status = ScannerStatus(name, Link.ABSENT, Reason.ABSENT, down_since_s=clock())
        self._rounds = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"scanner-{name}", daemon=True)
        self._thread.start()

    @property
    def name(self) -> str:
        return self._name

    def take(self) -> Sequence[Scan]:
        return [self._scans.popleft() for _ in range(len(self._scans))]

    def status(self) -> ScannerStatus:
        return self._status

    def rounds(self) -> int:
        return self._rounds

    def close(self) -> None:
        self._stop.set()
        self._thread.join(CLOSE_S)
        self._tell(Link.ABSENT, Reason.CLOSED)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._rounds += 1
            try:
                line = self._open_line()
                try:
                    self._tell(Link.UP, Reason.NONE)
                    self._serve(line)
                finally:
                    line.close()
            except (OSError, termios.error) as error:  # serial.SerialException is an OSError
                self._tell(Link.ABSENT, reason_of(error), str(error))
            except Exception:  # the thread's own border: a counter must not lose its scanner to an error of ours
                log.exception("scanner.failed", extra={"fields": {"scanner": self._name}})
                self._tell(Link.ABSENT, Reason.BROKEN)
            self._stop.wait(LOOK_S)

    def _serve(self, line: Line) -> None:
        """Until closed or unplugged (OSError). Half a code is forgotten then."""
        frames = CodeFrames()
        while not self._stop.is_set():
            self._rounds += 1
            heard = line.read(PAUSE_S if frames.is_open else LISTEN_S)
            if heard is Silence.LOST:
                frames.spoil()
            elif heard is Silence.QUIET:
                self._keep(frames.end())
            else:
                self._keep(frames.feed(heard))

    def _keep(self, codes: Sequence[str | None]) -> None:
        for code in codes:
            self._scans.append(Scan(self._name, code or "", whole=code is not None))
        if codes and self._on_ready:
            self._on_ready()

    def _tell(self, link: Link, reason: Reason, note: str = "") -> None:
        """Once a change, however often it is looked for."""
        old = self._status
        since_s = None if link is Link.UP else self._clock() if old.down_since_s is None else old.down_since_s
        self._status = ScannerStatus(self._name, link, reason, note, since_s)
        if (old.link, old.reason) != (link, reason):
            fields = {"scanner": self._name, "link": str(link), "reason": str(reason), "note": note}
            log.info("scanner.link_changed", extra={"fields": fields})
