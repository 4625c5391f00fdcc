"""Reads the records of a round out of the database, kiosk by kiosk, in order. Counts nothing.

Kiosks are ordered here and not by the database, whose order of letters is its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, QuerySet, Sum

from central_office.fleet.models import Kiosk
from central_office.intake.models import Batch, Cell, Record
from central_office.intake.store import is_postgres, run
from central_office.publication.inputs import Inputs
from central_office.publication.recount import Member

CHUNK = 2_000


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything read inside is of one instant on PostgreSQL. A lock of SQLite would hold the kiosks' answers up for as
    long as the walk takes: there `of_plan` stops at the last batch that had come when it began."""
    if not is_postgres():
        yield
        return
    with transaction.atomic():
        if len(connection.atomic_blocks) == 1:
            run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def of_plan(plan: str, before: datetime) -> Iterator[Member]:
    """Every record of the plan whose batch was received before the instant, and before this walk began."""
    last = Batch.objects.aggregate(last=Max("pk"))["last"] or 0
    for kiosk in sorted(Kiosk.objects.values_list("kiosk", flat=True)):
        mine = Record.objects.filter(kiosk_id=kiosk, cell__plan=plan, batch__received_at__lt=before, batch__lte=last)
        for seq, digest, why, raw in _rows(mine, "cell__why"):
            yield Member(kiosk, seq, digest, why, raw)


def of_inputs(inputs: Inputs) -> Iterator[Member]:
    """The same records later, whatever came since; of one that was withdrawn no bytes are left."""
    for kiosk in sorted(inputs.spans):
        for first, last in inputs.spans[kiosk]:
            mine = Record.objects.filter(kiosk_id=kiosk, seq__range=(first, last))
            for seq, digest, _, raw in _rows(
                mine, "cell_id"
            ):  # a withdrawn one stands in no cell: joined, it were gone
                yield Member(kiosk, seq, digest, inputs.uncounted.get((kiosk, seq), ""), raw)


def stored(plan: str) -> int:
    """How many records of the plan there are, one by one."""
    return Record.objects.filter(cell__plan=plan).count()


def count_of(plan: str) -> int:
    """How many records of the plan are stored now, as counted when they came."""
    found = Cell.objects.filter(plan=plan).aggregate(total=Sum("count"))["total"]
    return int(found or 0)


def _rows(chosen: "QuerySet[Record]", where: str) -> Iterator[tuple[int, str, Any, bytes]]:
    columns = ("seq", "digest", where, "body__raw")
    for seq, digest, why, raw in chosen.order_by("seq").values_list(*columns).iterator(CHUNK):
        yield seq, bytes(digest).hex(), why, bytes(raw or b"")
