"""Addresses of this room. The way in (`/dang-nhap/`) and the password (`/mat-khau/`) are older than it and stay."""

from django.urls import path

from central_office.people import audit_views, own, views

urlpatterns = [
    path("", views.people, name="people"),
    path("<int:number>/", views.person, name="person"),
    path("vai-tro/", views.role_table, name="roles"),
    path("nhat-ky/", audit_views.audit_page, name="audit"),
    path("toi/", own.account, name="account"),
    path("toi/xac-thuc-hai-lop/", own.factor, name="second_factor"),
]
