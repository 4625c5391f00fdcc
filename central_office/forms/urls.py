"""Addresses of this room."""

from django.urls import path

from central_office.forms import downloads, taking, views

urlpatterns = [
    path("", views.forms_page, name="forms"),
    path("nap/", taking.upload, name="form_upload"),
    path("mo-rong/", taking.extension, name="form_extension"),
    path("so-sanh/", views.differences_page, name="form_differences"),
    path("<str:form>/<str:version>/", views.screens_page, name="form_screens"),
    path("<str:form>/<str:version>/cau-hoi/", views.questions_page, name="form_questions"),
    path("<str:form>/<str:version>/phieu.json", downloads.form_json, name="form_json"),
    path("<str:form>/<str:version>/phieu.xlsx", downloads.form_xlsx, name="form_xlsx"),
]
