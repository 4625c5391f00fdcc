"""Rings, releases, and what kiosks tell of their systems."""
# ruff: noqa: RUF012

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("fleet", "0006_asking"),
    ]

    operations = [
        migrations.CreateModel(
            name="KioskSystem",
            fields=[
                (
                    "kiosk",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to="fleet.kiosk"
                    ),
                ),
                ("compatible", models.CharField(default="", max_length=60)),
                ("slot", models.CharField(default="", max_length=60)),
                ("version", models.CharField(default="", max_length=60)),
                ("phase", models.CharField(default="", max_length=60)),
                ("target", models.CharField(default="", max_length=60)),
                ("failed", models.CharField(default="", max_length=60)),
                ("why", models.CharField(default="", max_length=60)),
                ("root", models.BigIntegerField(default=0)),
                ("trouble", models.CharField(default="", max_length=60)),
                ("percent", models.BigIntegerField(default=0)),
                ("since", models.DateTimeField()),
                ("told_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Release",
            fields=[
                ("target", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("compatible", models.CharField(max_length=40)),
                ("version", models.CharField(max_length=40)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                ("published_at", models.DateTimeField()),
                ("published_by", models.CharField(max_length=160)),
                ("halted_at", models.DateTimeField(null=True)),
                ("halted_why", models.CharField(default="", max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="Ring",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("order", models.IntegerField(unique=True)),
                ("units", models.JSONField(default=list)),
                ("percent", models.IntegerField(default=100)),
                ("automatic", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("opened_at", models.DateTimeField()),
                ("opened_by", models.CharField(max_length=160)),
                ("release", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="updates.release")),
                ("ring", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="updates.ring")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("release", "ring"), name="opening_once")],
            },
        ),
    ]
