"""The first tables of this app; written by `makemigrations`."""
# ruff: noqa: RUF012

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Crowd",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("slots", models.JSONField()),
                ("newest", models.BigIntegerField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="DayKey",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("key", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("name", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("body", models.BinaryField()),
                ("last_day", models.DateField(db_index=True, null=True)),
                ("touched_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Tries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("who", models.CharField(max_length=32)),
                ("what", models.CharField(max_length=10)),
                ("quarter", models.DateTimeField(db_index=True)),
                ("count", models.IntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("who", "what", "quarter"), name="phone_tries_once")],
            },
        ),
    ]
