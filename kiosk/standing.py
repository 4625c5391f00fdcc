"""What this counter asks and where it stands, read from the data directory. The agent writes the two files."""

import logging
from dataclasses import dataclass
from pathlib import Path

from survey.assignment import FILE_NAME, FORM_FILE_NAME, Assignment, read_assignment
from survey.errors import SurveyError
from survey.form import Form
from survey.form_file import read_form

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """`form` is the one that `assignment` names, digest included."""

    assignment: Assignment
    form: Form


class StandingFiles:
    """Reads both files again only when one has changed, and takes them only when they belong together."""

    def __init__(self, directory: Path) -> None:
        self._paths = (directory / FILE_NAME, directory / FORM_FILE_NAME)
        self._seen: object = None
        self._standing: Standing | None = None

    def read(self) -> Standing | None:
        """The present standing; None when the kiosk is not enrolled.

        A pair that does not fit, such as a new assignment whose form is still being written, leaves the old standing.
        """
        stamp = tuple(_stamp(path) for path in self._paths)
        if stamp != self._seen:
            self._seen = stamp
            self._standing = self._load() if all(stamp) else None
        return self._standing

    def _load(self) -> Standing | None:
        try:
            assignment = read_assignment(self._paths[0].read_bytes())
            form = read_form(self._paths[1].read_bytes(), FORM_FILE_NAME)
        except (OSError, SurveyError) as error:
            log.error("standing.refused", extra={"fields": {"reason": str(error)[:500]}})
            return self._standing
        if form.ref != assignment.form:
            log.warning("standing.refused", extra={"fields": {"reason": "the form is not the one assigned"}})
            return self._standing
        fields = {"point": assignment.point, "form": form.id, "version": form.version}
        log.info("standing.taken", extra={"fields": fields})
        return Standing(assignment, form)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
