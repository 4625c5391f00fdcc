"""What an officer typed about a returned dossier, read strictly: values for a slip, or what is wrong with each field.

A dossier's code is an opaque text; known patterns only give a hint (R-064). Knows no page and no book.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kiosk.station import texts
from kiosk.station.lists import Lists
from survey.form import Question

LONGEST_DOSSIER = 64
FACT = "fact-"  # names of the form's fields for a question, followed by its code
_YES_NO = {"": None, "co": True, "khong": False}
_KNOWN = (
    re.compile(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.H[0-9]{2}-[0-9]{6}-[0-9]{4,6}", re.ASCII),
    re.compile(r"H[0-9]{2}\.[0-9]{1,3}(\.[0-9]{1,3}){0,3}-[0-9]{6}-[0-9]{4,6}", re.ASCII),
)


@dataclass(frozen=True, slots=True)
class Wish:
    """`facts`: answers of the questions that the counter supplies. `notice`, `apology`: None unless the result came
    late and somebody said."""

    dossier: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    agency: str = ""
    promised: date | None = None
    returned: date | None = None
    notice: bool | None = None
    apology: bool | None = None

    @property
    def late(self) -> bool | None:
        """Whether the result came after the day promised; None if either day is not known."""
        return None if self.promised is None or self.returned is None else self.returned > self.promised


def read_wish(
    typed: Mapping[str, str], lists: Lists, questions: Sequence[Question], today: date
) -> tuple[Wish, dict[str, str]]:
    """The wish, and what is wrong by field (Vietnamese); the wish counts only if nothing is."""
    problems: dict[str, str] = {}
    dossier = unicodedata.normalize("NFC", typed.get("dossier", "").strip())
    if len(dossier) > LONGEST_DOSSIER or not dossier.isprintable():
        problems["dossier"] = texts.WRONG_DOSSIER.format(most=LONGEST_DOSSIER)
    facts = {}
    for question in questions:
        chosen = typed.get(FACT + question.code, "")
        if chosen and chosen not in choices_of(question, lists):
            problems[FACT + question.code] = texts.WRONG_CHOICE
        elif chosen:
            facts[question.code] = chosen
    agency = typed.get("agency", "")
    if agency and agency not in lists.agencies:
        problems["agency"] = texts.WRONG_CHOICE
    days = {name: _day(typed.get(name, ""), name, problems) for name in ("promised", "returned")}
    returned = days["returned"]
    if returned is not None and returned > today:
        problems["returned"] = texts.WRONG_RETURNED
    told = {name: _yes_no(typed.get(name, ""), name, problems) for name in ("notice", "apology")}
    wish = Wish(dossier, facts, agency, days["promised"], returned)
    if wish.late:
        wish = Wish(dossier, facts, agency, days["promised"], returned, told["notice"], told["apology"])
    return wish, problems


def choices_of(question: Question, lists: Lists) -> Mapping[str, str]:
    """What can be chosen for a question: its own options, or the fields of work for one that leaves them to the
    counter."""
    if question.options:
        return {option.code: option.text.get("vi", option.code) for option in question.options}
    return lists.fields


def hint_of(dossier: str) -> str:
    """What is said of a dossier's code, "" for none: it is taken all the same."""
    if not dossier:
        return ""
    return texts.KNOWN_DOSSIER if any(known.fullmatch(dossier) for known in _KNOWN) else texts.UNKNOWN_DOSSIER


def _day(typed: str, name: str, problems: dict[str, str]) -> date | None:
    if not typed.strip():
        return None
    found = texts.read_day(typed)
    if found is None:
        problems[name] = texts.WRONG_DAY
    return found


def _yes_no(typed: str, name: str, problems: dict[str, str]) -> bool | None:
    if typed not in _YES_NO:
        problems[name] = texts.WRONG_CHOICE
    return _YES_NO.get(typed)
