"""Gives what happened its place in the feed: one after another under one lock, after it is committed.

Rows' own ids would not do: the transaction with the lower id may commit last, when a reader has passed its place. Here
a place is given only to rows that are visible, and all places of one numbering become visible at once.
"""

from collections import Counter
from datetime import datetime

from django.db import transaction

from central_office.feed.noting import ANSWERS, WITHDRAWN
from central_office.intake.store import instant, is_postgres, rows, run
from central_office.outgoing import post
from survey.identifier import quarter_of

FEED_LOCK = 0x66656564  # of PostgreSQL's advisory locks
MOST_AT_ONCE = 5_000
DUE = "position IS NULL AND (quarter IS NULL OR quarter < %s)"


def number(now: datetime) -> int:
    """Number all that happened before the current quarter-hour; how much that was."""
    done = 0
    while found := _number_some(instant(quarter_of(now)), now):
        done += found
    return done


def last_position() -> int:
    """The last place given, 0 for none."""
    return int(rows("SELECT COALESCE(MAX(position), 0) FROM feed_entry")[0][0])


def _number_some(limit: object, now: datetime) -> int:
    if not rows(f"SELECT 1 FROM feed_entry WHERE {DUE} LIMIT 1", limit):  # noqa: S608
        return 0
    with transaction.atomic(durable=True):
        if is_postgres():  # SQLite has one writer
            rows("SELECT pg_advisory_xact_lock(%s)", FEED_LOCK)
        statement = f"SELECT id, kind, plan, count FROM feed_entry WHERE {DUE} ORDER BY id LIMIT %s"  # noqa: S608
        found = rows(statement, limit, MOST_AT_ONCE)
        for position, (entry, *_) in enumerate(found, last_position() + 1):
            run("UPDATE feed_entry SET position = %s WHERE id = %s", position, entry)
        _tell(found, now)
    return len(found)


def _tell(found: list[tuple[int, str, str, int]], now: datetime) -> None:
    """Whoever asked to be told learns how much is new, in numbers, by plan."""
    told: Counter[tuple[str, str]] = Counter()
    for _, kind, plan, count in found:
        told[plan, kind] += count
    for plan in sorted({plan for plan, _ in told}):
        numbers = {"answers": told[plan, ANSWERS], "withdrawn": told[plan, WITHDRAWN]}
        if any(numbers.values()):
            post.queue("batch.counted", f"Có phiếu mới: {plan}", {"plan": plan, **numbers}, now)
