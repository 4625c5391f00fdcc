"""Subscribers and the messages to them."""
# ruff: noqa: RUF012

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Subscriber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("channel", models.CharField(max_length=10)),
                ("address", models.CharField(max_length=500)),
                ("kinds", models.CharField(max_length=200)),
                ("secret", models.CharField(default="", max_length=80)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=160)),
                ("removed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("message", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("state", models.CharField(default="waiting", max_length=10)),
                ("queued_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("tries", models.IntegerField(default=0)),
                ("trouble", models.CharField(default="", max_length=200)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "subscriber",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="outgoing.subscriber"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "waiting")), fields=["due_at"], name="message_waiting")
                ],
                "constraints": [models.UniqueConstraint(fields=("message", "subscriber"), name="message_once")],
            },
        ),
    ]
