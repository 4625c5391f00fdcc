"""The records' bytes in a table of their own, on PostgreSQL one partition a month of receipt (docs/decisions/0014)."""
# ruff: noqa: RUF012, S608

from datetime import date
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

PARTITIONED = (
    """
    CREATE TABLE intake_raw (
        kiosk varchar(40) NOT NULL, seq bigint NOT NULL, month date NOT NULL, raw bytea NOT NULL,
        PRIMARY KEY (kiosk, seq, month)
    ) PARTITION BY RANGE (month)
    """,
    "CREATE TABLE intake_raw_default PARTITION OF intake_raw DEFAULT",
)
# Of the batch's receipt, as the plans' zone has it; an erased or damaged row's batch may be gone.
MONTH = {
    "postgresql": "date_trunc('month', b.received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date",
    "sqlite": "date(b.received_at, '+7 hours', 'start of month')",
}


def make(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        for statement in PARTITIONED:
            editor.execute(statement)
    else:
        editor.create_model(apps.get_model("intake", "Raw"))
    month = MONTH[editor.connection.vendor]
    editor.execute(
        f"UPDATE intake_record SET month = (SELECT {month} FROM intake_batch b WHERE b.id = intake_record.batch_id) "
        "WHERE batch_id IN (SELECT id FROM intake_batch)"
    )
    if editor.connection.vendor == "postgresql":
        _partitions(editor)
    editor.execute(
        "INSERT INTO intake_raw (kiosk, seq, month, raw) SELECT kiosk_id, seq, month, raw FROM intake_record"
    )


def _partitions(editor: Any) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT month FROM intake_record ORDER BY month")
        months = [row[0] for row in cursor.fetchall()]
    for month in months:
        end = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        editor.execute(
            f"CREATE TABLE intake_raw_{month:%Y_%m} PARTITION OF intake_raw FOR VALUES FROM ('{month}') TO ('{end}')"
        )


def unmake(_apps: Any, editor: Any) -> None:
    same = "w.kiosk = intake_record.kiosk_id AND w.seq = intake_record.seq AND w.month = intake_record.month"
    editor.execute(
        f"UPDATE intake_record SET raw = (SELECT w.raw FROM intake_raw w WHERE {same}) "
        f"WHERE EXISTS (SELECT 1 FROM intake_raw w WHERE {same})"
    )
    editor.execute("DROP TABLE intake_raw")


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0003_heaps"),
    ]

    operations = [
        migrations.AddField(
            model_name="record",
            name="month",
            field=models.DateField(default=date(2000, 1, 1)),
            preserve_default=False,
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Raw",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "kiosk", "seq", "month", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("kiosk", models.CharField(max_length=40)),
                        ("seq", models.BigIntegerField()),
                        ("month", models.DateField()),
                        ("raw", models.BinaryField()),
                    ],
                ),
            ],
        ),
        migrations.AlterField(  # else the way back could not fill the rows that are there
            model_name="record",
            name="raw",
            field=models.BinaryField(default=b""),
        ),
        migrations.RunPython(make, unmake),
        migrations.RemoveField(
            model_name="record",
            name="raw",
        ),
        migrations.SeparateDatabaseAndState(  # no column, and no database knows of it
            state_operations=[
                migrations.AddField(
                    model_name="record",
                    name="body",
                    field=models.ForeignObject(
                        from_fields=("kiosk", "seq", "month"),
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="intake.raw",
                        to_fields=("kiosk", "seq", "month"),
                    ),
                ),
            ],
        ),
    ]
