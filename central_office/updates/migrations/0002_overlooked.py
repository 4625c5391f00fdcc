"""Failures that a person has looked at do not stop a release again."""
# ruff: noqa: RUF012

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("updates", "0001_initial")]

    operations = [migrations.AddField("release", "overlooked", models.JSONField(default=list))]
