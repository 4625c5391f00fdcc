"""The few conditions of an XLSForm that a kiosk can ask by, read and written. Nothing is evaluated: whatever is not
exactly one of three shapes is refused with the place in the text.

    ${q} = 'x'            selected(${q}, 'x')            ${q1} <= 3 or ${q2} <= 3 or …
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from survey.canonical import nfc
from survey.form import AnswerHas, AnswerIs, Condition

_TOKEN = re.compile(
    r"\s*(?:\$\{\s*(?P<ref>[^}\s]+)\s*\}|(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>\d{1,3})(?![\w.])"
    r"|(?P<word>[a-z_-]+)|(?P<sign><=|>=|!=|[=<>(),+*/.-])|(?P<bad>\S))"
)


class Unreadable(ValueError):
    """A condition outside the grammar; `at`: the character, from 1."""

    def __init__(self, at: int, vi: str, en: str) -> None:
        self.at, self.vi, self.en = at, vi, en
        super().__init__(en)


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class AtMost:
    """`${a} <= 3 or ${b} <= 3`, before it is known whether these are all the ratings."""

    questions: tuple[str, ...]
    level: int


@dataclass(frozen=True, slots=True)
class Is:
    question: str
    value: str


@dataclass(frozen=True, slots=True)
class Has:
    question: str
    value: str


def read(text: str) -> Is | Has | AtMost:
    """What a condition says. Raises: Unreadable."""
    tokens = _tokens(nfc(text))
    if not tokens:
        raise Unreadable(1, "Điều kiện trống", "empty")
    kinds = [(token.kind, token.text if token.kind in ("sign", "word") else "") for token in tokens]
    has = [("word", "selected"), ("sign", "("), ("ref", ""), ("sign", ","), ("text", ""), ("sign", ")")]
    if kinds == has:
        return Has(tokens[2].text, tokens[4].text)
    if len(tokens) == 3 and kinds[:2] == [("ref", ""), ("sign", "=")] and tokens[2].kind in ("text", "number"):
        return Is(tokens[0].text, tokens[2].text)
    return _at_most(tokens)


def _tokens(text: str) -> list[Token]:
    found = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "bad"
        value = match[kind]
        if kind == "bad":
            raise _outside(match.start(kind) + 1)
        found.append(Token(kind, value[1:-1] if kind == "text" else value, match.start(kind) + 1))
    return found


def _at_most(tokens: Sequence[Token]) -> AtMost:
    questions, levels = [], set[int]()
    for start in range(0, len(tokens), 4):
        part = tokens[start : start + 4]
        wanted = ("ref", "", "number")
        wrong = [token for token, kind in zip(part, wanted, strict=False) if kind and token.kind != kind]
        if len(part) < 3 or wrong or part[1].text != "<=":
            raise _outside((wrong or part[1:2] or part)[0].at)
        if len(part) == 4 and (part[3].text != "or" or start + 4 == len(tokens)):
            raise _outside(part[3].at)
        questions.append(part[0].text)
        levels.add(int(part[2].text))
    if len(levels) > 1:
        raise Unreadable(1, "Mọi câu đánh giá phải so với cùng một mức", "all ratings must be compared with one level")
    return AtMost(tuple(questions), levels.pop())


def _outside(at: int) -> Unreadable:
    shapes = "${mã} = 'x', selected(${mã}, 'x'), ${mã} <= 3 or …"
    vi = f"Điều kiện không đọc được từ ký tự thứ {at}; chỉ dùng {shapes}"
    return Unreadable(at, vi, f"cannot be read from character {at}; only {shapes}")


def write(condition: Condition, ratings: Sequence[str], name: Callable[[str], str] = str) -> str:
    """The condition for a spreadsheet. `ratings`: names of the asked ratings before the question, in the form's order.

    `name`: what a question's code is called there.
    """
    if isinstance(condition, AnswerHas):
        return f"selected(${{{name(condition.question)}}}, '{condition.code}')"
    if isinstance(condition, AnswerIs):
        value = condition.value if isinstance(condition.value, int) else f"'{condition.value}'"
        return f"${{{name(condition.question)}}} = {value}"
    return at_most(ratings, condition.level)


def at_most(ratings: Sequence[str], level: int) -> str:
    return " or ".join(f"${{{rating}}} <= {level}" for rating in ratings)
