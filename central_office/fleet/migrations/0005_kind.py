"""The centre's own virtual kiosk is told apart from devices."""
# ruff: noqa: RUF012

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fleet", "0004_pauses")]

    operations = [
        migrations.AddField(model_name="kiosk", name="kind", field=models.CharField(default="", max_length=10))
    ]
