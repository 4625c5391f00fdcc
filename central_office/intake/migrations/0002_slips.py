"""Answers stored and not counted, used slips, tombstones and the log of what was destroyed."""
# ruff: noqa: RUF012

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Proof",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("line", models.BinaryField()),
                ("signature", models.BinaryField(max_length=64)),
            ],
        ),
        migrations.AddField(
            model_name="cell",
            name="agency",
            field=models.CharField(default="", max_length=40),
        ),
        migrations.AddField(
            model_name="cell",
            name="counted",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="cell",
            name="why",
            field=models.CharField(default="", max_length=20),
        ),
        migrations.AddField(
            model_name="cell",
            name="by_slip",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="FurtherUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(db_index=True, max_length=32)),
                ("kiosk", models.CharField(max_length=40)),
                ("seq", models.BigIntegerField()),
                ("day", models.DateField(db_index=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kiosk", "seq"), name="further_use_once")],
            },
        ),
        migrations.CreateModel(
            name="Redemption",
            fields=[
                ("token", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("kiosk", models.CharField(default="", max_length=40)),
                ("seq", models.BigIntegerField(null=True)),
                ("day", models.DateField()),
                ("withdrawn", models.CharField(default="", max_length=32)),
                ("answered", models.BooleanField(default=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("seq__isnull", False)), fields=["day"], name="redemption_linked")
                ],
            },
        ),
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kiosk", models.CharField(max_length=40)),
                ("seq", models.BigIntegerField()),
                ("plan", models.CharField(max_length=40)),
                ("digest", models.CharField(max_length=64)),
                ("prev", models.CharField(max_length=64)),
                ("withdrawn", models.CharField(max_length=32)),
                ("reason", models.CharField(max_length=20)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kiosk", "seq"), name="tombstone_once")],
            },
        ),
    ]
