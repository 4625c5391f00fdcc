"""Writes down what happened to answers, inside the transaction in which it happens: the two stand or fall together.

Plain SQL, one row a plan and batch. Gives no position: transactions end in another order than they begin
(feed.numbering).
"""

from collections.abc import Iterable
from datetime import datetime

from central_office.feed.spans import write_spans
from central_office.intake.lines import NO_CELL, Line
from central_office.intake.store import instant, run
from survey.identifier import quarter_of, read_quarter

ANSWERS, WITHDRAWN, RECOUNTED = "answers", "withdrawn", "recounted"
INSERT = "INSERT INTO feed_entry (kind, plan, kiosk, seqs, count, quarter) VALUES (%s, %s, %s, %s, %s, %s)"


def note_answers(kiosk: str, stored: Iterable[Line], now: datetime) -> None:
    """These were stored now. What came after its withdrawal is no answer any more: `note_withdrawn` tells of it."""
    by_plan: dict[str, list[int]] = {}
    for line in stored:
        if line.cell is not NO_CELL:
            by_plan.setdefault(line.cell.plan, []).append(line.seq)
    for plan, numbers in by_plan.items():
        run(INSERT, ANSWERS, plan, kiosk, write_spans(numbers), len(numbers), instant(quarter_of(now)))


def note_withdrawn(plan: str, kiosk: str, seq: int, quarter: str) -> None:
    """The record was taken back in `quarter`."""
    run(INSERT, WITHDRAWN, plan, kiosk, str(seq), 1, instant(read_quarter(quarter)))


def note_recounted(plan: str) -> None:
    """Which of the plan's answers are in its window was judged anew."""
    run(INSERT, RECOUNTED, plan, "", "", 0, None)
