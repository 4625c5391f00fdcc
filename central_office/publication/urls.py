"""Addresses of this room."""

from django.urls import URLPattern, path

from central_office.publication import views

urlpatterns: list[URLPattern] = [
    path("", views.frozen_page, name="frozen"),
    path("<slug:version>/", views.one_page, name="frozen_one"),
    path("<slug:version>/trang.zip", views.site_zip, name="frozen_site"),
    path("<slug:version>/nghiem-thu/", views.accept, name="frozen_accept"),
    path("<slug:version>/cong-bo/", views.publish, name="frozen_publish"),
]
