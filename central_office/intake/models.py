"""What the centre keeps: records, batches, incidents, the counters that follow from them, used slips, what was erased.

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
    """How many answers came, by day and everything else that answers are counted by. `key`: the columns in one text,
    but `in_window`, which follows from the plan as it is now (intake.rebuild); `flags`: joined by spaces.

    `agency`: code of the competent agency, "" unknown. `counted`: False for answers that enter no figure, with `why`:
    "slip_used" (an answer with that slip had come before) or "slip_void" (its counter had taken the slip back).
    `by_slip`: a slip was shown; coverage can tell it still when no one can say any more which answer was whose.
    """

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
    agency = models.CharField(max_length=40, default="")
    counted = models.BooleanField(default=True)
    why = models.CharField(max_length=20, default="")
    by_slip = models.BooleanField(default=False)
    count = models.BigIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["plan", "point"], name="cell_plan_point")]


class Heap(models.Model):
    """Ratings that are summed together; only answers in the window and counted. `key`: the columns in one text.

    `family` "time": by channel, agency and `month` (its first day); "person": by `field` and `respondent`, codes of
    the options chosen at the form's questions of these roles, "" unknown. The columns of the other family are empty.
    """

    key = models.TextField(unique=True)
    family = models.CharField(max_length=10)
    plan = models.CharField(max_length=40)
    form = models.CharField(max_length=64)
    point = models.CharField(max_length=40)
    channel = models.CharField(max_length=10, default="")
    agency = models.CharField(max_length=40, default="")
    month = models.DateField(null=True)
    field = models.CharField(max_length=40, default="")
    respondent = models.CharField(max_length=40, default="")
    flagged = models.BooleanField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["plan", "family", "point"], name="heap_plan_family_point")]


class Raw(models.Model):
    """The bytes a kiosk sealed, never changed; empty when withdrawn. On PostgreSQL partitioned by `month`, the first
    day of the month of receipt by the centre's clock (intake.partitions)."""

    pk = models.CompositePrimaryKey("kiosk", "seq", "month")
    kiosk = models.CharField(max_length=40)
    seq = models.BigIntegerField()
    month = models.DateField()
    raw = models.BinaryField()


class Record(models.Model):
    """One answer. All columns but `batch` and `month` follow from the bytes of `body`, which is None only where the
    partition of its month was taken away. Of a withdrawn answer only `kiosk`, `seq`, `digest` and `prev` are left
    (intake.single_use).

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
    month = models.DateField()
    body = models.ForeignObject(
        Raw, models.DO_NOTHING, ("kiosk", "seq", "month"), ("kiosk", "seq", "month"), related_name="+", null=True
    )


class Tally(models.Model):
    """How often `value` was given to `question` in `heap`. Question "" counts the answers themselves, in heaps of
    family "person", with their state as value: cells know neither field nor respondent."""

    pk = models.CompositePrimaryKey("heap_id", "question", "value")
    heap = models.ForeignKey(Heap, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    question = models.CharField(max_length=40)
    value = models.CharField(max_length=40)
    count = models.BigIntegerField()


class Change(models.Model):
    """How often batches of a kiosk (`name`: the kiosk) or a recount of a plan ("plan:" and its id) changed counters.
    Whatever was computed before is known by it to be old; a withdrawal is known by its tombstone."""

    name = models.CharField(primary_key=True, max_length=60)
    number = models.BigIntegerField()


class Incident(models.Model):
    """Something that a person must look at. `raw`: the bytes refused or suspected, kept aside (quarantine).

    `noticed_at`: the start of its quarter-hour.
    """

    kind = models.CharField(max_length=20)  # conflict, rejected, chain_break, fork, missing, panel, slip
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


class Redemption(models.Model):
    """A slip that cannot be used any more: its token's row decides which of two uses came first.

    `kiosk`, `seq`: the record that counts, "" and None once that link is forgotten or where none had come. `day`: of
    its storing. `withdrawn`: quarter-hour of the withdrawal, "" for none. `answered`: a record came, or its tombstone;
    False where the holder took back what had not come.
    """

    token = models.CharField(primary_key=True, max_length=32)
    kiosk = models.CharField(max_length=40, default="")
    seq = models.BigIntegerField(null=True)
    day = models.DateField()
    withdrawn = models.CharField(max_length=32, default="")
    answered = models.BooleanField(default=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["day"], name="redemption_linked", condition=models.Q(seq__isnull=False))
        ]


class FurtherUse(models.Model):
    """A record that came with a slip already used: stored, not counted; so that a withdrawal takes it too."""

    token = models.CharField(max_length=32, db_index=True)
    kiosk = models.CharField(max_length=40)
    seq = models.BigIntegerField()
    day = models.DateField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kiosk", "seq"], name="further_use_once")]


class Tombstone(models.Model):
    """A record whose bytes were erased. `digest`, `prev`: as in its row, hexadecimal; `withdrawn`: a quarter-hour."""

    kiosk = models.CharField(max_length=40)
    seq = models.BigIntegerField()
    plan = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    prev = models.CharField(max_length=64)
    withdrawn = models.CharField(max_length=32)
    reason = models.CharField(max_length=20)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kiosk", "seq"], name="tombstone_once")]


class Proof(models.Model):
    """One line of the log that says what was destroyed. `line`: canonical bytes naming the digest of the line before;
    `signature`: the centre's over it."""

    number = models.BigIntegerField(primary_key=True)
    line = models.BinaryField()
    signature = models.BinaryField(max_length=64)
