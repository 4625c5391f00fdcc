"""Visits as told, every telling kept."""
# ruff: noqa: RUF012

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="VisitCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("plan", models.CharField(max_length=40)),
                ("point", models.CharField(max_length=40)),
                ("day", models.DateField()),
                ("count", models.IntegerField(null=True)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("staff", "cán bộ đếm"),
                            ("ticket", "máy lấy số"),
                            ("sensor", "cảm biến"),
                            ("import", "tệp nhập vào"),
                        ],
                        max_length=10,
                    ),
                ),
                ("entered_by", models.CharField(max_length=150)),
                ("entered_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["plan", "point", "day"], name="visits_plan_point_day")],
            },
        ),
    ]
