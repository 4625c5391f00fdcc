"""Reads a record by pieces that its kiosk has shown before: five times faster than whole, never more lenient.
 Owns no definition of a record: `survey.record.read_record` judged every piece first.

Canonical JSON has one spelling, so a record is the concatenation of its fields' spellings. A line made only of field
spellings that stood in a valid record, and of an id, digest, number and length of their forms, is a valid record.
Anything else goes the long way. tests/central_office/test_pieces.py holds the two readings against each other.
"""

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from central_office.intake.lines import Counted
from survey.canonical import encode
from survey.form import Answers
from survey.identifier import UUID7, read_quarter
from survey.record import LONGEST_RECORD, LONGEST_SITTING_S

LINE = re.compile(
    rb'\{"answers":\{(.*)\},"boot":"[0-9a-f]{16}",("channel":"[a-z]*","clock":"[a-z]*"),"duration_s":(0|[1-9][0-9]{0,4}),'
    rb'("flags":\[[^\]]*\],"form":\{[^}]*\}),"id":"(' + UUID7.pattern.encode() + rb')",'
    rb'("kiosk":"[^"]*","plan":"[^"]*","point":"[^"]*"),"prev":"([0-9a-f]{64})","quarter":"([^"]*)","seq":([1-9][0-9]*),'
    rb'("state":"[a-z]*","v":1)\}'
)
MOST_CONTEXTS = 500
MOST_ANSWERS = 2_000  # many choices make many spellings
UNKNOWN: tuple[bytes, Counted] = (b"", ())
PAIR = re.compile(rb'"[^"\\]*":(?:[0-9]+|"[^"\\]*"|\[[^\]\\]*\])')


class Context(NamedTuple):
    """What of a record seldom changes from answer to answer; `form`: the digest; `flags`: joined by spaces. An agency
    and a slip stand only in records of format 2, which are always read whole."""

    plan: str
    form: str
    point: str
    channel: str
    state: str
    flags: str
    agency: str = ""
    by_slip: bool = False


Spellings: TypeAlias = dict[str, dict[bytes, tuple[bytes, Counted]]]  # form -> spelling -> question, tallies
Quick: TypeAlias = tuple[str, str, str, str, Context, Counted]  # id, digest, prev, quarter, context, counted


class Pieces:
    """The spellings seen in the allowed records of one kiosk, under one set of plans, forms and places.

    `answers`: those of answers, shared with other kiosks: whether they are allowed is up to the form alone.
    """

    def __init__(self, answers: Spellings | None = None) -> None:
        self._contexts: dict[tuple[bytes, ...], Context] = {}
        self._answers: Spellings = {} if answers is None else answers

    def read(self, seq: int, raw: bytes) -> Quick | None:
        """Record number `seq` in `raw`; None if it must be read whole."""
        match = LINE.fullmatch(raw)
        if match is None or len(raw) > LONGEST_RECORD:
            return None
        answers, channel, duration, form, name, place, prev, quarter, number, state = match.groups()
        context = self._contexts.get((channel, form, place, state))
        if context is None or number != b"%d" % seq or int(duration) > LONGEST_SITTING_S:
            return None
        counted = self._count(answers, self._answers.get(context.form, {}))
        when = quarter.decode("ascii", "replace")
        if counted is None or not is_quarter(when):
            return None
        return name.decode(), hashlib.sha256(raw).hexdigest(), prev.decode(), when, context, counted

    def _count(self, answers: bytes, known: dict[bytes, tuple[bytes, Counted]]) -> Counted | None:
        """What the answers add to the tallies, if each is known and their questions rise, as canonical order has it."""
        spellings = PAIR.findall(answers)
        if b",".join(spellings) != answers:
            return None
        counted: list[tuple[str, str]] = []
        last = b""
        for spelling in spellings:
            question, pairs = known.get(spelling, UNKNOWN)
            if question <= last:
                return None
            counted += pairs
            last = question
        return tuple(counted) if counted else None

    def learn(self, raw: bytes, context: Context, answers: Answers, counted: Mapping[str, Counted]) -> None:
        """Remember how a record is spelt that was read whole and found allowed."""
        match = LINE.fullmatch(raw)
        if match is None:
            return
        _, channel, _, form, _, place, _, _, _, state = match.groups()
        if len(self._contexts) > MOST_CONTEXTS:  # a kiosk that makes up flags must not fill the memory
            self._contexts.clear()
        self._contexts[channel, form, place, state] = context
        known = self._answers.setdefault(context.form, {})
        if len(known) > MOST_ANSWERS:
            known.clear()
        for question, value in answers.items():
            if counted[question]:  # free text is never said twice
                known[encode({question: value})[1:-1]] = (question.encode("ascii"), counted[question])


@lru_cache(maxsize=8192)
def is_quarter(text: str) -> bool:
    try:
        read_quarter(text)
    except ValueError:
        return False
    return True
