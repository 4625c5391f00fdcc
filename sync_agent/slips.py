"""What passes between office and counter about slips: the point's setup comes, the notes of printed slips go.

The setup holds the point's key and comes sealed to this kiosk's own key; a note goes until the centre's signed word
says that it is held. Knows no code and no dossier. Trouble here is said once and never stops the answers.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from survey.canonical import Value, digest
from survey.errors import BadMessage, SurveyError
from survey.form import FormRef
from survey.slip_notes import MOST_SENT, SlipNote, read_held, write_slips
from survey.slip_setup import BEFORE_FILE_NAME, FILE_NAME, SlipSetup, read_slip_setup
from survey.wire import Sign, Verify, read_message, write_message
from sync_agent.delivery import Reply
from sync_agent.durable import sync_directory, write_durably
from sync_agent.outbox import OutboxError

log = logging.getLogger(__name__)
SLIPS = "/api/v1/slips"
NONE = ""  # how the centre says that this point has no slips

Unseal = Callable[[bytes], bytes]
Post = Callable[[str, bytes, str], Reply]


class Book(Protocol):
    """The counter's book of slips, as far as it is told to the centre."""

    def untold(self, limit: int) -> Sequence[SlipNote]:
        """Notes that the centre may not have, oldest first. Raises: OutboxError."""

    def told(self, notes: Sequence[SlipNote]) -> None:
        """The centre has exactly these; one that has changed since stays untold. Raises: OutboxError."""


class SetupFile:
    """`directory`: shared with kiosk and counter station; `plan`, `point`: where this kiosk stands.

    `unseal` opens what was sealed to this kiosk's key, and raises ValueError for anything else. `form`: what this kiosk
    asks; a setup of another one waits, None: any will do.
    """

    def __init__(self, directory: Path, plan: str, point: str, unseal: Unseal, form: FormRef | None = None) -> None:
        self._path, self._plan, self._point, self._unseal = directory / FILE_NAME, plan, point, unseal
        self._before = directory / BEFORE_FILE_NAME
        self._form = form
        self._refused: Value = NONE

    def move(self, plan: str, point: str, form: FormRef) -> None:
        """The kiosk stands there now, and asks by that form."""
        self._plan, self._point, self._form = plan, point, form

    def held(self) -> str:
        """Digest of the setup on the disk, "" for none."""
        try:
            return digest(self._path.read_bytes())
        except OSError:
            return ""

    def take(self, told: Value) -> None:
        """Keep the setup sealed in `told`, a part of a verified message of the centre; "" takes it away."""
        try:
            if told == NONE:
                self._remove()
            else:
                self._keep(told)
            self._refused = NONE
        except (OSError, ValueError, BadMessage) as error:
            if told != self._refused:
                log.warning("slips.setup_refused", extra={"fields": {"why": str(error)[:500]}})
            self._refused = told

    def _keep(self, told: Value) -> None:
        if not isinstance(told, str):
            raise BadMessage("a sealed setup is a text of hexadecimal digits")
        data = self._unseal(bytes.fromhex(told))
        setup = read_slip_setup(data)
        if (setup.plan, setup.point) != (self._plan, self._point):
            raise BadMessage("the setup is for another point")
        if self._form is not None and setup.form != self._form:
            raise BadMessage("the setup is for another form")
        self._set_aside(setup)
        write_durably(self._path, data, mode=0o600)
        log.info("slips.setup_taken", extra={"fields": {"plan": self._plan, "point": self._point}})

    def _set_aside(self, new: SlipSetup) -> None:
        """Keep the setup of the form asked before, while the kiosk stays at its point."""
        try:
            data = self._path.read_bytes()
            old = read_slip_setup(data)
        except (OSError, BadMessage):
            return
        if (old.plan, old.point) != (new.plan, new.point):
            self._before.unlink(missing_ok=True)
        elif old.number != new.number:
            write_durably(self._before, data, mode=0o600)

    def _remove(self) -> None:
        self._before.unlink(missing_ok=True)
        if self._path.exists():
            self._path.unlink()
            sync_directory(self._path.parent)
            log.info("slips.setup_removed", extra={"fields": {"plan": self._plan, "point": self._point}})


@dataclass
class SlipPost:
    """Tells the centre of the counter's slips. `book` gives the book, None where no slip was ever printed."""

    kiosk: str
    book: Callable[[], Book | None]
    post: Post
    sign: Sign
    verify: Verify
    drop_book: Callable[[], None] = lambda: None  # a book that failed is opened anew

    def tell(self) -> None:
        """Send what the centre does not have, one message after the other, until one is not answered."""
        try:
            book = self.book()
            while book is not None and (notes := book.untold(MOST_SENT)):
                held = self._send(notes)
                book.told([note for note in notes if note.token in held])
                if not all(note.token in held for note in notes):
                    return
        except OutboxError as error:
            self.drop_book()
            log.error("slips.failed", extra={"fields": {"code": error.code, "hint": error.hint, "why": str(error)}})

    def _send(self, notes: Sequence[SlipNote]) -> frozenset[str]:
        """The tokens that the centre says it has; none without its signed word (law 3)."""
        body = write_message("slips", write_slips(self.kiosk, notes), self.sign)
        reply = self.post(SLIPS, body, "application/json")
        try:
            held = read_held(read_message("slips_held", reply.body, self.verify), self.kiosk)
        except SurveyError as error:
            log.warning("slips.not_told", extra={"fields": {"status": reply.status, "why": str(error)[:500]}})
            return frozenset()
        log.info("slips.told", extra={"fields": {"count": len(notes)}})
        return held
