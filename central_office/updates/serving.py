"""Hands the repository's files out, whole or by range. Nothing here is secret, and nothing is asked of who takes it."""

import re
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from central_office.updates.place import repository

METADATA = re.compile(r"(\d{1,9}\.(root|targets|snapshot)|timestamp)\.json")
TARGET = re.compile(r"(forms|systems)/[0-9a-f]{64}\.[a-z0-9][a-z0-9.-]{0,90}")
RANGE = re.compile(r"bytes=(\d{1,12})-(\d{1,12})")
MOST_AT_ONCE = 4 << 20


@require_safe
def metadata(_request: HttpRequest, name: str) -> HttpResponseBase:
    if not METADATA.fullmatch(name):
        raise Http404
    response = HttpResponse(
        _bytes(repository(settings.UPDATES_DIRECTORY).metadata / name), content_type="application/json"
    )
    response["Cache-Control"] = "no-cache" if name == "timestamp.json" else "max-age=86400"
    return response


@require_safe
def target(request: HttpRequest, name: str) -> HttpResponseBase:
    if not TARGET.fullmatch(name):
        raise Http404
    path = repository(settings.UPDATES_DIRECTORY).targets / name
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    try:
        file = path.open("rb")
    except OSError:
        raise Http404 from None
    if asked is None:
        return FileResponse(file, content_type="application/octet-stream")
    with file:
        size = path.stat().st_size
        first, last = int(asked[1]), min(int(asked[2]), size - 1)
        if first > last:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        file.seek(first)
        data = file.read(min(last - first + 1, MOST_AT_ONCE))
    part = {"Content-Range": f"bytes {first}-{first + len(data) - 1}/{size}"}
    return HttpResponse(data, status=206, content_type="application/octet-stream", headers=part)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise Http404 from None
