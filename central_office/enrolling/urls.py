"""Addresses of this room."""

from django.urls import URLPattern, path

from central_office.enrolling import views

urlpatterns: list[URLPattern] = [
    path("", views.enrolling_page, name="enrolling"),
    path("ma/", views.make, name="make_enrolment"),
    path("ma/<str:name>/", views.code_page, name="enrolment_code"),
    path("xac-nhan/", views.confirm, name="confirm_kiosks"),
    path("lo/<int:number>/huy/", views.cancel_batch, name="cancel_batch"),
    path("may/<str:kiosk>/", views.kiosk_page, name="end_kiosk"),
]
