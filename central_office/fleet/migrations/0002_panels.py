"""What kiosks tell of their button panels."""
# ruff: noqa: RUF012

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fleet", "0001_initial")]

    operations = [
        migrations.AddField(model_name="kiosk", name="panel_counts", field=models.JSONField(default=list)),
        migrations.AddField(model_name="kiosk", name="panels", field=models.JSONField(default=list)),
    ]
