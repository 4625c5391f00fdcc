"""Names this room to Django."""

from django.apps import AppConfig


class EnrollingConfig(AppConfig):
    name = "central_office.enrolling"
    label = "enrolling"
