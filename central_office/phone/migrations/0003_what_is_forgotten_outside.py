"""The key of the day and the counts of the last minutes leave the database for the folder `runtime`."""
# ruff: noqa: RUF012

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("phone", "0002_an_address_of_its_own")]

    operations = [migrations.DeleteModel("Crowd"), migrations.DeleteModel("DayKey")]
