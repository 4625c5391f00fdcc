"""Reads the records of a round out of the database, kiosk by kiosk, in order. Counts nothing.

Kiosks are ordered here and not by the database, whose order of letters is its own.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Sum

from central_office.fleet.models import Kiosk
from central_office.intake.models import Cell, Record
from central_office.publication.inputs import Inputs
from central_office.publication.recount import Member

CHUNK = 2_000


def of_plan(plan: str, before: datetime) -> Iterator[Member]:
    """Every record of the plan whose batch was received before the instant."""
    why = dict(Cell.objects.filter(plan=plan).values_list("pk", "why"))
    for kiosk in sorted(Kiosk.objects.values_list("kiosk", flat=True)):
        mine = Record.objects.filter(kiosk_id=kiosk, cell__plan=plan, batch__received_at__lt=before)
        for seq, digest, cell, raw in _rows(mine):
            yield Member(kiosk, seq, digest, why[cell], raw)


def of_inputs(inputs: Inputs) -> Iterator[Member]:
    """The same records later, whatever came since; of one that was withdrawn no bytes are left."""
    for kiosk in sorted(inputs.spans):
        for first, last in inputs.spans[kiosk]:
            mine = Record.objects.filter(kiosk_id=kiosk, seq__range=(first, last))
            for seq, digest, _, raw in _rows(mine):
                yield Member(kiosk, seq, digest, inputs.uncounted.get((kiosk, seq), ""), raw)


def count_of(plan: str) -> int:
    """How many records of the plan are stored now."""
    found = Cell.objects.filter(plan=plan).aggregate(total=Sum("count"))["total"]
    return int(found or 0)


def _rows(chosen: "QuerySet[Record]") -> Iterator[tuple[int, str, Any, bytes]]:
    columns = ("seq", "digest", "cell_id", "body__raw")
    for seq, digest, cell, raw in chosen.order_by("seq").values_list(*columns).iterator(CHUNK):
        yield seq, bytes(digest).hex(), cell, bytes(raw or b"")
