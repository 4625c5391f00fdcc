"""Code lists, units and what came after them."""
# ruff: noqa: RUF012

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CodeList",
            fields=[
                ("id", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200)),
                ("version", models.CharField(blank=True, max_length=40)),
                ("issued", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=200)),
                ("fold", models.CharField(db_index=True, max_length=200)),
                ("weak", models.CharField(db_index=True, max_length=200)),
                ("commune_class", models.SmallIntegerField(null=True)),
                ("seat", models.BooleanField(default=False)),
                ("order_no", models.IntegerField(null=True)),
                ("valid_from", models.DateField(null=True)),
                ("valid_to", models.DateField(null=True)),
                ("agency", models.BooleanField(default=False)),
                ("code_list", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="units.codelist")),
                ("parent", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="units.unit")),
            ],
        ),
        migrations.CreateModel(
            name="Succession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("day", models.DateField()),
                (
                    "after",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="earlier", to="units.unit"
                    ),
                ),
                (
                    "before",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="later", to="units.unit"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.UniqueConstraint(fields=("code_list", "code"), name="unit_code_once"),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.UniqueConstraint(fields=("before", "after"), name="succession_once"),
        ),
    ]
