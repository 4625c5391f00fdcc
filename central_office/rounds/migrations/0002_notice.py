"""What the citizens of a point are told."""
# ruff: noqa: RUF012

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rounds", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("point", models.CharField(max_length=40)),
                ("text", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("last_day", models.DateField()),
                ("loaded_at", models.DateTimeField()),
                ("plan", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="rounds.planfile")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("plan", "point"), name="notice_once")]},
        ),
    ]
