"""How often the counters were changed."""
# ruff: noqa: RUF012

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0004_raw")]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("name", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
            ],
        )
    ]
