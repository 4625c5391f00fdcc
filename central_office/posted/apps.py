"""Names this app to Django."""

from django.apps import AppConfig


class PostedConfig(AppConfig):
    name = "central_office.posted"
    label = "posted"
    verbose_name = "Qua bưu điện"
