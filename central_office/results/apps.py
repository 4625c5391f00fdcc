"""Names this app to Django."""

from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "central_office.results"
    label = "results"
    verbose_name = "Kết quả"
