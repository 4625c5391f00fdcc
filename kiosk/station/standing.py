"""Whether this counter can make slips now, from the files that the agent writes; if not, what the officer is to do."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kiosk.standing import Standing, StandingFiles
from kiosk.station import texts
from kiosk.station.errors import NotReady
from survey.errors import SurveyError
from survey.form import Question
from survey.slip_notes import PREFILL
from survey.slip_setup import FILE_NAME, SlipSetup, read_slip_setup

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Counter:
    """`setup` is of the point and the form of `standing`."""

    standing: Standing
    setup: SlipSetup

    @property
    def questions(self) -> tuple[Question, ...]:
        """What the counter answers of a dossier."""
        return tuple(question for question in self.standing.form.questions if question.prefill == PREFILL)


class CounterFiles:
    """Reads again what has changed; a slip setup that cannot be read counts as none, and is said once. Any thread may
    call: who comes while another reads waits, and never gets half of what is new."""

    def __init__(self, folder: Path, today: Callable[[], date]) -> None:
        self._files = StandingFiles(folder, today)
        self._path = folder / FILE_NAME
        self._seen: object = None
        self._setup: SlipSetup | None = None
        self._turn = threading.Lock()

    def read(self) -> Counter:
        """Raises: NotReady."""
        with self._turn:
            standing, setup = self._files.read(), self._read_setup()
        if standing is None:
            raise NotReady(texts.NOT_ENROLLED)
        if setup is None:
            raise NotReady(texts.NO_SETUP)
        assigned = standing.assignment
        if (setup.plan, setup.point, setup.form) != (assigned.plan, assigned.point, assigned.form):
            raise NotReady(texts.OTHER_SETUP)
        return Counter(standing, setup)

    def standing(self) -> Standing | None:
        with self._turn:
            return self._files.read()

    def _read_setup(self) -> SlipSetup | None:
        try:
            status = self._path.stat()
            stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
            if stamp != self._seen:
                self._seen = stamp
                self._setup = None
                self._setup = read_slip_setup(self._path.read_bytes())
                log.info("station.setup_taken", extra={"fields": {"number": self._setup.number}})
        except FileNotFoundError:
            self._seen = self._setup = None
        except (OSError, SurveyError) as error:
            log.warning("station.setup_refused", extra={"fields": {"why": str(error)[:200]}})
        return self._setup
