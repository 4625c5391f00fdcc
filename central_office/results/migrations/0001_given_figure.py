"""Figures that others computed."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = [("rounds", "0001_initial")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="GivenFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("hundredths", models.IntegerField()),
                ("source", models.CharField(max_length=300)),
                ("period", models.CharField(max_length=100)),
                ("method", models.CharField(max_length=500)),
                ("entered_by", models.CharField(max_length=150)),
                ("entered_at", models.DateTimeField()),
                ("plan", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="rounds.planfile")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["plan", "name", "period"], name="given_figure_once"),
                ]
            },
        )
    ]
