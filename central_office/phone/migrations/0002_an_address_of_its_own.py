"""Only who began a slip's answer goes on with it. Drafts begun before have no address: they are sealed when due."""
# ruff: noqa: RUF012

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("phone", "0001_initial")]

    operations = [
        migrations.AddField("draft", "proof", models.CharField(default="", max_length=64)),
    ]
