"""Answers counted in their cells, ratings in heaps. The counts of answers are carried over; the heaps need the bytes
and are made by `setup` (intake.rebuild)."""
# ruff: noqa: RUF012

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

CARRY = """
UPDATE intake_cell SET count = coalesce(
    (SELECT t.count FROM intake_tally t WHERE t.cell_id = intake_cell.id AND t.question = ''), 0)
"""
BACK = """
INSERT INTO intake_tally (cell_id, question, value, count) SELECT id, '', '', count FROM intake_cell WHERE count > 0
"""


def respell(apps: Any, _editor: Any) -> None:
    """A cell's key without its window."""
    cells = apps.get_model("intake", "Cell").objects
    for cell in cells.order_by("pk").iterator(2000):
        parts = [cell.plan, cell.form, cell.point, cell.channel, cell.state, cell.day.isoformat(), cell.flags]
        more = (cell.agency, cell.why, "slip" if cell.by_slip else "")
        cells.filter(pk=cell.pk).update(key="|".join([*parts, *more] if any(more) else parts))


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0002_slips"),
    ]

    operations = [
        migrations.AddField(
            model_name="cell",
            name="count",
            field=models.BigIntegerField(default=0),
        ),
        migrations.RunSQL(CARRY, BACK),
        migrations.RunPython(respell, migrations.RunPython.noop),
        migrations.DeleteModel(name="Tally"),
        migrations.CreateModel(
            name="Heap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.TextField(unique=True)),
                ("family", models.CharField(max_length=10)),
                ("plan", models.CharField(max_length=40)),
                ("form", models.CharField(max_length=64)),
                ("point", models.CharField(max_length=40)),
                ("channel", models.CharField(default="", max_length=10)),
                ("agency", models.CharField(default="", max_length=40)),
                ("month", models.DateField(null=True)),
                ("field", models.CharField(default="", max_length=40)),
                ("respondent", models.CharField(default="", max_length=40)),
                ("flagged", models.BooleanField()),
            ],
            options={
                "indexes": [models.Index(fields=["plan", "family", "point"], name="heap_plan_family_point")],
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "heap_id", "question", "value", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("question", models.CharField(max_length=40)),
                ("value", models.CharField(max_length=40)),
                ("count", models.BigIntegerField()),
                (
                    "heap",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="intake.heap",
                    ),
                ),
            ],
        ),
    ]
