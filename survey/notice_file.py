"""Reads the office's notice file: what is to be told, at which points, and where its figure comes from.

A figure is computed from a round or typed with a named source, never both; every problem of a file is told at once.
"""

import re
from dataclasses import dataclass
from datetime import date

from survey._node import CODE, Node, load
from survey.errors import BadFile
from survey.form import Texts
from survey.notice import (
    LEAST_ANSWERS,
    LONGEST_DONE,
    LONGEST_PERIOD,
    LONGEST_SOURCE,
    MOST_ANSWERS,
    MOST_DONE,
    MOST_LANGUAGES,
    Result,
    wrong_text,
)
from survey.plan import DATE

FORMAT = 1
INDEX = re.compile(r"([0-9]{1,3})[,.]([0-9])")


@dataclass(frozen=True, slots=True)
class NoticeFile:
    """`points`: those named, () for all of the plan. `round`: the plan whose answers give the figure; `typed`: given
    instead, for one point. With neither, only what was done is told. Days as in `Notice`."""

    plan: str
    points: tuple[str, ...]
    period: Texts
    round: str
    typed: Result | None
    done: tuple[Texts, ...]
    first_day: date
    last_day: date


def read_notice_file(data: bytes, source: str) -> NoticeFile:
    """The notice in `data`. Raises: BadFile with every problem of the file."""
    node = Node(load(data, source), "", [])
    node.integer("notice", FORMAT, FORMAT)
    round_, typed = _result(node)
    asked = NoticeFile(
        plan=node.code("plan"),
        points=_points(node),
        period=_texts(node, "period", LONGEST_PERIOD),
        round=round_,
        typed=typed,
        done=tuple(_texts(line, "text", LONGEST_DONE) for line in node.children("done", optional=True)),
        first_day=_day(node, "from"),
        last_day=_day(node, "until"),
    )
    node.done()
    _check(asked, node)
    if node.problems:
        raise BadFile(source, node.problems)
    return asked


def _check(asked: NoticeFile, node: Node) -> None:
    if asked.typed and len(asked.points) != 1:
        node.problem("points", "a typed figure is that of exactly one point")
    if len(asked.done) > MOST_DONE:
        node.problem("done", f"has more than {MOST_DONE} lines")
    if not (asked.round or asked.typed or asked.done):
        node.problem("", "says nothing: neither a result nor what was done")
    if asked.last_day < asked.first_day:
        node.problem("until", "ends before it begins")


def _points(node: Node) -> tuple[str, ...]:
    if not node.has("points"):
        return ()
    value = node.value["points"]
    if not isinstance(value, list) or not all(isinstance(code, str) and CODE.fullmatch(code) for code in value):
        node.problem("points", "expected a list of the points' codes")
        return ()
    if not value or len(set(value)) != len(value):
        node.problem("points", "is empty, or names a point twice")
    return tuple(value)


def _result(node: Node) -> tuple[str, Result | None]:
    """The round to compute from, or the typed figure."""
    if not node.has("result"):
        return "", None
    child = node.child("result")
    found = (child.code("round"), None) if child.has("round") else ("", _typed(child))
    child.done()
    return found


def _typed(node: Node) -> Result:
    written = INDEX.fullmatch(node.string("index"))
    tenths = int(written[1] + written[2]) if written else 0
    if written is None or tenths > 1000:
        node.problem("index", "is no percentage with one decimal, such as 89,2")
    return Result(tenths, node.integer("n", LEAST_ANSWERS, MOST_ANSWERS), _texts(node, "source", LONGEST_SOURCE))


def _texts(node: Node, key: str, longest: int) -> Texts:
    texts = node.texts(key)
    if len(texts) > MOST_LANGUAGES:
        node.problem(key, f"has more than {MOST_LANGUAGES} languages")
    for language, text in texts.items():
        if reason := wrong_text(text, longest):
            node.problem(f"{key}/{language}", reason)
    return texts


def _day(node: Node, key: str) -> date:
    text = node.string(key)
    try:
        if DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    node.problem(key, f"{text!r} is not a date (YYYY-MM-DD)")
    return date(2000, 1, 1)
