"""Django's own bare page: no middleware, no database, one template with the same question and five buttons."""

from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{{ title }}</title></head><body>
<h1>{{ title }}</h1><form method="post">{% for value, text in levels %}<button name="a" value="{{ value }}">{{ text }}
</button>{% endfor %}</form></body></html>"""
LEVELS = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")
LOADERS = [("django.template.loaders.cached.Loader", [("django.template.loaders.locmem.Loader", {"page.html": PAGE})])]

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="a bench has no secrets",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"loaders": LOADERS}}],
)


def page(request: HttpRequest) -> HttpResponse:
    context: dict[str, Any] = {
        "title": "Nhìn chung, Ông/Bà hài lòng ở mức độ nào về lần giải quyết thủ tục này?",
        "levels": list(enumerate(LEVELS, 1)),
    }
    return render(request, "page.html", context)


urlpatterns = [path("", page)]
application = get_wsgi_application()
