"""Frozen rounds, their minutes, where they were published."""
# ruff: noqa: RUF012

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Frozen",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.CharField(max_length=60, unique=True)),
                ("plan", models.CharField(db_index=True, max_length=40)),
                ("number", models.IntegerField()),
                ("as_of", models.DateTimeField()),
                ("frozen_at", models.DateTimeField()),
                ("by", models.CharField(max_length=150)),
                ("interim", models.BooleanField()),
                ("count", models.BigIntegerField()),
                ("analysis", models.BinaryField()),
                ("inputs", models.BinaryField()),
                ("manifest", models.BinaryField()),
                ("signature", models.BinaryField(max_length=64)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("plan", "number"), name="frozen_number_once")],
            },
        ),
        migrations.CreateModel(
            name="Acceptance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("council", models.CharField(max_length=200)),
                ("note", models.TextField()),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
                ("frozen", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="publication.frozen")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                (
                    "where",
                    models.CharField(
                        choices=[
                            ("website", "Trang thông tin điện tử"),
                            ("conference", "Hội nghị"),
                            ("press", "Báo chí"),
                            ("request", "Cung cấp theo yêu cầu"),
                        ],
                        max_length=10,
                    ),
                ),
                ("place", models.CharField(max_length=300)),
                ("note", models.TextField(blank=True)),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
                ("frozen", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="publication.frozen")),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
