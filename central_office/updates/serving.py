"""Hands the repository's files out, whole or by range. Nothing here is secret, and nothing is asked of who takes it.

A slow line holds a thread until a system has been sent: few may at once, so that answers always find one.
"""

import re
import threading
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from central_office.updates.place import repository

METADATA = re.compile(r"(\d{1,9}\.(root|targets|snapshot)|timestamp)\.json")
TARGET = re.compile(r"(forms|systems)/[0-9a-f]{64}\.[a-z0-9][a-z0-9.-]{0,90}")
RANGE = re.compile(r"bytes=(\d{1,12})-(\d{1,12})")
MOST_AT_ONCE = 4 << 20
PLACES = threading.BoundedSemaphore(2)  # of this process, which has four threads where the settings say nothing else
COME_AGAIN_S = 30


class _Held:
    """A response that keeps a place until it is closed, which servers do once it is sent or broken off."""

    _keeps = True

    def close(self) -> None:
        super().close()  # type: ignore[misc]
        if self._keeps:
            self._keeps = False
            PLACES.release()


class _Part(_Held, HttpResponse):
    pass


class _Whole(_Held, FileResponse):
    pass


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
    try:
        size = path.stat().st_size
    except OSError:
        raise Http404 from None
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is not None and int(asked[1]) > min(int(asked[2]), size - 1):
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    if name.startswith("forms/"):  # small, and what a kiosk asks must not wait for systems
        return _sent(path, size, asked, HttpResponse, FileResponse)
    if not PLACES.acquire(blocking=False):
        return HttpResponse(status=503, headers={"Retry-After": str(COME_AGAIN_S)})
    try:
        return _sent(path, size, asked, _Part, _Whole)
    except BaseException:
        PLACES.release()
        raise


def _sent(
    path: Path, size: int, asked: re.Match[str] | None, part: type[HttpResponse], whole: type[FileResponse]
) -> HttpResponseBase:
    if asked is None:
        return whole(path.open("rb"), content_type="application/octet-stream")
    first, last = int(asked[1]), min(int(asked[2]), size - 1)
    with path.open("rb") as file:
        file.seek(first)
        data = file.read(min(last - first + 1, MOST_AT_ONCE))
    told = {"Content-Range": f"bytes {first}-{first + len(data) - 1}/{size}"}
    return part(data, status=206, headers=told, content_type="application/octet-stream")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise Http404 from None
