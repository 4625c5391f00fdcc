"""What the office offers a kiosk to ask from now on, and what the kiosk says of it. Bytes are signed by the message.

An offer is for one kiosk and carries a serial that only rises, so that an earlier one played again takes nothing back.
"""

from dataclasses import dataclass
from enum import StrEnum

from survey._node import LANGUAGE
from survey.assignment import Assignment, read_assignment
from survey.canonical import LARGEST_INTEGER, Value, encode
from survey.errors import BadMessage, SurveyError
from survey.form import FormRef
from survey.form_file import read_form
from survey.form_languages import languages
from survey.record import HEX64

FORMAT = 1


class Why(StrEnum):
    """Why a kiosk did not take an offer."""

    MALFORMED = "malformed"
    OTHER_KIOSK = "other_kiosk"
    OLD_SERIAL = "old_serial"  # of an earlier offer: played again, or an office set back to an older copy
    UNREADABLE_FORM = "unreadable_form"
    WRONG_DIGEST = "wrong_digest"
    LANGUAGE_MISSING = "language_missing"
    UNTRUSTED = "untrusted"  # the form is no target of the repository that the kiosk trusts; comes again
    STORE = "store"  # the disk did not take it; the kiosk lets it come again
    SIGNATURE = "signature"  # a reply that the centre did not sign, with whatever it offered


class BadOffer(BadMessage):
    """An offer that must not be taken; `why` is told to the office."""

    code = "bad_offer"
    hint = "Compare the kiosk's version with the office's; choose the form version anew."

    def __init__(self, why: Why, text: str) -> None:
        self.why = why
        super().__init__(text)


@dataclass(frozen=True, slots=True)
class Offer:
    """`form`: the form file's text. `languages`: those in which every text of the form must be there."""

    assignment: Assignment
    form: str
    languages: tuple[str, ...]

    def fields(self) -> dict[str, Value]:
        named = list[Value](self.languages)
        return {"v": FORMAT, "assignment": self.assignment.fields(), "form": self.form, "languages": named}


def read_offer(value: Value, held: Assignment) -> Offer:
    """The offer in a verified message of the centre, for the kiosk that has `held`. Raises: BadOffer."""
    if not isinstance(value, dict) or value.keys() != {"v", "assignment", "form", "languages"}:
        raise BadOffer(Why.MALFORMED, "no offer")
    text, named = value["form"], value["languages"]
    if value["v"] != FORMAT or not isinstance(text, str) or not isinstance(named, list):
        raise BadOffer(Why.MALFORMED, "no offer of version 1")
    tags = tuple(tag for tag in named if isinstance(tag, str) and LANGUAGE.fullmatch(tag))
    if len(tags) != len(named) or "vi" not in tags:
        raise BadOffer(Why.MALFORMED, "the languages are none, or Vietnamese is not among them")
    assignment = _assignment(value["assignment"], held)
    _check_form(text, assignment.form, tags)
    return Offer(assignment, text, tags)


def _assignment(value: Value, held: Assignment) -> Assignment:
    try:
        offered = read_assignment(encode(value))
    except SurveyError as error:
        raise BadOffer(Why.MALFORMED, str(error)) from None
    if offered.kiosk != held.kiosk:
        raise BadOffer(Why.OTHER_KIOSK, "the offer is for another kiosk")
    if offered.serial <= held.serial:
        raise BadOffer(Why.OLD_SERIAL, f"serial {offered.serial} after {held.serial}")
    return offered


def _check_form(text: str, ref: FormRef, tags: tuple[str, ...]) -> None:
    try:
        form = read_form(text.encode("utf-8"), "form")
    except (SurveyError, UnicodeEncodeError) as error:
        raise BadOffer(Why.UNREADABLE_FORM, str(error)[:500]) from None
    if form.ref != ref:
        raise BadOffer(Why.WRONG_DIGEST, "the form is not the one assigned")
    if missing := sorted(set(tags) - languages(form)):
        raise BadOffer(Why.LANGUAGE_MISSING, f"a text is missing in {', '.join(missing)}")


@dataclass(frozen=True, slots=True)
class Asks:
    """What a heartbeat tells: `content`, `serial` and `form` (digest) of the assignment on the disk; `refused`, `why`:
    serial of the last offer that was not taken (0 unknown) and the reason, "" for none."""

    content: str
    serial: int
    form: str
    refused: int = 0
    why: str = ""

    def fields(self) -> dict[str, Value]:
        told: dict[str, Value] = {"content": self.content, "serial": self.serial, "form": self.form}
        return told | {"refused": self.refused, "why": str(self.why)}


def read_asks(value: Value) -> Asks:
    """Inverse of `Asks.fields`. Raises: BadMessage."""
    if not isinstance(value, dict) or not {"content", "serial", "form", "refused", "why"} <= value.keys():
        raise BadMessage("it does not say what is asked")
    content, form, why = value["content"], value["form"], value["why"]
    if not all(isinstance(each, str) and HEX64.fullmatch(each) for each in (content, form)):
        raise BadMessage("what is asked has no digest")
    if why not in ("", *Why):
        raise BadMessage("the reason is not known")
    return Asks(str(content), _serial(value["serial"]), str(form), _serial(value["refused"]), str(why))


def _serial(value: Value) -> int:
    if type(value) is not int or not 0 <= value <= LARGEST_INTEGER:
        raise BadMessage("a serial is no count")
    return value
