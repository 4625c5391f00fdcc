"""The first tables of this app; written by `makemigrations`."""
# ruff: noqa: RUF012

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="EnrolmentCode",
            fields=[
                ("name", models.CharField(max_length=5, primary_key=True, serialize=False)),
                ("secret", models.BinaryField()),
                ("plan", models.CharField(max_length=40)),
                ("point", models.CharField(max_length=40)),
                ("expires_at", models.DateTimeField()),
                ("wrong", models.IntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
                ("kiosk", models.CharField(default="", max_length=40)),
                ("request", models.CharField(default="", max_length=64)),
                ("reply", models.BinaryField(default=b"")),
            ],
        ),
        migrations.CreateModel(
            name="FailedTry",
            fields=[
                ("who", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("failures", models.IntegerField()),
                ("until", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Kiosk",
            fields=[
                ("kiosk", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("public_key", models.BinaryField(max_length=32, unique=True)),
                ("plan", models.CharField(max_length=40)),
                ("point", models.CharField(max_length=40)),
                ("enrolled_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("reported_at", models.DateTimeField(null=True)),
                ("seq", models.BigIntegerField(default=0)),
                ("head", models.CharField(default="", max_length=64)),
                ("pending", models.BigIntegerField(default=0)),
                ("quarantined", models.BigIntegerField(default=0)),
                ("oldest", models.CharField(default="", max_length=40)),
                ("version", models.CharField(default="", max_length=40)),
                ("clock", models.CharField(default="", max_length=40)),
                ("free_bytes", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("plan", models.CharField(max_length=40)),
                ("point", models.CharField(max_length=40)),
                ("since", models.DateTimeField()),
                ("kiosk", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="fleet.kiosk")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kiosk", "plan", "point"), name="assignment_once")],
            },
        ),
        migrations.CreateModel(
            name="Witness",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.BigIntegerField()),
                ("head", models.CharField(max_length=64)),
                ("told_at", models.DateTimeField()),
                ("kiosk", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="fleet.kiosk")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kiosk", "seq"), name="witness_once")],
            },
        ),
    ]
