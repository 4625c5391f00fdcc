"""The first tables of this app; written by `makemigrations`."""
# ruff: noqa: RUF012

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Slip",
            fields=[
                ("token", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("number", models.IntegerField()),
                ("day", models.DateField()),
                ("state", models.CharField(max_length=10)),
                ("facts", models.JSONField(default=dict)),
                ("dossier", models.BooleanField(default=False)),
                ("agency", models.CharField(default="", max_length=40)),
                ("late", models.BooleanField(null=True)),
                ("notice", models.BooleanField(null=True)),
                ("apology", models.BooleanField(null=True)),
                ("kiosk", models.CharField(max_length=40)),
            ],
            options={
                "indexes": [models.Index(fields=["number", "day"], name="slip_number_day")],
            },
        ),
        migrations.CreateModel(
            name="SlipPoint",
            fields=[
                ("number", models.IntegerField(primary_key=True, serialize=False)),
                ("plan", models.CharField(max_length=40)),
                ("point", models.CharField(max_length=40)),
                ("form", models.CharField(max_length=40)),
                ("version", models.CharField(max_length=40)),
                ("digest", models.CharField(max_length=64)),
                ("salt", models.BinaryField(max_length=32)),
                ("last_day", models.DateField()),
                ("destroyed_on", models.DateField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("plan", "point", "digest"), name="slip_point_once")],
            },
        ),
    ]
