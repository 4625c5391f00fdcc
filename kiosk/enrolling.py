"""A kiosk without a point: takes the office's code from a technician, hands it to the agent, says how that went.

Knows no network and no pixels. The code goes into a file that the agent takes away, and is never logged; whether this
counter may serve at all is the office's signed order, which the agent keeps here too.
"""

import contextlib
import logging
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from kiosk.answer import Randomness
from kiosk.card import CardFile, Faults
from kiosk.clock import Now
from kiosk.flow import Screen
from survey.enrolment import CODE_LETTERS, read_code
from survey.enrolment_file import MOST_BYTES, OUTCOME_FILE, WISH_FILE, Outcome, Step, Why, Wish, read_outcome
from survey.errors import BadMessage

log = logging.getLogger(__name__)
LOOK_S = 0.3  # between two looks for the outcome
SILENT_S = 90.0  # the agent asks for a minute at most
WORD_S = 10.0  # from the form to the agent's word that it is there: a few files written durably, on a slow card
LISTEN_S = 300.0  # for a word that comes later still; without the glass, for there may be citizens
LEFT_S = 180.0  # a code half typed, or a refusal, that nobody goes on with
SHOWN_S = 180.0  # the fingerprints; two people read them to each other


class Place(StrEnum):
    OFFER = "enrol_offer"
    TYPING = "enrol_typing"
    ASKING = "enrol_asking"
    REFUSED = "enrol_refused"
    DONE = "enrol_done"
    STOPPED = "enrol_stopped"


class Do(StrEnum):
    BEGIN = "begin"
    BACK = "back"
    ERASE = "erase"
    SEND = "send"
    AGAIN = "again"
    FINISH = "finish"


@dataclass(frozen=True, slots=True)
class Letter:
    """A key of the pad: one of the code's 32 letters and digits."""

    letter: str


Event: TypeAlias = Do | Letter


@dataclass(frozen=True, slots=True)
class Showing:
    """All that a screen of the enrolment shows. `why`: of a refusal; None: the agent is silent. `faults`: why the
    technician's file was not used."""

    place: Place
    typed: str = ""
    why: Why | None = None
    point: str = ""
    own: str = ""
    centre: str = ""
    scans: bool = False
    faults: Faults | None = None


class Enrolling:
    """One counter's enrolment. Not for threads: the loop that draws calls everything."""

    def __init__(
        self,
        directory: Path,
        is_stopped: Callable[[], bool],
        now: Now,
        randomness: Randomness,
        scans: Callable[[], bool] = lambda: False,
    ) -> None:
        self._directory, self._is_stopped, self._now = directory, is_stopped, now
        self._randomness, self._scans = randomness, scans
        self._shows, self._wish, self._code = Showing(Place.OFFER), "", ""
        self._card = CardFile(directory)
        self._faults: Faults | None = None
        self._since_s = self._look_s = self._free_s = now().at_s
        self._unassigned = self._left = False

    @property
    def has_glass(self) -> bool:
        """While the kiosk has nothing to ask, and until the fingerprints have been compared; the agent tells them only
        after the form is there, which the session may see first."""
        return self._unassigned or self._shows.place in (Place.ASKING, Place.DONE)

    def showing(self) -> Showing:
        if self._unassigned and self._shows.place is not Place.DONE and self._is_stopped():
            return Showing(Place.STOPPED)
        faults = self._faults if self._shows.place is Place.OFFER else None
        return replace(self._shows, scans=self._scans(), faults=faults)

    def tick(self, screen: Screen) -> None:
        """Let time have its effect. `screen`: the session's own."""
        self._unassigned = screen is Screen.UNASSIGNED
        now_s = self._now().at_s
        if self._unassigned:
            self._free_s = now_s
        late_s = now_s - self._free_s  # since the form is there; or since the start: the agent may have been quicker
        looks = self._unassigned or (screen is Screen.INVITATION and late_s <= LISTEN_S)
        if looks and self._shows.place not in (Place.TYPING, Place.DONE) and now_s >= self._look_s:
            self._look_s = now_s + LOOK_S
            self._look()
            self._faults = self._card.look() if self._unassigned else None
        held_s, place = now_s - self._since_s, self._shows.place
        if place is Place.ASKING and late_s > WORD_S:
            self._go(Showing(Place.OFFER))  # the agent ended between form and word
        elif place is Place.ASKING and self._wish and held_s > SILENT_S:
            self._go(Showing(Place.REFUSED))
        elif place in (Place.TYPING, Place.REFUSED) and held_s > LEFT_S:
            self._go(Showing(Place.OFFER))
        elif place is Place.DONE and ((self._left and not self._unassigned) or held_s > SHOWN_S):
            self._forget()

    def deadline_s(self) -> float:
        return self._now().at_s + (LOOK_S if self.has_glass else 60.0)

    def act(self, event: Event) -> None:
        """A touch understood."""
        place, typed = self._shows.place, self._shows.typed
        match event:
            case Do.BEGIN if place in (Place.OFFER, Place.REFUSED):
                self._go(Showing(Place.TYPING))
            case Do.FINISH if place is Place.DONE:
                self._left = True  # until the session has seen its form, these stay
            case Do.BACK:
                self._go(Showing(Place.OFFER))
            case Letter(letter) if place is Place.TYPING and len(typed) < CODE_LETTERS:
                self._go(Showing(Place.TYPING, typed + letter))
            case Do.ERASE if place is Place.TYPING:
                self._go(Showing(Place.TYPING, typed[:-1]))
            case Do.SEND if place is Place.TYPING and len(typed) == CODE_LETTERS:
                self._send(typed)
            case Do.AGAIN if place is Place.REFUSED and self._code:
                self._send(self._code)

    def scanned(self, text: str) -> bool:
        """A code shown to the scanner; whether it is nobody else's: what is shown behind this page starts nothing."""
        if not self._unassigned or self._shows.place in (Place.ASKING, Place.DONE) or self._is_stopped():
            return self.has_glass
        try:
            read_code(text)
        except BadMessage:
            self._go(Showing(Place.REFUSED, why=Why.NO_CODE))
        else:
            self._send(text)
        return True

    def _send(self, code: str) -> None:
        self._code, self._wish = code, self._randomness(8).hex()
        try:
            _write(self._directory / WISH_FILE, Wish(self._wish, code).encode())
        except OSError as error:
            log.error("enrolment.failed", extra={"fields": {"why": str(error)[:500]}})
            self._go(Showing(Place.REFUSED, why=Why.STORE))
            return
        self._go(Showing(Place.ASKING))

    def _look(self) -> None:
        """What the agent says, of the wish made here or of one that was prepared on the card."""
        outcome, own = self._outcome(), bool(self._wish)
        if outcome is None or (own and outcome.wish != self._wish) or self._is_stopped():
            return
        if outcome.step is Step.ENROLLED:
            self._wish = self._code = ""
            prints = Showing(Place.DONE, point=outcome.point, own=outcome.own, centre=outcome.centre)
            self._go(prints)
        elif own and outcome.step is Step.REFUSED:
            self._wish = ""
            self._go(Showing(Place.REFUSED, why=outcome.why))
        elif not own and self._unassigned and self._shows.place in (Place.OFFER, Place.ASKING):
            waits = (self._directory / WISH_FILE).exists()
            self._go(Showing(Place.ASKING, why=outcome.why) if waits else Showing(Place.OFFER))

    def _forget(self) -> None:
        """The fingerprints were compared, or nobody stood there: they are not shown a second time."""
        with contextlib.suppress(OSError):
            (self._directory / OUTCOME_FILE).unlink(missing_ok=True)
        self._left = False
        self._go(Showing(Place.OFFER))

    def _outcome(self) -> Outcome | None:
        try:
            with (self._directory / OUTCOME_FILE).open("rb") as file:
                return read_outcome(file.read(MOST_BYTES))
        except (OSError, BadMessage):
            return None

    def _go(self, showing: Showing) -> None:
        if showing.place is not self._shows.place:
            log.info(
                "enrolment.entered", extra={"fields": {"place": str(showing.place), "why": str(showing.why or "")}}
            )
        if showing != self._shows:
            self._since_s = self._now().at_s
        if showing.place in (Place.OFFER, Place.TYPING):
            self._wish = ""
        self._shows = showing


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, for the agent's eyes alone (one user runs both). Raises: OSError."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
        Path(name).rename(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
