"""Who brought a form version, and in which file."""
# ruff: noqa: RUF012

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("rounds", "0002_notice")]

    operations = [
        migrations.CreateModel(
            name="FormSource",
            fields=[
                (
                    "form",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="source",
                        serialize=False,
                        to="rounds.formfile",
                    ),
                ),
                ("by", models.CharField(max_length=160)),
                ("source", models.CharField(max_length=120)),
            ],
        ),
    ]
