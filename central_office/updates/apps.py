"""Names this app to Django."""

from django.apps import AppConfig


class UpdatesConfig(AppConfig):
    name = "central_office.updates"
    label = "updates"
    verbose_name = "Bản cập nhật"
