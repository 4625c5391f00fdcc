"""Names this app to Django."""

from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "central_office.fleet.history"
    label = "fleet_history"
    verbose_name = "Lịch sử ki-ốt"
