"""Names this app to Django."""

from django.apps import AppConfig


class SlipsConfig(AppConfig):
    name = "central_office.slips"
    label = "slips"
    verbose_name = "Phiếu mời"
