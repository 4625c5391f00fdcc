"""Names this app to Django."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "central_office.people"
    label = "people"
    verbose_name = "Người dùng"
