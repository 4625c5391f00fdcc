"""What a counter tells the centre of its slips: that one was printed or made void, and the facts that stand for it.

Neither the code nor the dossier is in it, and no instant finer than the day (law 6). Carried as a signed message of
kind "slips"; the signed reply of kind "slips_held" names the tokens that the centre has.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import cast

from survey._node import CODE
from survey.canonical import Value
from survey.errors import BadMessage
from survey.form import AnswerValue
from survey.invitation import MOST_NUMBER, TOKEN
from survey.wire import checked_code

FORMAT = 1
MOST_SENT = 200  # in one message
MOST_FACTS = 16
PREFILL = "dossier"  # the prefill of the questions that a counter answers
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class SlipState(StrEnum):
    PRINTED = "printed"
    VOID = "void"  # taken back by the counter: never counted, and refused wherever it is shown


@dataclass(frozen=True, slots=True)
class SlipNote:
    """`number`: the point's, as the code says it. `day`: of the issue. `facts`: answers of the questions that the
    counter supplies, by code. `dossier`: whether it was printed for one, or for whoever asked. `agency`: code of the
    competent agency, "" unknown. `late`, `notice`, `apology`: whether the result came late, and if so whether the
    citizen was told before and was apologised to; None: not known."""

    token: str
    number: int
    day: date
    state: SlipState = SlipState.PRINTED
    facts: Mapping[str, AnswerValue] = field(default_factory=dict)
    dossier: bool = False
    agency: str = ""
    late: bool | None = None
    notice: bool | None = None
    apology: bool | None = None

    def fields(self) -> dict[str, Value]:
        return {
            "token": self.token,
            "number": self.number,
            "day": self.day.isoformat(),
            "state": str(self.state),
            "facts": cast(Value, dict(self.facts)),
            "dossier": int(self.dossier),
            "agency": self.agency,
            "late": _told(self.late),
            "notice": _told(self.notice),
            "apology": _told(self.apology),
        }


def write_slips(kiosk: str, notes: Iterable[SlipNote]) -> dict[str, Value]:
    """The body of the message "slips"."""
    return {"v": FORMAT, "kiosk": kiosk, "slips": [cast(Value, note.fields()) for note in notes]}


def read_slips(body: Mapping[str, Value]) -> tuple[str, tuple[SlipNote, ...]]:
    """Kiosk and notes of such a body. Raises: BadMessage; a token stands in it once."""
    if body.keys() != {"v", "kiosk", "slips"} or body["v"] != FORMAT:
        raise BadMessage("no slips of version 1")
    slips = body["slips"]
    if not isinstance(slips, list) or not 1 <= len(slips) <= MOST_SENT:
        raise BadMessage(f"slips are a list of 1 to {MOST_SENT}")
    notes = tuple(read_note(each) for each in slips)
    if len({note.token for note in notes}) != len(notes):
        raise BadMessage("a slip is told twice")
    return checked_code(body["kiosk"]), notes


def write_held(kiosk: str, tokens: Iterable[str]) -> dict[str, Value]:
    """The body of the reply "slips_held"."""
    return {"v": FORMAT, "kiosk": kiosk, "held": list[Value](sorted(tokens))}


def read_held(body: Mapping[str, Value], kiosk: str) -> frozenset[str]:
    """The tokens in such a reply to `kiosk`. Raises: BadMessage."""
    held = body.get("held")
    if body.keys() != {"v", "kiosk", "held"} or body["v"] != FORMAT or body["kiosk"] != kiosk:
        raise BadMessage("no list of slips for this kiosk")
    if not isinstance(held, list) or any(not isinstance(each, str) or not TOKEN.fullmatch(each) for each in held):
        raise BadMessage("no list of tokens")
    return frozenset(cast(list[str], held))


def read_note(value: object) -> SlipNote:
    """Inverse of `SlipNote.fields`. Raises: BadMessage. Whether the form takes the facts is the caller's to ask."""
    names = {"token", "number", "day", "state", "facts", "dossier", "agency", "late", "notice", "apology"}
    if not isinstance(value, dict) or value.keys() != names:
        raise BadMessage("no slip")
    token, number, agency = value["token"], value["number"], value["agency"]
    if not isinstance(token, str) or not TOKEN.fullmatch(token):
        raise BadMessage("a token is 32 hexadecimal digits")
    if type(number) is not int or not 0 <= number <= MOST_NUMBER:
        raise BadMessage("no point's number")
    if value["state"] not in set(SlipState):
        raise BadMessage("a slip is printed or void")
    return SlipNote(
        token=token,
        number=number,
        day=_day(value["day"]),
        state=SlipState(value["state"]),
        facts=_facts(value["facts"]),
        dossier=_yes_or_no(value["dossier"]),
        agency=checked_code(agency) if agency else "",
        late=_known(value["late"]),
        notice=_known(value["notice"]),
        apology=_known(value["apology"]),
    )


def _facts(value: object) -> Mapping[str, AnswerValue]:
    """Codes only: a free text could carry a name or a dossier out of the counter."""
    if not isinstance(value, dict) or len(value) > MOST_FACTS:
        raise BadMessage("facts are a short object")
    for question, answer in value.items():
        if not CODE.fullmatch(question) or not isinstance(answer, str) or not CODE.fullmatch(answer):
            raise BadMessage("a fact is a question and a code")
    return value


def _day(value: object) -> date:
    try:
        if isinstance(value, str) and DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise BadMessage("no day")


def _told(known: bool | None) -> Value:
    return "" if known is None else int(known)


def _known(value: object) -> bool | None:
    return None if value == "" and isinstance(value, str) else _yes_or_no(value)


def _yes_or_no(value: object) -> bool:
    if type(value) is not int or value not in (0, 1):
        raise BadMessage("neither yes nor no")
    return bool(value)
