"""Where a kiosk stands and what it asks: given by the office, read by kiosk and agent from one file.

The file lies beside the outbox as `assignment.json`; the form that it names lies there as `form.json`, or, while one
form takes the place of another, under `staged_name`. Who reads takes the one whose digest the assignment names.
"""

from dataclasses import dataclass
from typing import cast

from survey._node import LANGUAGE, LONGEST_TEXT
from survey.canonical import LARGEST_INTEGER, Value, decode, digest, encode
from survey.errors import BadMessage, NotCanonical
from survey.form import FormRef, Texts
from survey.record import HEX64
from survey.wire import checked_code

FORMAT = 1
FILE_NAME = "assignment.json"
FORM_FILE_NAME = "form.json"
STAGED = "form-*.json"


def staged_name(form_digest: str) -> str:
    """Under which a form waits beside `form.json` for the assignment that names it."""
    return STAGED.replace("*", form_digest)


@dataclass(frozen=True, slots=True)
class Assignment:
    """`office`: the name shown on the invitation screen; `point_name`: the counter's own.

    `serial`: of the office's offer (survey.offer) by which the kiosk has it, 0 since enrolment; it only rises.
    """

    kiosk: str
    plan: str
    point: str
    point_name: Texts
    office: Texts
    form: FormRef
    serial: int = 0

    @property
    def content(self) -> str:
        """SHA-256 of everything but the serial: the same for the same place, names and form."""
        return digest(encode(self._named()))

    def fields(self) -> dict[str, Value]:
        return self._named() | ({"serial": self.serial} if self.serial else {})

    def _named(self) -> dict[str, Value]:
        return {
            "v": FORMAT,
            "kiosk": self.kiosk,
            "plan": self.plan,
            "point": self.point,
            "point_name": dict(self.point_name),
            "office": dict(self.office),
            "form": {"id": self.form.id, "version": self.form.version, "digest": self.form.digest},
        }

    def encode(self) -> bytes:
        return encode(self.fields())


def read_assignment(data: bytes) -> Assignment:
    """Inverse of `Assignment.encode`. Raises: BadMessage."""
    try:
        value = decode(data)
    except NotCanonical as error:
        raise BadMessage(str(error)) from None
    names = {"v", "kiosk", "plan", "point", "point_name", "office", "form"}
    if not isinstance(value, dict) or value.keys() - {"serial"} != names or value["v"] != FORMAT:
        raise BadMessage("no assignment of version 1")
    form = value["form"]
    if not isinstance(form, dict) or form.keys() != {"id", "version", "digest"}:
        raise BadMessage("the assignment names no form")
    form_digest = form["digest"]
    if not isinstance(form_digest, str) or not HEX64.fullmatch(form_digest):
        raise BadMessage("the form's digest is none")
    return Assignment(
        kiosk=checked_code(value["kiosk"]),
        plan=checked_code(value["plan"]),
        point=checked_code(value["point"]),
        point_name=_texts(value["point_name"]),
        office=_texts(value["office"]),
        form=FormRef(checked_code(form["id"]), checked_code(form["version"]), form_digest),
        serial=_serial(value),
    )


def _serial(value: dict[str, Value]) -> int:
    if "serial" not in value:
        return 0
    serial = value["serial"]
    if type(serial) is not int or not 1 <= serial <= LARGEST_INTEGER:
        raise BadMessage("a serial is a whole number from 1 on")
    return serial


def _texts(value: Value) -> Texts:
    if not isinstance(value, dict) or "vi" not in value:
        raise BadMessage("a name has no Vietnamese text")
    for language, text in value.items():
        if not LANGUAGE.fullmatch(language) or not isinstance(text, str) or not 0 < len(text) <= LONGEST_TEXT:
            raise BadMessage("a name is no text")
    return cast(Texts, value)
