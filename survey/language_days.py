"""How many answers of a counter were given in which language: whole days only, and never few enough to point at one.

Counted by the kiosk, closed into sheets and sent by the agent, kept by the centre. No answer carries its language
(law 6), and a count that moved while somebody stood at the counter, or that spoke of one answer, would tell it after
all. So a day is closed when it is over; one with fewer than LEAST answers waits and is added to the next one. A closed
sheet never changes: what is counted later for its day goes into a later sheet. Sheets are numbered, for the kiosk's
clock may be wrong (law 8).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from survey._node import LANGUAGE
from survey.canonical import LARGEST_INTEGER, Value, decode, encode
from survey.errors import BadMessage, NotCanonical
from survey.wire import checked_code

TALLY, SHEET, NEXT = "language/", "languages/", "languages-next"  # names in the outbox: tallies, notes, a note
LEAST = 5  # answers of a counter in one sheet
MOST_SHEETS = 14  # in one heartbeat
MOST_LANGUAGES = 16
MOST_ANSWERS = (
    100_000  # of one language in one sheet: far more than a counter can take, and no figure to drown others in
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Sheet:
    """`since`, `day`: first and last day counted, by the kiosk's clock. `counts`: answers by language."""

    number: int
    plan: str
    point: str
    since: str
    day: str
    counts: Mapping[str, int]

    def fields(self) -> dict[str, Value]:
        return {
            "number": self.number,
            "plan": self.plan,
            "point": self.point,
            "since": self.since,
            "day": self.day,
            "counts": dict(self.counts),
        }


def tally_of(day: str, plan: str, point: str, language: str) -> str:
    """The name under which the outbox counts an answer given on the local `day` ("2026-11-22")."""
    return f"{TALLY}{day}/{plan}/{point}/{language}"


def close(tallies: Mapping[str, int], today: str, number: int) -> tuple[list[Sheet], dict[str, int]]:
    """The sheets that may be closed on `today`, numbered from `number`; and the tallies that are in them."""
    sheets: list[Sheet] = []
    closed: dict[str, int] = {}
    for days in _past(tallies, today).values():
        waiting: list[str] = []
        for day in sorted(days):
            waiting.append(day)
            if sum(count for each in waiting for count in days[each].values()) >= LEAST:
                names = {name: count for each in waiting for name, count in days[each].items()}
                sheets.append(_sheet(number + len(sheets), waiting[0], day, names))
                closed |= names
                waiting = []
    return sheets, closed


def _past(tallies: Mapping[str, int], today: str) -> dict[tuple[str, str], dict[str, dict[str, int]]]:
    """By plan and point, by day: the tallies of days before `today`."""
    found: dict[tuple[str, str], dict[str, dict[str, int]]] = {}
    for name in sorted(tallies):
        if name.startswith(TALLY) and tallies[name] > 0:
            day, *where = name.removeprefix(TALLY).split("/")
            if day < today and len(where) == 3:
                found.setdefault((where[0], where[1]), {}).setdefault(day, {})[name] = tallies[name]
    return found


def _sheet(number: int, since: str, day: str, names: Mapping[str, int]) -> Sheet:
    counts: dict[str, int] = {}
    for name, count in names.items():
        _, plan, point, language = name.removeprefix(TALLY).split("/")
        counts[language] = counts.get(language, 0) + count
    return Sheet(number, plan, point, since, day, {code: min(n, MOST_ANSWERS) for code, n in counts.items()})


def write_note(sheet: Sheet) -> tuple[str, str]:
    """Name and text of the note in which the agent keeps a closed sheet until the centre has it."""
    return f"{SHEET}{sheet.number:08}", encode(sheet.fields()).decode()


def held(notes: Mapping[str, str]) -> dict[int, Value]:
    """The closed sheets in `notes`, by number, oldest first; an unreadable one is left out."""
    found: dict[int, Value] = {}
    for name in sorted(notes):
        if name.startswith(SHEET) and name.removeprefix(SHEET).isdecimal():
            try:
                found[int(name.removeprefix(SHEET))] = decode(notes[name].encode())
            except NotCanonical:
                continue
    return found


def read_sheets(value: object) -> tuple[Sheet, ...]:
    """The sheets in a heartbeat. Raises: BadMessage, also for one that speaks of fewer than LEAST answers."""
    if not isinstance(value, list) or len(value) > MOST_SHEETS or not all(isinstance(each, dict) for each in value):
        raise BadMessage(f"languages are a list of at most {MOST_SHEETS} objects")
    return tuple(_read(each) for each in cast("Iterable[dict[str, object]]", value))


def _read(fields: dict[str, object]) -> Sheet:
    counts = fields.get("counts")
    if not isinstance(counts, dict) or not 0 < len(counts) <= MOST_LANGUAGES:
        raise BadMessage("counts are no object")
    whole = all(type(count) is int and 0 < count <= MOST_ANSWERS for count in counts.values())
    if not whole or not all(LANGUAGE.fullmatch(code) and len(code) <= 20 for code in counts):
        raise BadMessage("a language's count is none")
    if sum(counts.values()) < LEAST:
        raise BadMessage(f"a sheet of fewer than {LEAST} answers")
    number, days = fields.get("number"), (fields.get("since"), fields.get("day"))
    if type(number) is not int or not 0 < number <= LARGEST_INTEGER:
        raise BadMessage("a sheet has no number")
    if not all(_is_day(day) for day in days):
        raise BadMessage("a sheet has no day")
    since, day = cast("tuple[str, str]", days)
    return Sheet(number, checked_code(fields.get("plan")), checked_code(fields.get("point")), since, day, counts)


def _is_day(value: object) -> bool:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
