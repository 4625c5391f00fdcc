"""Names this app to Django."""

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "central_office.units"
    label = "units"
    verbose_name = "Đơn vị"
