"""Names this app to Django."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "central_office.intake"
    label = "intake"
    verbose_name = "Tiếp nhận"
