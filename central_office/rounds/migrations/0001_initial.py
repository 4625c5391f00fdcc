"""The first tables of this app; written by `makemigrations`."""
# ruff: noqa: RUF012

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="FormFile",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("form", models.CharField(max_length=40)),
                ("version", models.CharField(max_length=40)),
                ("text", models.TextField()),
                ("loaded_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("form", "version"), name="form_version_once")],
            },
        ),
        migrations.CreateModel(
            name="PlanFile",
            fields=[
                ("plan", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("text", models.TextField()),
                ("loaded_at", models.DateTimeField()),
                ("form", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="rounds.formfile")),
            ],
        ),
    ]
