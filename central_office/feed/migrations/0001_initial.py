"""The feed's entries and the tokens of those who take it."""
# ruff: noqa: RUF012

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Token",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("start", models.CharField(max_length=12)),
                ("plans", models.JSONField(default=list)),
                ("points", models.JSONField(default=list)),
                ("comments", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=160)),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("minute", models.BigIntegerField(default=0)),
                ("asked", models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(null=True, unique=True)),
                ("kind", models.CharField(max_length=10)),
                ("plan", models.CharField(max_length=40)),
                ("kiosk", models.CharField(default="", max_length=40)),
                ("seqs", models.TextField(default="")),
                ("count", models.IntegerField(default=0)),
                ("quarter", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("position__isnull", True)), fields=["id"], name="feed_waiting")
                ],
            },
        ),
    ]
