"""How many answers of a point were given in which language, by closed days."""
# ruff: noqa: RUF012

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fleet", "0002_panels")]

    operations = [
        migrations.CreateModel(
            name="LanguageCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField()),
                ("plan", models.CharField(max_length=40)),
                ("point", models.CharField(max_length=40)),
                ("since", models.DateField()),
                ("day", models.DateField(db_index=True)),
                ("language", models.CharField(max_length=20)),
                ("count", models.BigIntegerField()),
                ("kiosk", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="fleet.kiosk")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kiosk", "number", "language"), name="language_count_once")
                ],
            },
        ),
    ]
