"""The stored bytes of a plan's records, all or of one month of receipt, for whoever hands them on. Judges nothing."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet

from central_office.intake.models import Record

CHUNK = 2_000


class BytesGone(Exception):
    """A record's bytes are not in the database: what is handed on would not be whole."""

    code = "bytes_gone"
    hint = "Attach the partition of that month again, or run `hailong-office verify` (docs/operations.md)."


def records_of(plan: str, month: date | None = None) -> Iterator[tuple[bytes, bool, str]]:
    """Bytes, whether in the window, and why it is not counted, "" if it is; by kiosk and number. Raises: BytesGone."""
    for kiosk, seq, raw, in_window, why in chosen(plan, month).iterator(CHUNK):
        if raw is None:
            raise BytesGone(f"record {kiosk} {seq}")
        yield bytes(raw), in_window, why


def chosen(plan: str, month: date | None) -> "QuerySet[Record, tuple[Any, ...]]":
    """The query of `records_of`; with `month`, the first day of one, it reads that month's partition only."""
    mine = Record.objects.filter(cell__plan=plan).order_by("kiosk_id", "seq")
    if month is not None:
        mine = mine.filter(month=month)  # the planner knows that the bytes are of the same month
    return mine.values_list("kiosk_id", "seq", "body__raw", "cell__in_window", "cell__why")
