"""Names this app to Django, and lets the server seal forgotten answers while it answers requests."""

import logging

from django.apps import AppConfig
from django.core.signals import request_finished


class PhoneConfig(AppConfig):
    name = "central_office.phone"
    label = "phone"
    verbose_name = "Phiếu trên điện thoại"

    def ready(self) -> None:
        from central_office.phone.border import WithoutCodes
        from central_office.phone.sweep import after_a_request

        logging.getLogger("django.request").addFilter(WithoutCodes())
        request_finished.connect(after_a_request, dispatch_uid="phone.sweep")
