"""What the office tells the citizens of one point: last period's result, and what was done about it. Plain text only.

A file of its own beside the assignment, not a part of it: the assignment is proved once, at enrolment, and the survey
stands on it; a notice comes and goes with the years, and without one, or with a bad one, the survey goes on.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import cast

from survey._node import LANGUAGE
from survey.canonical import Value, decode, encode
from survey.errors import BadMessage, NotCanonical
from survey.form import Texts
from survey.plan import DATE
from survey.wire import checked_code

FORMAT = 1
FILE_NAME = "notice.json"
LEAST_ANSWERS = 30  # a share of fewer is chance, and begins to tell who said what: it is not published
MOST_ANSWERS = 10**7
MOST_DONE = 3
LONGEST_PERIOD = 40
LONGEST_DONE = 120
LONGEST_SOURCE = 300
MOST_LANGUAGES = 12
MOST_BYTES = 32_768
JOINERS = "\u200b\u200c\u200d"  # Khmer and others need them between words and letters
MOST_MARKS = 4  # in a row; more paint over the lines above and below


@dataclass(frozen=True, slots=True)
class Result:
    """`tenths`: the index in tenths of a percent, 892 is 89,2 %; `n`: answers behind it, at least `LEAST_ANSWERS`.

    `round`: the plan from whose answers the office computed it, "" when it was typed from `source`.
    """

    tenths: int
    n: int
    source: Texts
    round: str = ""

    def percent(self, mark: str = ",") -> str:
        """`892` as `89,2`, without the sign."""
        return f"{self.tenths // 10}{mark}{self.tenths % 10}"


@dataclass(frozen=True, slots=True)
class Notice:
    """`done`: at most three lines. It holds from `first_day` until `last_day`, both included."""

    plan: str
    point: str
    period: Texts
    result: Result | None
    done: tuple[Texts, ...]
    first_day: date
    last_day: date

    def holds(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def fields(self) -> dict[str, Value]:
        return {
            "v": FORMAT,
            "plan": self.plan,
            "point": self.point,
            "period": dict(self.period),
            "result": _result_fields(self.result) if self.result else {},
            "done": [dict(line) for line in self.done],
            "from": self.first_day.isoformat(),
            "until": self.last_day.isoformat(),
        }

    def encode(self) -> bytes:
        return encode(self.fields())


def _result_fields(result: Result) -> dict[str, Value]:
    return {"tenths": result.tenths, "n": result.n, "round": result.round, "source": dict(result.source)}


def read_notice(data: bytes) -> Notice:
    """Inverse of `Notice.encode`. Raises: BadMessage."""
    if len(data) > MOST_BYTES:
        raise BadMessage(f"a notice is larger than {MOST_BYTES} bytes")
    try:
        value = decode(data)
    except NotCanonical as error:
        raise BadMessage(str(error)) from None
    names = {"v", "plan", "point", "period", "result", "done", "from", "until"}
    if not isinstance(value, dict) or value.keys() != names or value["v"] != FORMAT:
        raise BadMessage("no notice of version 1")
    notice = Notice(
        plan=checked_code(value["plan"]),
        point=checked_code(value["point"]),
        period=_texts(value["period"], LONGEST_PERIOD),
        result=_result(value["result"]),
        done=_done(value["done"]),
        first_day=_day(value["from"]),
        last_day=_day(value["until"]),
    )
    if notice.last_day < notice.first_day:
        raise BadMessage("the notice ends before it begins")
    if notice.result is None and not notice.done:
        raise BadMessage("the notice says nothing")
    return notice


def wrong_text(text: str, longest: int) -> str:
    """Why `text` cannot be shown to citizens, "" if it can; `longest` in characters.

    Refused are characters that steer instead of showing: controls, line breaks, direction marks, and those that no
    font agrees about (private, unassigned).
    """
    if not 0 < len(text) <= longest:
        return f"is empty or longer than {longest} characters"
    if text != text.strip():
        return "begins or ends with a space"
    kinds = [unicodedata.category(letter) for letter in text]
    if any(_steers(letter, kind) for letter, kind in zip(text, kinds, strict=True)):
        return "holds a control, direction or unknown character"
    marks = "".join("m" if kind.startswith("M") else "." for kind in kinds)
    if marks.startswith("m") or re.search(f"m{{{MOST_MARKS + 1}}}", marks):
        return "heaps marks on a letter"
    return "" if any(kind[0] in "LNPS" for kind in kinds) else "shows nothing"


def _steers(letter: str, kind: str) -> bool:
    return kind in ("Zl", "Zp") or (kind[0] == "C" and letter not in JOINERS)


def _result(value: Value) -> Result | None:
    if value == {}:
        return None
    if not isinstance(value, dict) or value.keys() != {"tenths", "n", "round", "source"}:
        raise BadMessage("the notice's result is none")
    round_ = "" if value["round"] == "" else checked_code(value["round"])
    tenths, n = _whole(value["tenths"], 0, 1000), _whole(value["n"], LEAST_ANSWERS, MOST_ANSWERS)
    return Result(tenths, n, _texts(value["source"], LONGEST_SOURCE), round_)


def _whole(value: Value, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise BadMessage(f"a figure of the notice is not {least} to {most}")
    return value


def _done(value: Value) -> tuple[Texts, ...]:
    if not isinstance(value, list) or len(value) > MOST_DONE:
        raise BadMessage(f"a notice tells at most {MOST_DONE} things that were done")
    return tuple(_texts(line, LONGEST_DONE) for line in value)


def _texts(value: Value, longest: int) -> Texts:
    if not isinstance(value, dict) or "vi" not in value or len(value) > MOST_LANGUAGES:
        raise BadMessage("a text of the notice has no Vietnamese, or too many languages")
    for language, text in value.items():
        if not LANGUAGE.fullmatch(language) or not isinstance(text, str):
            raise BadMessage("a text of the notice is no text")
        if reason := wrong_text(text, longest):
            raise BadMessage(f"a text of the notice {reason}")
    return cast(Texts, value)


def _day(value: Value) -> date:
    try:
        if isinstance(value, str) and DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise BadMessage("a day of the notice is no day")
