"""Names this app to Django."""

from django.apps import AppConfig


class FeedConfig(AppConfig):
    name = "central_office.feed"
    label = "feed"
    verbose_name = "Nguồn dữ liệu"
