"""Which frozen rounds left the office."""
# ruff: noqa: RUF012

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publication", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="HandedOut",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("how", models.CharField(max_length=10)),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
                ("frozen", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="publication.frozen")),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
