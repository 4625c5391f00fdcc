"""How each kiosk stood at the last full hour, and what changed."""
# ruff: noqa: RUF012

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("fleet", "0006_asking")]

    operations = [
        migrations.CreateModel(
            name="Standing",
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
                ("silent", models.BooleanField(default=False)),
                ("place", models.CharField(default="", max_length=90)),
                ("version", models.CharField(default="", max_length=40)),
                ("form", models.CharField(default="", max_length=40)),
                ("troubles", models.JSONField(default=list)),
                ("revoked", models.BooleanField(default=False)),
                ("address", models.CharField(default="", max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("enrolled", "Ghi danh"),
                            ("moved", "Giao nơi khác"),
                            ("revoked", "Thu hồi"),
                            ("silent", "Im lặng"),
                            ("back", "Liên lạc lại"),
                            ("updated", "Đổi phần mềm"),
                            ("form", "Đổi bản phiếu"),
                            ("trouble", "Phát sinh"),
                            ("cleared", "Đã hết"),
                        ],
                        max_length=10,
                    ),
                ),
                ("what", models.CharField(default="", max_length=200)),
                ("kiosk", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="fleet.kiosk")),
            ],
            options={"indexes": [models.Index(fields=["kiosk", "at"], name="change_kiosk_at")]},
        ),
    ]
