"""What this kiosk asks and where: takes the office's offer, and puts assignment and form in place as one.

The assignment's rename is the one moment of the change: before it the old pair counts, after it the new one, for the
new form lies beside the old under a name of its own until then. Knows no network; says in words why it took no offer.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from survey.assignment import FILE_NAME, FORM_FILE_NAME, STAGED, Assignment, staged_name
from survey.canonical import Value
from survey.offer import Asks, BadOffer, Offer, Why, read_offer
from sync_agent.durable import sync_directory, write_durably

log = logging.getLogger(__name__)
PASSING = (Why.STORE, Why.UNTRUSTED)  # let come again after a while
ABOUT_NOW = (Why.OLD_SERIAL, Why.SIGNATURE)  # told once: no offer that waits to be mended


class StandingFile:
    """`directory`: shared with the kiosk; `held`: the assignment in it. `trusted`: whether a form, by digest and bytes,
    is one that the office's people have signed apart from the office's own server (sync_agent.updates)."""

    def __init__(
        self, directory: Path, held: Assignment, trusted: Callable[[str, bytes], bool] = lambda _digest, _form: True
    ) -> None:
        self._directory, self.held, self._trusted = directory, held, trusted
        self._refused = 0
        self._why = ""

    def asks(self) -> Value:
        """What a heartbeat tells."""
        form = self.held.form.digest
        return Asks(self.held.content, self.held.serial, form, self._refused, self._why).fields()

    def take(self, told: Value) -> bool:
        """Whether the offer in `told`, a part of a verified message of the centre to this kiosk, counts from now on."""
        try:
            offer = read_offer(told, self.held)
            self._check_trust(offer)
            _put(self._directory, offer)
        except BadOffer as error:
            self._refuse(_serial_in(told), error.why, str(error))
            return False
        except OSError as error:
            self._refuse(_serial_in(told), Why.STORE, str(error))
            return False
        self.held, self._refused, self._why = offer.assignment, 0, ""
        given = offer.assignment
        fields = {"plan": given.plan, "point": given.point, "form": given.form.id, "version": given.form.version}
        log.info("offer.taken", extra={"fields": fields | {"serial": given.serial}})
        tidy(self._directory, given)
        return True

    def unsigned(self) -> None:
        """A reply came that the centre had not signed; the next heartbeat that arrives says so."""
        if not self._why:
            self._refused, self._why = 0, Why.SIGNATURE

    def heard(self) -> None:
        """The centre's signed word came without an offer: what was told of a false one has been heard."""
        if self._why in ABOUT_NOW:
            self._refused, self._why = 0, ""

    def try_again(self) -> None:
        """Let an offer come again that the disk did not take, or whose form was not signed yet."""
        if self._why in PASSING:
            self._refused, self._why = 0, ""

    def _check_trust(self, offer: Offer) -> None:
        """Raises: BadOffer. The form that is asked already needs no new trust."""
        digest = offer.assignment.form.digest
        if digest != self.held.form.digest and not self._trusted(digest, offer.form.encode("utf-8")):
            raise BadOffer(Why.UNTRUSTED, "the form is not in the trusted repository")

    def _refuse(self, serial: int, why: Why, reason: str) -> None:
        if (serial, why) != (self._refused, self._why):
            log.error("offer.refused", extra={"fields": {"serial": serial, "code": why, "why": reason[:500]}})
        self._refused, self._why = serial, why


def tidy(directory: Path, held: Assignment) -> None:
    """Bring the form that `held` names under its usual name and drop all others; a power cut here harms nothing."""
    try:
        staged = directory / staged_name(held.form.digest)
        if staged.exists():
            write_durably(directory / FORM_FILE_NAME, staged.read_bytes())
        left = [*directory.glob(STAGED), *directory.glob(f".{STAGED}.*")]  # the latter: half written at a power cut
        for path in left:
            path.unlink()
        if left:
            sync_directory(directory)
    except OSError as error:  # the pair counts as it lies; the next start tidies again
        log.warning("offer.untidied", extra={"fields": {"why": str(error)[:500]}})


def renewed(given: Assignment, held: Assignment | None) -> Assignment:
    """`given` at a new enrolment, with the serial that this kiosk has seen: earlier offers stay dead."""
    if held is None or held.kiosk != given.kiosk:
        return given
    return replace(given, serial=max(given.serial, held.serial))


def _put(directory: Path, offer: Offer) -> None:
    staged, form = directory / staged_name(offer.assignment.form.digest), offer.form.encode("utf-8")
    write_durably(staged, form)
    write_durably(directory / FILE_NAME, offer.assignment.encode())
    if not staged.exists():  # somebody enrolled or started another agent at this very moment, and tidied
        write_durably(staged, form)


def _serial_in(told: Value) -> int:
    """What the offer says its serial is, as far as anything can be read of it."""
    assignment = told.get("assignment") if isinstance(told, dict) else None
    serial = assignment.get("serial") if isinstance(assignment, dict) else None
    return serial if type(serial) is int and 0 <= serial < 2**53 else 0
