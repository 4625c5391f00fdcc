"""What was sent with a button: the answer that it means to its question, or why it is none. Pure; stores nothing."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from survey.canonical import nfc
from survey.form import AnswerValue, Kind, Question
from survey.form_file import allows
from survey.personal import Finding, found

MOST_CHARACTERS = 4000  # looked at; a comment has 500
MOST_TYPED = 200  # of a code, handed back to be mended


@dataclass(frozen=True, slots=True)
class Doubt:
    """A comment that is not taken as it is: too long, or something in it looks personal. `text`: as it was written."""

    text: str
    findings: tuple[Finding, ...] = ()
    too_long: bool = False


Given: TypeAlias = "AnswerValue | Doubt | None"


def given(question: Question, sent: Sequence[str], *, sure: bool = False) -> Given:
    """The answer in the field `a` of a page; None for no answer, or for one that the question does not take.

    `sure`: the citizen has seen what looks personal and sends it all the same.
    """
    if question.kind is Kind.TEXT:
        return _comment(question, sent[0] if sent else "", sure)
    value = _chosen(question, sent)
    return value if value is not None and allows(question, value) else None


def _chosen(question: Question, sent: Sequence[str]) -> "AnswerValue | None":
    if question.kind is Kind.MULTI:
        return [option.code for option in question.options if option.code in set(sent)]
    if not sent:
        return None
    if question.kind is Kind.SCALE and len(sent[0]) <= 2 and sent[0].isascii() and sent[0].isdecimal():
        return int(sent[0])
    return sent[0]


def _comment(question: Question, written: str, sure: bool) -> Given:
    text = tidy(written[:MOST_CHARACTERS])
    if not text:
        return None
    if len(text) > question.longest:
        return Doubt(text, too_long=True)
    findings = () if sure else found(text)
    return Doubt(text, findings) if findings else text


def tidy(written: str) -> str:
    """One normal form, no control or invisible characters, spaces for line breaks: as a record may hold it."""
    plain = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in written)
    return " ".join(nfc(plain).split())
