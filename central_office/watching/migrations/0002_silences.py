"""Silences that were told of, so that a kiosk's return is told too, and a district's silence once."""
# ruff: noqa: RUF012

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("watching", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Silence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kiosk", models.CharField(max_length=40)),
                ("plan", models.CharField(max_length=40)),
                ("point", models.CharField(max_length=40)),
                ("since", models.DateTimeField()),
                ("district", models.CharField(default="", max_length=90)),
                ("ended_at", models.DateTimeField(null=True)),
                ("alert", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="watching.alert")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["kiosk", "since"], name="silence_once")],
                "indexes": [models.Index(fields=["plan", "ended_at"], name="silence_plan_ended")],
            },
        ),
    ]
