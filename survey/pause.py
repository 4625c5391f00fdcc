"""A survey stopped by hand: from when to when, and why. Written by the kiosk, carried by the agent, kept by the centre.

Instants are quarter-hours (law 6). A pause leaves the kiosk's hands only when the centre's signed word says that it
has it, with its end.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from survey._node import CODE
from survey.canonical import Value, decode, encode
from survey.errors import BadMessage, NotCanonical, SurveyError
from survey.form import Texts
from survey.identifier import read_quarter
from survey.record import Clock

NOTE = "pause/"  # names of the notes in the outbox, followed by the pause's id
MOST_SENT = 30  # in one heartbeat; the others follow when the centre has these
ID = re.compile(r"[0-9a-f]{16}")
ID_BYTES = 8


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a survey may be stopped, as a person chooses it."""

    code: str
    text: Texts


@dataclass(frozen=True, slots=True)
class Pause:
    """`since`, `until`: quarter-hours with their offset, `until` "" while it lasts. `clock`: the less sure of both."""

    id: str
    reason: str
    since: str
    until: str = ""
    clock: Clock = Clock.SYNCHRONISED

    def fields(self) -> dict[str, Value]:
        return {
            "id": self.id,
            "reason": self.reason,
            "since": self.since,
            "until": self.until,
            "clock": str(self.clock),
        }


class BadReasons(SurveyError):
    """A list of reasons that nobody could choose from."""

    code = "bad_reasons"
    hint = "Compare the file with survey/data/pause-reasons.json."


def read_reasons(data: bytes) -> tuple[Reason, ...]:
    """The reasons in a JSON list of `{"code", "text": {language: words}}`, in its order. Raises: BadReasons."""
    try:
        found = [Reason(each["code"], dict(each["text"])) for each in json.loads(data)]
    except (ValueError, TypeError, KeyError) as error:
        raise BadReasons(f"no list of reasons: {error}") from None
    for reason in found:
        wrong = [text for text in reason.text.values() if not isinstance(text, str) or not text.strip()]
        if not isinstance(reason.code, str) or not CODE.fullmatch(reason.code) or wrong or "vi" not in reason.text:
            raise BadReasons(f"no code with Vietnamese words: {reason}")
    if not found or len({reason.code for reason in found}) != len(found):
        raise BadReasons("no reason, or one twice")
    return tuple(found)


def write_note(pause: Pause) -> tuple[str, str]:
    """Name and text of the note in which the kiosk keeps it."""
    return NOTE + pause.id, encode(pause.fields()).decode()


def pauses_of(notes: Mapping[str, str]) -> tuple[Pause, ...]:
    """Every pause among an outbox's notes, oldest first, one that lasts at the end. An unreadable one is left out."""
    found = []
    for name, text in notes.items():
        if name.startswith(NOTE):
            try:
                found.append(_pause(decode(text.encode())))
            except (NotCanonical, BadMessage):
                continue
    return tuple(sorted(found, key=lambda pause: (not pause.until, pause.since, pause.id)))


def read_pauses(value: object) -> tuple[Pause, ...]:
    """The pauses in a heartbeat. Raises: BadMessage."""
    if not isinstance(value, list) or len(value) > MOST_SENT:
        raise BadMessage(f"pauses are a list of at most {MOST_SENT}")
    found = tuple(_pause(each) for each in value)
    if len({pause.id for pause in found}) != len(found):
        raise BadMessage("a pause is told twice")
    return found


def written(pauses: Iterable[Pause]) -> list[Value]:
    """Of `pauses`, as many as one heartbeat takes, in its form; the one that lasts is always among them."""
    every = list(pauses)
    lasting = [pause for pause in every if not pause.until][-1:]
    ended = [pause for pause in every if pause.until][: MOST_SENT - len(lasting)]
    return [cast(Value, pause.fields()) for pause in (*ended, *lasting)]


def read_acknowledged(value: object) -> frozenset[str]:
    """The ids that the centre says it has, with their ends. Raises: BadMessage."""
    if not isinstance(value, list) or len(value) > MOST_SENT:
        raise BadMessage("no list of pauses")
    if any(not isinstance(each, str) or not ID.fullmatch(each) for each in value):
        raise BadMessage("no pause's id")
    return frozenset(value)


def _pause(value: object) -> Pause:
    if not isinstance(value, dict) or value.keys() != {"id", "reason", "since", "until", "clock"}:
        raise BadMessage("no pause")
    if any(not isinstance(each, str) for each in value.values()):
        raise BadMessage("a pause is made of texts")
    name, reason, since, until, clock = (value[key] for key in ("id", "reason", "since", "until", "clock"))
    if not since or not ID.fullmatch(name) or not CODE.fullmatch(reason) or clock not in set(Clock):
        raise BadMessage("a pause has an id, a reason and a clock")
    for quarter in filter(None, (since, until)):
        _check_quarter(quarter)
    return Pause(name, reason, since, until, Clock(clock))


def _check_quarter(text: str) -> None:
    """A year that no kiosk's clock can tell would overflow in some other time zone."""
    try:
        if 2000 <= read_quarter(text).year < 2900:
            return
    except ValueError:
        pass
    raise BadMessage(f"{text!r} is no quarter-hour of ours")
