"""The first tables of this app; written by `makemigrations`."""
# ruff: noqa: RUF012

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("fleet", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.BinaryField(max_length=32)),
                ("head", models.BinaryField()),
                ("signature", models.BinaryField(max_length=64)),
                ("receipt", models.BinaryField(default=b"")),
                ("accepted", models.IntegerField(default=0)),
                ("refused", models.IntegerField(default=0)),
                ("received_at", models.DateTimeField(db_index=True)),
                ("kiosk", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="fleet.kiosk")),
            ],
        ),
        migrations.CreateModel(
            name="Cell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.TextField(unique=True)),
                ("plan", models.CharField(max_length=40)),
                ("form", models.CharField(max_length=64)),
                ("point", models.CharField(max_length=40)),
                ("channel", models.CharField(max_length=10)),
                ("state", models.CharField(max_length=10)),
                ("day", models.DateField()),
                ("flags", models.TextField()),
                ("flagged", models.BooleanField()),
                ("in_window", models.BooleanField()),
            ],
            options={
                "indexes": [models.Index(fields=["plan", "point"], name="cell_plan_point")],
            },
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("code", models.CharField(max_length=40)),
                ("kiosk", models.CharField(max_length=40)),
                ("seq", models.BigIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("raw", models.BinaryField()),
                ("detail", models.TextField()),
                ("noticed_at", models.DateTimeField(db_index=True)),
                ("seen_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kiosk", "kind", "seq", "digest"), name="incident_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Record",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "kiosk_id", "seq", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("seq", models.BigIntegerField()),
                ("id", models.UUIDField(unique=True)),
                ("digest", models.BinaryField(max_length=32)),
                ("prev", models.BinaryField(max_length=32)),
                ("quarter", models.CharField(max_length=32)),
                ("raw", models.BinaryField()),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="intake.batch",
                    ),
                ),
                (
                    "cell",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="intake.cell",
                    ),
                ),
                (
                    "kiosk",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="fleet.kiosk",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("question", models.CharField(max_length=40)),
                ("value", models.CharField(max_length=40)),
                ("count", models.BigIntegerField()),
                (
                    "cell",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="intake.cell"),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.UniqueConstraint(fields=("kiosk", "digest"), name="batch_once"),
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.UniqueConstraint(fields=("cell", "question", "value"), name="tally_once"),
        ),
    ]
