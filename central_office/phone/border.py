"""The border of the phone's pages: what nobody expected becomes a kind page, and no code ever reaches the log."""

import logging
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt

from central_office.phone import pages
from central_office.phone.entry import Turned, Why
from central_office.phone.pages import Manner
from central_office.phone.words import DEFAULT

log = logging.getLogger(__name__)
View: TypeAlias = Callable[..., HttpResponse]
MOST_BYTES = 16 * 1024  # a comment of 500 letters, each three times as long in a form
METHODS = ("GET", "HEAD", "POST")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
ROOTS = ("/P", "/p", "/U", "/u")


def manner(request: HttpRequest) -> Manner:
    """The language that the address asks for, Vietnamese unless it names one."""
    asked = request.GET.get("l", "")
    return Manner(asked if LANGUAGE.fullmatch(asked) else DEFAULT, request.path)


def page(view: View) -> View:
    """A view of this app. There is nothing to forge (no cookie, no login): the code in the address is all it takes."""

    @wraps(view)
    def guarded(request: HttpRequest, **parts: Any) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponse(status=405, headers={**pages.HEADERS, "Allow": ", ".join(METHODS)})
        try:
            if _length(request) > MOST_BYTES:
                return pages.told(Turned(Why.TOO_LARGE), manner(request))
            return view(request, **parts)
        except (RequestDataTooBig, SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError):
            return pages.told(Turned(Why.TOO_LARGE), manner(request))
        except OperationalError:  # locked, full, unreachable: all pass with time
            return pages.told(Turned(Why.BUSY), manner(request), wait_s=30)
        except Exception as error:
            log.exception("phone.failed", extra={"fields": {"code": getattr(error, "code", type(error).__name__)}})
            return pages.told(Turned(Why.BROKEN), manner(request))

    return csrf_exempt(guarded)


def _length(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isascii() and length.isdecimal() and len(length) < 12 else MOST_BYTES + 1


class WithoutCodes(logging.Filter):
    """Django logs the address of what it refuses; ours hold codes, and a code in a log tells the minute of its use."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        path = getattr(request, "path", "")
        return path[:2] not in ROOTS or path[2:3] not in ("", "/")
