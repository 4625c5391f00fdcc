"""The answer record and its one definition in bytes. Everything that writes or reads a record comes through here.

A `Submission` is what a citizen said at a point; `seal` gives it its place in the kiosk's chain and freezes it into
canonical bytes. Order is the sequence number and the chain, never the wall clock (law 8). No name, number, face,
voice, language or instant finer than a quarter-hour is in it (law 6).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from survey._node import CODE
from survey.canonical import LARGEST_INTEGER, decode, decode_layout, digest, encode_layout
from survey.errors import BadAnswer, BadRecord, NotCanonical
from survey.form import Answers, AnswerValue, Form, FormRef, Kind
from survey.form_file import LONGEST_COMMENT, MOST_QUESTIONS, allows
from survey.identifier import UUID7, read_quarter
from survey.invitation import TOKEN

FORMAT = 1
SLIP_FORMAT = 2  # the same with the slip that the citizen was given, and the agency that the dossier was of
GENESIS = "0" * 64  # `prev` of a kiosk's first record
LONGEST_RECORD = 64 * 1024
LONGEST_SITTING_S = 24 * 3600
HEX64 = re.compile(r"[0-9a-f]{64}")
BOOT = re.compile(r"[0-9a-f]{16}")
FLAG = re.compile(r"[a-z][a-z0-9_]{0,31}")
FIELDS = {
    *("v", "id", "kiosk", "seq", "boot", "quarter", "clock", "form", "plan", "point", "channel", "state"),
    *("duration_s", "flags", "answers", "prev"),
}
SLIP_FIELDS = FIELDS | {"slip", "agency"}


class Channel(StrEnum):
    SCREEN = "screen"
    BUTTON = "button"
    QR = "qr"  # on a phone
    PAPER = "paper"  # keyed in from a form on paper


class State(StrEnum):
    COMPLETE = "complete"
    PARTIAL = "partial"


class Clock(StrEnum):
    """How far the kiosk trusted its own clock when the answer began."""

    SYNCHRONISED = "synchronised"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Submission:
    """One citizen's answers, not yet in a chain. `answers` is empty of questions that were not answered.

    `duration_s`: whole seconds from the first to the last touch. `flags`: sorted names, see docs/flags.md. `slip`:
    token of the slip that was shown (survey.invitation), "" for none. `agency`: code of the competent agency that the
    slip's dossier was of, "" unknown and always so without a slip.
    """

    id: str
    kiosk: str
    boot: str
    quarter: str
    clock: Clock
    form: FormRef
    plan: str
    point: str
    channel: Channel
    state: State
    duration_s: int
    flags: tuple[str, ...]
    answers: Answers
    slip: str = ""
    agency: str = ""

    def fields(self) -> dict[str, Any]:
        """The record's fields but for sequence and chain; also the body of a draft."""
        slip = {"slip": self.slip, "agency": self.agency} if self.slip or self.agency else {}
        return slip | {
            "v": SLIP_FORMAT if slip else FORMAT,
            "id": self.id,
            "kiosk": self.kiosk,
            "boot": self.boot,
            "quarter": self.quarter,
            "clock": str(self.clock),
            "form": {"id": self.form.id, "version": self.form.version, "digest": self.form.digest},
            "plan": self.plan,
            "point": self.point,
            "channel": str(self.channel),
            "state": str(self.state),
            "duration_s": self.duration_s,
            "flags": list(self.flags),
            "answers": dict(self.answers),
        }


@dataclass(frozen=True, slots=True)
class Sealed:
    """A frozen record: `raw` are its canonical bytes, `digest` their SHA-256 in hexadecimal."""

    seq: int
    raw: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class Record:
    """A sealed record read back."""

    seq: int
    prev: str
    digest: str
    submission: Submission


def seal(submission: Submission, seq: int, prev: str) -> Sealed:
    """Freeze `submission` as number `seq` (from 1) after the record whose digest is `prev` (GENESIS for the first).

    Raises: BadRecord when a field is not what `read_record` would take, so that nothing unreadable is ever stored.
    """
    fields = submission.fields() | {"seq": seq, "prev": prev}
    _submission(fields)
    try:
        raw = encode_layout(fields)
    except NotCanonical as error:
        raise BadRecord(str(error)) from None
    return Sealed(seq, raw, digest(raw))


def read_record(raw: bytes) -> Record:
    """The record in `raw`.

    Raises: NotCanonical or BadRecord; nothing is repaired.
    """
    if len(raw) > LONGEST_RECORD:
        raise BadRecord(f"longer than {LONGEST_RECORD} bytes")
    value = decode_layout(raw)
    if not isinstance(value, dict):
        raise BadRecord("a record is an object")
    submission = _submission(value)
    return Record(value["seq"], value["prev"], digest(raw), submission)


def write_draft(submission: Submission) -> bytes:
    """Canonical bytes of an unfinished answer, as the kiosk keeps it between two taps.

    Raises: BadRecord or NotCanonical for what could not be read back.
    """
    fields = submission.fields()
    _submission(fields | {"seq": 1, "prev": GENESIS})
    return encode_layout(fields)


def read_draft(raw: bytes) -> Submission:
    """Inverse of `write_draft`. Raises: NotCanonical or BadRecord."""
    value = decode(raw)
    if not isinstance(value, dict):
        raise BadRecord("a draft is an object")
    return _submission(value | {"seq": 1, "prev": GENESIS})


def check_answers(submission: Submission, form: Form) -> None:
    """Whether the answers are ones that `form` allows.

    Raises: BadAnswer naming the question. A condition that no longer holds is no fault: the citizen may have gone
    back and changed the rating that opened the question.
    """
    if submission.form != form.ref:
        raise BadAnswer(f"the record answers {submission.form.id} {submission.form.version}, not this form")
    for code, value in submission.answers.items():
        question = form.question(code)
        if question is None:
            raise BadAnswer(f"the form has no question {code}")
        if not allows(question, value):
            raise BadAnswer(f"{code} does not take this answer")


def settle(form: Form, answers: Mapping[str, AnswerValue]) -> dict[str, AnswerValue]:
    """`answers` without those whose question is no longer asked, as they stand when an answer is finished."""
    kept = dict(answers)
    while True:
        asked = {question.code for question in form.asked(kept)}
        prefilled = {question.code for question in form.questions if question.prefill}
        shorter = {code: value for code, value in kept.items() if code in asked or code in prefilled}
        if len(shorter) == len(kept):
            return shorter
        kept = shorter


def is_complete(form: Form, answers: Mapping[str, AnswerValue]) -> bool:
    """Whether every rating and required question put to the citizen has an answer."""
    needed = (q for q in form.asked(answers) if q.required or q.kind is Kind.SCALE)
    return all(question.code in answers for question in needed)


def _submission(fields: dict[str, Any]) -> Submission:
    """Check shape and vocabulary of every field. One pass, hand-written: the centre runs it for each record."""
    version = fields.get("v")
    if type(version) is not int or version not in (FORMAT, SLIP_FORMAT):
        raise BadRecord("format version is not 1 or 2")
    expected = FIELDS if version == FORMAT else SLIP_FIELDS
    if fields.keys() != expected:
        odd = sorted(fields.keys() ^ expected)
        raise BadRecord(f"fields missing or unknown: {', '.join(map(repr, odd))[:200]}")
    if version == SLIP_FORMAT:
        _matches(fields, "slip", TOKEN)
        if fields["agency"] != "":
            _matches(fields, "agency", CODE)
    _matches(fields, "id", UUID7)
    for name in ("kiosk", "plan", "point"):
        _matches(fields, name, CODE)
    _matches(fields, "boot", BOOT)
    _matches(fields, "prev", HEX64)
    _whole(fields, "seq", 1, LARGEST_INTEGER)
    _whole(fields, "duration_s", 0, LONGEST_SITTING_S)
    try:
        _known_quarter(fields["quarter"])
        clock, channel, state = Clock(fields["clock"]), Channel(fields["channel"]), State(fields["state"])
    except (ValueError, TypeError) as error:
        raise BadRecord(f"quarter, clock, channel or state: {error}") from None
    return Submission(
        id=fields["id"],
        kiosk=fields["kiosk"],
        boot=fields["boot"],
        quarter=fields["quarter"],
        clock=clock,
        form=_form_ref(fields["form"]),
        plan=fields["plan"],
        point=fields["point"],
        channel=channel,
        state=state,
        duration_s=fields["duration_s"],
        flags=_flags(fields["flags"]),
        answers=_answers(fields["answers"]),
        slip=fields.get("slip", ""),
        agency=fields.get("agency", ""),
    )


@lru_cache(maxsize=4096)
def _known_quarter(text: str) -> None:
    """A batch holds few different quarters; each is parsed once."""
    read_quarter(text)


def _matches(fields: dict[str, Any], name: str, pattern: re.Pattern[str]) -> None:
    value = fields[name]
    if type(value) is not str or not pattern.fullmatch(value):
        raise BadRecord(f"{name} is not of its form")


def _whole(fields: dict[str, Any], name: str, least: int, most: int) -> None:
    value = fields[name]
    if type(value) is not int or not least <= value <= most:
        raise BadRecord(f"{name} is outside {least} to {most}")


def _form_ref(value: Any) -> FormRef:
    if not isinstance(value, dict) or value.keys() != {"id", "version", "digest"}:
        raise BadRecord("form is not an id, a version and a digest")
    _matches(value, "id", CODE)
    _matches(value, "version", CODE)
    _matches(value, "digest", HEX64)
    return FormRef(value["id"], value["version"], value["digest"])


def _flags(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > 16:
        raise BadRecord("flags is not a short list")
    if not all(type(flag) is str and FLAG.fullmatch(flag) for flag in value) or value != sorted(set(value)):
        raise BadRecord("flags are not sorted names")
    return tuple(value)


def _answers(value: Any) -> Answers:
    if not isinstance(value, dict) or not 1 <= len(value) <= MOST_QUESTIONS:
        raise BadRecord("answers is empty, too long or no object")
    for code, answer in value.items():
        if type(code) is not str or not CODE.fullmatch(code):
            raise BadRecord("a question code is not of its form")
        if not _is_answer(answer):
            raise BadRecord(f"{code} has a value that no question takes")
    return value


def _is_answer(answer: Any) -> bool:
    if type(answer) is int:
        return 1 <= answer <= 10
    if type(answer) is str:
        return 0 < len(answer) <= LONGEST_COMMENT
    return (
        isinstance(answer, list)
        and 0 < len(answer) <= 100
        and all(type(c) is str and CODE.fullmatch(c) for c in answer)
    )
