"""What each kiosk asks, as it tells, and the last offer of another form made to it."""
# ruff: noqa: RUF012

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fleet", "0005_kind")]

    operations = [
        migrations.CreateModel(
            name="Asking",
            fields=[
                (
                    "kiosk",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="fleet.kiosk",
                    ),
                ),
                ("content", models.CharField(max_length=64)),
                ("serial", models.BigIntegerField(default=0)),
                ("form", models.CharField(max_length=64)),
                ("refused", models.BigIntegerField(default=0)),
                ("why", models.CharField(default="", max_length=40)),
                ("offered", models.BigIntegerField(default=0)),
                ("offered_content", models.CharField(default="", max_length=64)),
                ("offered_at", models.DateTimeField(null=True)),
            ],
        )
    ]
