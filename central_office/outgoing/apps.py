"""Names this app to Django."""

from django.apps import AppConfig


class OutgoingConfig(AppConfig):
    name = "central_office.outgoing"
    label = "outgoing"
    verbose_name = "Gửi đi"
