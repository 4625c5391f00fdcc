"""Addresses of this room."""

from django.urls import URLPattern, path

from central_office.watching import alert_views, views

urlpatterns: list[URLPattern] = [
    path("", views.watching_page, name="watching"),
    path("so-lieu.csv", views.status_csv, name="watching_csv"),
    path("so-lieu.json", views.status_json, name="watching_json"),
    path("diem/<str:code>/", views.point_page, name="watching_point"),
    path("canh-bao/", alert_views.alerts_page, name="alerts"),
    path("canh-bao/<int:number>/", alert_views.change_alert, name="change_alert"),
]
