"""What the centre keeps for ever: records, batches, incidents; and the tallies that follow from them.

Records are written by `store` in plain SQL; these classes give the schema, its migrations and the reading side.
"""

from typing import ClassVar

from django.db import models

from central_office.fleet.models import Kiosk


class Batch(models.Model):
    """`head`: canonical bytes that the kiosk signed; `receipt`: the signed reply that first told of these records.

    `received_at`, like every instant kept beside answers, is the start of its quarter-hour (law 6).
    """

    kiosk = models.ForeignKey(Kiosk, on_delete=models.PROTECT)
    digest = models.BinaryField(max_length=32)
    head = models.BinaryField()
    signature = models.BinaryField(max_length=64)
    receipt = models.BinaryField(default=b"")
    accepted = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    received_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kiosk", "digest"], name="batch_once")]


class Cell(models.Model):
    """Everything a figure may be broken down by. `key`: the same fields in one text; `flags`: joined by spaces."""

    key = models.TextField(unique=True)
    plan = models.CharField(max_length=40)
    form = models.CharField(max_length=64)
    point = models.CharField(max_length=40)
    channel = models.CharField(max_length=10)
    state = models.CharField(max_length=10)
    day = models.DateField()
    flags = models.TextField()
    flagged = models.BooleanField()
    in_window = models.BooleanField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["plan", "point"], name="cell_plan_point")]


class Record(models.Model):
    """One answer. `raw`: the bytes the kiosk sealed, never changed; all other columns follow from them.

    `id`: the record's UUIDv7. The primary key is the kiosk's own numbering; a second answer with either is a conflict.
    References carry no constraint in the database: `store` writes all four rows in one transaction, `verify` checks
    them, and PostgreSQL would look up three rows for every answer (a quarter of the intake's speed).
    """

    pk = models.CompositePrimaryKey("kiosk_id", "seq")
    kiosk = models.ForeignKey(Kiosk, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    seq = models.BigIntegerField()
    id = models.UUIDField(unique=True)
    digest = models.BinaryField(max_length=32)
    prev = models.BinaryField(max_length=32)
    quarter = models.CharField(max_length=32)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    cell = models.ForeignKey(Cell, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    raw = models.BinaryField()


class Tally(models.Model):
    """How often `value` was given to `question` in `cell`. Question "" counts the answers themselves, value ""."""

    cell = models.ForeignKey(Cell, on_delete=models.PROTECT, db_index=False)
    question = models.CharField(max_length=40)
    value = models.CharField(max_length=40)
    count = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["cell", "question", "value"], name="tally_once")]


class Incident(models.Model):
    """Something that a person must look at. `raw`: the bytes refused or suspected, kept aside (quarantine).

    `noticed_at`: the start of its quarter-hour.
    """

    kind = models.CharField(max_length=20)  # conflict, rejected, chain_break, fork, missing, panel
    code = models.CharField(max_length=40)
    kiosk = models.CharField(max_length=40)
    seq = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    raw = models.BinaryField()
    detail = models.TextField()
    noticed_at = models.DateTimeField(db_index=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kiosk", "kind", "seq", "digest"], name="incident_once"),
        ]
