"""Names this app to Django."""

from django.apps import AppConfig


class PublicationConfig(AppConfig):
    name = "central_office.publication"
    label = "publication"
    verbose_name = "Công bố"
