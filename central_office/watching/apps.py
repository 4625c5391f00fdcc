"""Names this app to Django."""

from django.apps import AppConfig


class WatchingConfig(AppConfig):
    name = "central_office.watching"
    label = "watching"
    verbose_name = "Theo dõi"
