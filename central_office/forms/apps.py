"""Names this app to Django."""

from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "central_office.forms"
    label = "forms"
    verbose_name = "Mẫu phiếu"
