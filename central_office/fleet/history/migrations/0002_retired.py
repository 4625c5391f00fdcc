"""That a kiosk was replaced is a change of its own, no return."""
# ruff: noqa: RUF012

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fleet_history", "0001_initial")]

    operations = [
        migrations.AddField("standing", "retired", models.BooleanField(default=False)),
        migrations.AlterField(
            "change",
            "kind",
            models.CharField(
                choices=[
                    ("enrolled", "Ghi danh"),
                    ("moved", "Giao nơi khác"),
                    ("revoked", "Thu hồi"),
                    ("retired", "Đã thay"),
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
    ]
