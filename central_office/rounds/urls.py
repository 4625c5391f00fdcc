"""Addresses of this room."""

from django.urls import URLPattern, path

from central_office.rounds import choice_views, form_views, upload, views

urlpatterns: list[URLPattern] = [
    path("", views.plans_page, name="plans"),
    path("moi/", form_views.new_plan, name="new_plan"),
    path("tep/", upload.preview, name="upload_plan"),
    path("tep/ghi/", upload.confirm, name="confirm_plan"),
    path("dot/<str:plan>/", views.plan_page, name="plan"),
    path("dot/<str:plan>/tep.json", views.plan_json, name="plan_json"),
    path("dot/<str:plan>/sua/", form_views.change_plan, name="change_plan"),
    path("dot/<str:plan>/phieu/", choice_views.form_choice, name="form_choice"),
    path("dot/<str:plan>/sao-chep/", views.clone, name="clone_plan"),
    path("dot/<str:plan>/buoc/", views.move_plan, name="move_plan"),
    path("dot/<str:plan>/moc/", views.meet_milestone, name="meet_milestone"),
]
