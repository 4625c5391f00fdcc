"""Addresses of this room."""

from django.urls import path

from central_office.units import importing, views

urlpatterns = [
    path("", views.units_page, name="units"),
    path("xem/<str:ref>/", views.unit_page, name="unit"),
    path("don-vi.csv", views.units_csv, name="units_csv"),
    path("don-vi.xlsx", views.units_xlsx, name="units_xlsx"),
    path("tep/", importing.preview_units, name="preview_units"),
    path("tep/ghi/", importing.confirm_units, name="confirm_units"),
]
