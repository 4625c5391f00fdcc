"""Alerts, what was judged, whose turn it is."""
# ruff: noqa: RUF012

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Turn",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("silence", "Ki-ốt im lặng"),
                            ("pause", "Tạm ngừng lâu"),
                            ("clock", "Đồng hồ chưa chắc đúng"),
                            ("behind", "Chậm, thiếu chỉ tiêu"),
                            ("visits", "Lệch so với số lượt"),
                            ("low_score", "Chỉ số thấp"),
                            ("signal", "Phản ánh phiền hà, thu thêm"),
                        ],
                        max_length=20,
                    ),
                ),
                ("plan", models.CharField(max_length=40)),
                ("point", models.CharField(max_length=40)),
                ("kiosk", models.CharField(default="", max_length=40)),
                ("about", models.CharField(default="", max_length=40)),
                ("text", models.TextField()),
                ("day", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("new", "Mới"), ("seen", "Đã xem"), ("handled", "Đã xử lý")],
                        default="new",
                        max_length=10,
                    ),
                ),
                ("note", models.TextField(default="")),
                ("changed_by", models.CharField(default="", max_length=150)),
                ("changed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["plan", "state"], name="alert_plan_state")],
            },
        ),
        migrations.CreateModel(
            name="Judgement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("plan", models.CharField(max_length=40)),
                ("what", models.CharField(max_length=10)),
                ("day", models.DateField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("plan", "what", "day"), name="judgement_once")],
            },
        ),
    ]
