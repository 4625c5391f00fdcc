"""Reads the feed of answers page by page: numbered entries only, in their order, each thing once.

A page may hold less than was asked for, even nothing, though more follows: a holder of few points waits for no scan.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from central_office.feed import telling
from central_office.feed.cursor import Cursor
from central_office.feed.holder import Holder
from central_office.feed.noting import ANSWERS, RECOUNTED
from central_office.feed.numbering import last_position
from central_office.feed.spans import read_spans
from central_office.feed.telling import Stored
from central_office.intake.store import marks, rows
from central_office.rounds.catalogue import form_of, plan_of
from survey.form import Form

MOST_LOOKED_AT = 5_000  # records in one page
ENTRIES_AT_ONCE = 50
SEQS_AT_ONCE = 500
ENTRIES = """
SELECT position, kind, plan, kiosk, seqs FROM feed_entry WHERE position >= %s AND position <= %s
ORDER BY position LIMIT %s
"""
RECORDS = """
SELECT r.seq, r.digest, w.raw, c.plan, c.point, c.in_window, c.why FROM intake_record r
LEFT JOIN intake_cell c ON c.id = r.cell_id
LEFT JOIN intake_raw w ON w.kiosk = r.kiosk_id AND w.seq = r.seq AND w.month = r.month
WHERE r.kiosk_id = %s AND r.seq IN ({marks}) ORDER BY r.seq
"""
Item = dict[str, Any]


class CursorAhead(Exception):
    """A cursor of a place that this office has not reached: it was set up anew, or from an older copy."""

    code = "cursor_ahead"
    hint = "Take everything again, without a cursor."


@dataclass(frozen=True, slots=True)
class Page:
    """`cursor`: up to where everything was told; `more`: something follows now."""

    items: list[Item]
    cursor: Cursor
    more: bool


def page(after: Cursor, limit: int, holder: Holder) -> Page:
    """At most `limit` things that come after the cursor. Raises: CursorAhead."""
    end = last_position()
    if after.position > end:
        raise CursorAhead(f"position {after.position} of {end}")
    items: list[Item] = []
    cursor = after
    for looked_at, (cursor, item) in enumerate(_steps(after, end, holder), 1):
        if item is not None:
            items.append(item)
        if len(items) == limit or looked_at == MOST_LOOKED_AT:
            return Page(items, cursor, _follows(cursor, end))
    return Page(items, cursor, more=False)


def _follows(cursor: Cursor, end: int) -> bool:
    if cursor.position < end:
        return True
    seqs = rows("SELECT seqs FROM feed_entry WHERE position = %s", end)[0][0]
    return any(seq > cursor.place for seq in read_spans(seqs))


def _steps(after: Cursor, end: int, holder: Holder) -> Iterator[tuple[Cursor, Item | None]]:
    """Each place after the cursor, with what is told there, None for what is not the holder's or no more."""
    start = after.position
    while entries := rows(ENTRIES, start, end, ENTRIES_AT_ONCE):
        for position, kind, plan, kiosk, seqs in entries:
            start = position + 1
            numbers = read_spans(seqs) or [0]
            left = [n for n in numbers if (position, n) > after]
            if not left:
                continue
            if not holder.sees(plan):
                yield Cursor(position, left[-1]), None
            else:
                for number, item in _told(kind, plan, kiosk, left, holder):
                    yield Cursor(position, number), item


def _told(kind: str, plan: str, kiosk: str, numbers: list[int], holder: Holder) -> Iterator[tuple[int, Item | None]]:
    if kind == ANSWERS:
        yield from _answers(kiosk, numbers, holder)
    elif kind == RECOUNTED:
        yield 0, _recounted(plan)
    else:
        yield numbers[0], _withdrawn(plan, kiosk, numbers[0], holder)


def _answers(kiosk: str, numbers: list[int], holder: Holder) -> Iterator[tuple[int, Item | None]]:
    for start in range(0, len(numbers), SEQS_AT_ONCE):
        some = numbers[start : start + SEQS_AT_ONCE]
        found = {row[0]: row for row in rows(RECORDS.format(marks=marks(some)), kiosk, *some)}
        for number in some:
            yield number, _answer(found.get(number), kiosk, holder)


def _answer(row: tuple[Any, ...] | None, kiosk: str, holder: Holder) -> Item | None:
    """None for what was withdrawn meanwhile: a later entry says so."""
    if row is None or row[3] is None or not holder.holds(row[4]):
        return None
    seq, digest, raw, plan, point, in_window, why = row
    stored = Stored(seq, bytes(digest).hex(), None if raw is None else bytes(raw), plan, point, bool(in_window), why)
    if stored.raw is None:
        return telling.gone(stored, kiosk)
    return telling.answer(stored, kiosk, _form, comments=holder.comments) if stored.raw else None


def _withdrawn(plan: str, kiosk: str, seq: int, holder: Holder) -> Item | None:
    """A tombstone tells its kiosk and no point: it is told to whoever sees a point where the kiosk stood."""
    places = rows("SELECT point FROM fleet_assignment WHERE kiosk_id = %s AND plan = %s", kiosk, plan)
    stone = rows("SELECT digest FROM intake_tombstone WHERE kiosk = %s AND seq = %s", kiosk, seq)
    if not stone or not (holder.points is None or any(holder.holds(point) for (point,) in places)):
        return None
    return telling.withdrawn(plan, kiosk, seq, stone[0][0])


def _recounted(plan: str) -> Item | None:
    found = rows("SELECT text FROM rounds_planfile WHERE plan = %s", plan)
    if not found:
        return None
    read = plan_of(found[0][0])
    return telling.recounted(plan, (read.first_day.isoformat(), read.last_day.isoformat()))


def _form(digest: str) -> Form | None:
    found = _FORMS.get(digest)
    if found is None:
        text = rows("SELECT text FROM rounds_formfile WHERE digest = %s", digest)
        if not text:
            return None
        if len(_FORMS) > 64:
            _FORMS.clear()
        found = _FORMS[digest] = form_of(text[0][0])
    return found


_FORMS: dict[str, Form] = {}  # a form version never changes
