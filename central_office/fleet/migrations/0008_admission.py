"""Codes made in batches and for replacements; kiosks that wait to be confirmed, were replaced, or are told to stop."""
# ruff: noqa: RUF012

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fleet", "0007_health")]

    operations = [
        migrations.CreateModel(
            name="EnrolmentBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("plan", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=150)),
                ("expires_at", models.DateTimeField()),
                ("cancelled_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField("enrolmentcode", "made_at", models.DateTimeField(null=True)),
        migrations.AddField("enrolmentcode", "made_by", models.CharField(default="", max_length=150)),
        migrations.AddField("enrolmentcode", "replaces", models.CharField(default="", max_length=40)),
        migrations.AddField(
            "enrolmentcode",
            "batch",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="fleet.enrolmentbatch"),
        ),
        migrations.AddField("kiosk", "waits_since", models.DateTimeField(null=True)),
        migrations.AddField("kiosk", "retired_at", models.DateTimeField(null=True)),
        migrations.AddField("kiosk", "successor", models.CharField(default="", max_length=40)),
        migrations.AddField("kiosk", "revoked_by", models.CharField(default="", max_length=150)),
        migrations.AddField("kiosk", "service_serial", models.BigIntegerField(default=0)),
    ]
