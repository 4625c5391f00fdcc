"""Names this app to Django."""

from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "central_office.rounds"
    label = "rounds"
    verbose_name = "Kế hoạch và phiếu"
