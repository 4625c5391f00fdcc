"""Surveys stopped by hand, and presses of a button test."""
# ruff: noqa: RUF012

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fleet", "0003_language_counts")]

    operations = [
        migrations.AddField(model_name="kiosk", name="tested", field=models.BigIntegerField(default=0)),
        migrations.CreateModel(
            name="Pause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pause", models.CharField(max_length=16)),
                ("reason", models.CharField(max_length=40)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("clock", models.CharField(max_length=40)),
                ("kiosk", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="fleet.kiosk")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("kiosk", "pause"), name="pause_once")]},
        ),
    ]
