"""Names this app to Django, and notes every sign-in."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class PeopleConfig(AppConfig):
    name = "central_office.people"
    label = "people"
    verbose_name = "Người dùng"

    def ready(self) -> None:
        user_logged_in.connect(signed_in, dispatch_uid="people.signed_in")


def signed_in(request: Any, user: Any, **_: Any) -> None:
    """Whatever way a person came in: a one-time password must be changed first, and the log says who came."""
    from central_office.people import accounts, audit
    from central_office.people.access import MUST_CHANGE

    if request is not None and accounts.must_change(user):
        request.session[MUST_CHANGE] = 1
    audit.note(user.get_username(), "person.signed_in", user.get_username())
