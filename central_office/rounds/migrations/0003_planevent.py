"""The history of each plan."""
# ruff: noqa: RUF012

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rounds", "0002_notice")]

    operations = [
        migrations.CreateModel(
            name="PlanEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=150)),
                ("about", models.TextField(default="")),
                ("note", models.TextField(default="")),
                ("day", models.DateField(null=True)),
                ("replaced", models.TextField(default="")),
                ("plan", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="rounds.planfile")),
            ],
        ),
    ]
