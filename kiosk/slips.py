"""The slips of this counter: how they are judged here and now, and the scanner that they are shown to.

The agent writes `slips.json` when the office says how this point's slips are made. Knows no screen; a code shown is
logged by its verdict alone, for it may be anybody's, an identity card's too.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from hardware.ports import CodeScanner, Link
from kiosk.clock import Moment
from kiosk.scanning import Refusal, Slip, SlipFacts, belongs, judge, no_facts
from kiosk.standing import Standing
from survey import slip_setup
from survey.errors import SurveyError
from survey.record import Clock
from survey.slip_setup import SlipSetup, read_slip_setup

log = logging.getLogger(__name__)
REPEAT_S = 3.0  # a slip that lies before the scanner is read again and again
MOST_BYTES = 4096  # of slips.json


@dataclass(frozen=True, slots=True)
class Slips:
    """`setup`: how this point's slips are made, None while nobody has said; `before`: how they were, by the form asked
    before. `issued`: what the counter noted of one."""

    setup: Callable[[], SlipSetup | None] = lambda: None
    issued: SlipFacts = no_facts
    before: Callable[[], SlipSetup | None] = lambda: None

    def are_taken(self, standing: Standing | None) -> bool:
        """Whether this counter can judge slips."""
        setup = self.setup()
        return standing is not None and setup is not None and belongs(setup, standing)

    def judge(self, text: str, standing: Standing, now: Moment, is_used: Callable[[str], bool]) -> Slip | Refusal:
        """See kiosk.scanning. Raises: what `is_used` and `issued` raise."""
        today = now.wall.date() if now.clock is Clock.SYNCHRONISED else None
        return judge(text, standing, self.setup(), today, is_used, self.issued, self.before())


class SetupFile:
    """`slips.json`, or its like, read again when it has changed. A bad one is said once and counts as none."""

    def __init__(self, directory: Path, name: str = slip_setup.FILE_NAME) -> None:
        self._path = directory / name
        self._seen: object = None
        self._setup: SlipSetup | None = None

    def read(self) -> SlipSetup | None:
        try:
            status = self._path.stat()
            stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
        except OSError:
            self._seen = self._setup = None
            return None
        if stamp != self._seen:
            self._seen, self._setup = stamp, self._load()
        return self._setup

    def _load(self) -> SlipSetup | None:
        try:
            with self._path.open("rb") as file:
                setup = read_slip_setup(file.read(MOST_BYTES))
        except (OSError, SurveyError) as error:
            log.error("slip.setup_refused", extra={"fields": {"why": str(error)[:500]}})
            return None
        log.info("slip.setup_taken", extra={"fields": {"plan": setup.plan, "point": setup.point}})
        return setup


class Repeats:
    """Tells a code that is shown from one that only lies before the scanner, which reads it again and again.

    The same text with the same outcome is taken once; each further coming prolongs the time for which it is not. What
    was shown is not kept, for it may be an identity card: only a digest under a key that no other process has.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._shown = b""
        self._outcome: tuple[object, ...] = ()
        self._seen_s = float("-inf")

    def is_new(self, text: str, outcome: tuple[object, ...] | None, at_s: float) -> bool:
        """Whether it is to be taken. `outcome`: what would follow, None for nothing."""
        shown = blake2b(text.encode("utf-8", "surrogatepass"), key=self._key).digest()
        lies_there = shown == self._shown and at_s - self._seen_s < REPEAT_S
        if shown == self._shown or outcome is not None:
            self._seen_s = at_s
        if outcome is None or (lies_there and outcome == self._outcome):
            return False
        self._shown, self._outcome = shown, outcome
        return True


class ScanDesk:
    """The scanner of this counter. Not for threads. `scanner` comes when the first frame is lit, if there is one."""

    def __init__(self) -> None:
        self.scanner: CodeScanner | None = None

    @property
    def is_up(self) -> bool:
        return self.scanner is not None and self.scanner.status().link is Link.UP

    def take(self) -> list[str]:
        """What was shown since the last call; "" for what could not be read whole."""
        return [scan.text if scan.whole else "" for scan in self.scanner.take()] if self.scanner is not None else []

    def close(self) -> None:
        if self.scanner is not None:
            self.scanner.close()
