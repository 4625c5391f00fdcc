"""The phone's addresses: /P/ and a slip's code, /U/ and a unit's. Small letters are forgiven, as the codes' own are."""

from django.urls import re_path

from central_office.phone import views

LETTERS = r"(?P<letters>[^/]{1,120})"
ADDRESS = r"(?P<address>[0-9a-f]{32})"
QUESTION = r"cau/(?P<question>[A-Za-z0-9._-]{1,40})"

urlpatterns = [
    re_path(r"^[Pp]/?$", views.typed, name="phone_typed"),
    re_path(rf"^[Pp]/{LETTERS}/?$", views.slip, name="phone_slip"),
    re_path(rf"^[Pp]/{LETTERS}/{ADDRESS}/?$", views.slip),
    re_path(rf"^[Pp]/{LETTERS}/{ADDRESS}/{QUESTION}$", views.slip),
    re_path(rf"^[Pp]/{LETTERS}/{ADDRESS}/xong$", views.slip_sent),
    re_path(rf"^[Pp]/{LETTERS}/rut-lai$", views.slip_withdrawn),
    re_path(rf"^[Uu]/{LETTERS}/?$", views.unit, name="phone_unit"),
    re_path(rf"^[Uu]/{LETTERS}/{ADDRESS}/?$", views.unit),
    re_path(rf"^[Uu]/{LETTERS}/{ADDRESS}/{QUESTION}$", views.unit),
    re_path(rf"^[Uu]/{LETTERS}/{ADDRESS}/xong$", views.unit_sent),
    re_path(r"^[PpUu](?:/[\s\S]*)?\Z", views.lost),
]
