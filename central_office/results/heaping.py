"""Piles from sums that the database has grouped (intake.grouped): the same as `piles.pile_up` makes of every counter.

Both ways are kept: a frozen round is piled up from its records' bytes, and each way checks the other.
"""

from collections.abc import Sequence

from central_office.intake import grouped
from central_office.intake.counting import PERSON, TIME
from central_office.intake.grouped import Asked, Judged, Row
from central_office.intake.sums import PLACE, PlaceCount
from central_office.results.analysis import By
from central_office.results.piles import Pile, Piles, add_count, add_place, judge_of, month_code, pile_of, rated
from survey.form import Form

DAYS = ("day", "state", "flagged", "in_window", "why")
VALUE = ("question", "value", "flagged")
OF_TIME = ((By.CHANNEL, "channel"), (By.AGENCY, "agency"), (By.MONTH, "month"))
OF_PERSON = ((By.FIELD, "field"), (By.RESPONDENT, "respondent"))
Kinds = Sequence[tuple[By, str]]


def heaped(form: Form, asked: Asked) -> Piles:
    """Everything that figures are made of, in three scans."""
    piles = Piles()
    for place, row in grouped.cells(asked, PLACE, DAYS):
        _add_day(piles, row) if place else add_place(piles, PlaceCount(*row))
    judged = _judged(form)
    _add_whole(piles, form, asked, judged)
    _add_rows(piles, TIME, OF_TIME, rated(form), asked, judged)
    _add_rows(piles, PERSON, OF_PERSON, rated(form) | {""}, asked, judged)
    return piles


def _judged(form: Form) -> Judged:
    levels: dict[str, set[str]] = {}
    satisfied: dict[str, set[str]] = {}
    for (question, value), good in judge_of(form).items():
        levels.setdefault(question, set()).add(value)
        satisfied.setdefault(question, set()).update([value] if good else [])
    frozen = ({code: frozenset(values) for code, values in which.items()} for which in (levels, satisfied))
    return Judged(*frozen)


def _add_day(piles: Piles, row: Row) -> None:
    day, state, flagged, in_window, why, count = row
    if in_window and not why:
        piles.days[day] = piles.days.get(day, 0) + count
        add_count(piles, By.MONTH, month_code(day), state, flagged, count)


def _add_whole(piles: Piles, form: Form, asked: Asked, judged: Judged) -> None:
    """Every question, and of those that rows are told of the points' rows."""
    marks = {question.code for question in form.questions if any(option.signal for option in question.options)}
    shown = rated(form) | marks
    for _, (point, question, value, flagged, count, good, n) in grouped.tallies(
        TIME, asked, judged, [("point", *VALUE)]
    ):
        mine = [piles.whole.setdefault(question, Pile())]
        if question in shown:
            mine.append(pile_of(piles.rows, By.POINT, point, question))
        for pile in mine:
            pile.give(value, flagged, count)
            if n:
                pile.cluster(point, good, n)


def _add_rows(piles: Piles, family: str, kinds: Kinds, only: set[str], asked: Asked, judged: Judged) -> None:
    """Rows of `kinds`: how often each value was given, and how the points lie in them. Question "": the answers."""
    values = [(column, *VALUE) for _, column in kinds]
    clusters = [("point", column, "question") for _, column in kinds]
    for place, row in grouped.tallies(family, asked, judged, [*values, *clusters], only):
        by = kinds[place % len(kinds)][0]
        if place < len(kinds):
            code, question, value, flagged, count, _, _ = row
            if question:
                pile_of(piles.rows, by, _code(by, code), question).give(value, flagged, count)
            else:
                add_count(piles, by, code, value, flagged, count)
        else:
            point, code, question, _, good, n = row
            if n:
                pile_of(piles.rows, by, _code(by, code), question).cluster(point, good, n)


def _code(by: By, value: object) -> str:
    return f"{value:%Y-%m}" if by is By.MONTH else str(value)
