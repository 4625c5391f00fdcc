"""What this counter asks, where it stands and what its office tells the citizens, read from the data directory.

The agent writes the files. The survey stands on assignment and form; without a notice, or with a bad one, it goes on.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from survey import notice, service_order
from survey.assignment import FILE_NAME, FORM_FILE_NAME, Assignment, read_assignment, staged_name
from survey.errors import SurveyError
from survey.form import Form
from survey.form_file import read_form
from survey.notice import Notice, read_notice
from survey.service_order import Service

log = logging.getLogger(__name__)
MOST_READS = 3  # while the agent puts a new pair in place, what is read may be gone the next moment


@dataclass(frozen=True, slots=True)
class Standing:
    """`form` is the one that `assignment` names, digest included; `notice`: of this point and this day, if any."""

    assignment: Assignment
    form: Form
    notice: Notice | None = None


class StandingFiles:
    """Reads a file again only when it has changed, and takes assignment and form only when they belong together."""

    def __init__(self, directory: Path, today: Callable[[], date]) -> None:
        self._directory, self._paths = directory, (directory / FILE_NAME, directory / FORM_FILE_NAME)
        self._today = today
        self._seen: object = None
        self._standing: Standing | None = None
        self._notice = _NoticeFile(directory / notice.FILE_NAME)
        self._order = _OrderFile(directory / service_order.FILE_NAME)

    def is_stopped(self) -> bool:
        """Whether the office has ended this kiosk's survey."""
        return self._order.read() is Service.STOPPED

    def read(self) -> Standing | None:
        """The present standing; None when the kiosk is not enrolled, or the office has stopped it.

        A pair that does not fit, such as a new assignment whose form is still being written, leaves the old standing.
        """
        for _ in range(MOST_READS):
            stamp = tuple(_stamp(path) for path in self._paths)
            if stamp == self._seen:
                break
            self._seen = stamp
            self._standing = self._load() if stamp[0] else None
        if self._standing is not None:
            self._standing = self._with_notice(self._standing)
        return None if self.is_stopped() else self._standing

    def _with_notice(self, standing: Standing) -> Standing:
        """The same object as long as nothing changes: the screen is composed anew when it does."""
        found, place = self._notice.read(), (standing.assignment.plan, standing.assignment.point)
        if found is not None and ((found.plan, found.point) != place or not found.holds(self._today())):
            found = None
        return standing if found is standing.notice else replace(standing, notice=found)

    def _load(self) -> Standing | None:
        try:
            assignment = read_assignment(self._paths[0].read_bytes())
            if self._standing is not None and assignment.form == self._standing.form.ref:
                form = self._standing.form  # its digest says that it is the same
            else:
                form = self._form(assignment)
        except (OSError, SurveyError) as error:
            log.error("standing.refused", extra={"fields": {"reason": str(error)[:500]}})
            return self._standing
        if form.ref != assignment.form:
            log.warning("standing.refused", extra={"fields": {"reason": "the form is not the one assigned"}})
            return self._standing
        if self._standing is not None and assignment == self._standing.assignment:
            return self._standing
        fields = {"point": assignment.point, "form": form.id, "version": form.version}
        log.info("standing.taken", extra={"fields": fields})
        return Standing(assignment, form)

    def _form(self, assignment: Assignment) -> Form:
        """The one that waits under the digest named, while the agent has not brought it under its usual name."""
        try:
            data = (self._directory / staged_name(assignment.form.digest)).read_bytes()
        except FileNotFoundError:
            data = self._paths[1].read_bytes()
        return read_form(data, FORM_FILE_NAME)


class _NoticeFile:
    """The notice on the disk. One that cannot be read is said once and counts as none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: object = None
        self._notice: Notice | None = None

    def read(self) -> Notice | None:
        stamp = _stamp(self._path)
        if stamp != self._seen:
            self._seen = stamp
            self._notice = self._load() if stamp else None
        return self._notice

    def _load(self) -> Notice | None:
        try:
            with self._path.open("rb") as file:
                found = read_notice(file.read(notice.MOST_BYTES + 1))
        except (OSError, SurveyError) as error:
            log.warning("notice.refused", extra={"fields": {"why": str(error)[:500]}})
            return None
        log.info("notice.taken", extra={"fields": {"plan": found.plan, "point": found.point}})
        return found


class _OrderFile:
    """The office's order on the disk. One that cannot be read stops nobody: the agent mends it at its next word."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: object = None
        self._state = Service.SERVING

    def read(self) -> Service:
        stamp = _stamp(self._path)
        if stamp != self._seen:
            self._seen, self._state = stamp, self._load() if stamp else Service.SERVING
        return self._state

    def _load(self) -> Service:
        try:
            with self._path.open("rb") as file:
                state = service_order.read_order_file(file.read(service_order.MOST_BYTES)).state
        except (OSError, SurveyError) as error:
            log.warning("service.order_refused", extra={"fields": {"why": str(error)[:500]}})
            return Service.SERVING
        log.info("service.order_followed", extra={"fields": {"state": str(state)}})
        return state


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
