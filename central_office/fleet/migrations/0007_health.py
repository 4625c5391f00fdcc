"""What each kiosk's doctor last found, as codes."""
# ruff: noqa: RUF012

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fleet", "0006_asking")]

    operations = [migrations.AddField(model_name="kiosk", name="health", field=models.JSONField(null=True))]
