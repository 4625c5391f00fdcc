"""Addresses of this room."""

from django.urls import URLPattern, path

from central_office.publication import views

urlpatterns: list[URLPattern] = [
    path("", views.frozen_page, name="frozen"),
    path("<str:version>/", views.one_page, name="frozen_one"),
    path("<str:version>/trang.zip", views.site_zip, name="frozen_site"),
    path("<str:version>/nghiem-thu/", views.accept, name="frozen_accept"),
    path("<str:version>/cong-bo/", views.publish, name="frozen_publish"),
]
