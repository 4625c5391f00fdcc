"""Names this app to Django."""

from django.apps import AppConfig


class FleetConfig(AppConfig):
    name = "central_office.fleet"
    label = "fleet"
    verbose_name = "Ki-ốt"
