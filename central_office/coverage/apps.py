"""Names this app to Django."""

from django.apps import AppConfig


class CoverageConfig(AppConfig):
    name = "central_office.coverage"
    label = "coverage"
    verbose_name = "Độ phủ"
