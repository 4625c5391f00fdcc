"""Turns a one-time code into a pinned centre, an assignment and a form. The code itself never travels.

Both sides prove that they know the code by an HMAC over both public keys (docs/decisions/0005), so that neither a
captive portal nor a listener can put a key of its own in place.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from survey.assignment import FILE_NAME, Assignment, read_assignment, staged_name
from survey.canonical import decode, encode
from survey.enrolment import proof, read_code, same
from survey.enrolment_file import Why
from survey.errors import BadMessage, SurveyError
from survey.form_file import read_form
from sync_agent.delivery import Reply
from sync_agent.durable import write_durably
from sync_agent.errors import EnrolmentRefused, NotEnrolled
from sync_agent.identity import Identity, pin_centre
from sync_agent.standing import renewed, tidy
from sync_agent.updates import TRUST

HTTP_OK, HTTP_TOO_MANY = 200, 429
PATH = "/api/v1/enrolments"
CONTENT_TYPE = "application/json"

Post = Callable[[str, bytes, str], Reply]


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a proven reply of the centre gives this kiosk. `form`: the form file's exact bytes."""

    centre_key: bytes
    assignment: Assignment
    form: bytes


def enrol(code: str, identity: Identity, post: Post) -> Enrolment:
    """Enrol with the office's one-time `code`.

    Raises: EnrolmentRefused if the code is wrong, used or old, or the reply is not the office's.
    """
    try:
        name, secret = read_code(code)
    except BadMessage as error:
        raise EnrolmentRefused(str(error), Why.NO_CODE) from None
    request = {
        "v": 1,
        "name": name,
        "public_key": identity.public_key.hex(),
        "proof": proof("kiosk", secret, identity.public_key),
    }
    reply = post(PATH, encode(request), CONTENT_TYPE)
    if reply.status == 0:
        said = reply.body.decode("utf-8", "replace")
        raise EnrolmentRefused(f"no reply from the centre: {said}", _why_silent(said))
    if reply.status != HTTP_OK:
        raise EnrolmentRefused(f"the centre answered HTTP {reply.status}", _why_refused(reply))
    try:
        return read_reply(reply.body, secret, identity.public_key)
    except SurveyError as error:
        raise EnrolmentRefused(f"the reply is not the office's: {error}", Why.STRANGER) from None


def _why_silent(said: str) -> Why:
    """A certificate that is not of this day says more of this machine's clock than of the centre."""
    if "not yet valid" in said or "expired" in said:
        return Why.CLOCK
    return Why.TLS if "SSL" in said else Why.NO_LINE


def _why_refused(reply: Reply) -> Why:
    """What whoever answered says; no more than advice to a technician, for nobody has signed it."""
    if reply.status == HTTP_TOO_MANY:
        return Why.TOO_MANY
    try:
        told = json.loads(reply.body)
        if told["type"] == "urn:hailong:problem:code_refused":
            return Why(told.get("why", Why.WRONG))
        return Why.OFFICE if str(told["type"]).startswith("urn:hailong:") else Why.STRANGER
    except (ValueError, KeyError, TypeError):
        return Why.OFFICE if reply.status in (500, 502, 503, 504) else Why.STRANGER


def read_reply(data: bytes, secret: bytes, kiosk_key: bytes) -> Enrolment:
    """The enrolment in `data` if whoever sent it knows the code. Raises: SurveyError."""
    value = decode(data)
    if not isinstance(value, dict) or value.keys() != {"v", "centre_key", "assignment", "form", "proof"}:
        raise BadMessage("no enrolment reply")
    if not all(isinstance(value[name], str) for name in ("centre_key", "form", "proof")):
        raise BadMessage("key, form and proof are text")
    try:
        centre_key = bytes.fromhex(cast(str, value["centre_key"]))
    except ValueError:
        raise BadMessage("the centre's key is no hexadecimal") from None
    assignment_bytes = encode(value["assignment"])
    form = cast(str, value["form"]).encode("utf-8")
    expected = proof("centre", secret, centre_key, kiosk_key, assignment_bytes, form)
    if len(centre_key) != 32 or not same(expected, cast(str, value["proof"])):
        raise BadMessage("it does not know the code")
    assignment = read_assignment(assignment_bytes)
    if read_form(form, "form").ref != assignment.form:
        raise BadMessage("the form is not the one assigned")
    return Enrolment(centre_key, assignment, form)


def keep(enrolment: Enrolment, directory: Path) -> None:
    """Write key, form and assignment durably; the assignment last, because its presence means "enrolled"."""
    shutil.rmtree(directory / TRUST, ignore_errors=True)  # the repository of this office is pinned anew, by its word
    pin_centre(directory, enrolment.centre_key)
    given = renewed(enrolment.assignment, _held(directory))
    write_durably(directory / staged_name(given.form.digest), enrolment.form)
    write_durably(directory / FILE_NAME, given.encode())
    tidy(directory, given)


def _held(directory: Path) -> Assignment | None:
    try:
        return load_assignment(directory)
    except NotEnrolled:
        return None


def load_assignment(directory: Path) -> Assignment:
    """The assignment kept at enrolment. Raises: NotEnrolled."""
    try:
        return read_assignment((directory / FILE_NAME).read_bytes())
    except FileNotFoundError:
        raise NotEnrolled(f"{directory / FILE_NAME} is not there") from None
    except (OSError, BadMessage) as error:
        raise NotEnrolled(f"{directory / FILE_NAME}: {error}") from None
