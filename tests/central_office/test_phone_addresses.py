"""The addresses of the phone's pages beside the office's others. Knows no database."""

import pytest

from survey.enrolment import ALPHABET


@pytest.mark.usefixtures("_django")
def test_every_named_page_of_the_office_still_has_an_address() -> None:
    """One pattern that cannot be turned round breaks all of them, the page for signing in included."""
    from django.urls import get_resolver, reverse

    assert reverse("login")
    assert reverse("phone_typed") == "/P"
    assert reverse("phone_slip", kwargs={"letters": ALPHABET[:20]}) == f"/P/{ALPHABET[:20]}"
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    print(f"{len(names)} named pages")
    assert {"login", "results"} <= names
