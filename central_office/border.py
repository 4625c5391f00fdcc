"""HTTP BORDER: headers on every page, a problem document for every failure under /api/. Knows no record."""

import logging
from collections.abc import Callable
from typing import TypeAlias

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from central_office import problem

log = logging.getLogger(__name__)
Next: TypeAlias = Callable[[HttpRequest], HttpResponseBase]

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
API = "/api/"


class PageHeaders:
    """No script, no foreign source, no stored copy: a page of figures is shown and forgotten."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class ProblemReplies:
    """Whatever refuses a request under /api/ (router, Django, a proxy header), the sender gets a problem document."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not request.path.startswith(API) or response.status_code < 400:
            return response
        if response.headers.get("Content-Type") == problem.CONTENT_TYPE:
            return response
        kept = {name: value for name, value in response.headers.items() if name in ("Allow", "Retry-After")}
        return problem.of_status(response.status_code, headers=kept)


def failed(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """The reply to an error nobody expected; what happened goes to the log, not to the sender."""
    fields = {"path": request.path, "code": getattr(error, "code", type(error).__name__)}
    log.error("request.failed", extra={"fields": fields}, exc_info=error if isinstance(error, Exception) else None)
    return problem.reply(problem.BROKEN)


def address_of(request: HttpRequest) -> str:
    """Who sent the request: the peer, or what the one trusted proxy says of it."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    return (forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))[:64]


def body_of(request: HttpRequest, content_type: str, most_bytes: int) -> bytes:
    """The request's body, read only if its declared type and length are allowed. Raises: Refused."""
    if request.content_type != content_type:
        raise problem.Refused(problem.WRONG_TYPE, f"expected {content_type}")
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdecimal():
        raise problem.Refused(problem.LENGTH_REQUIRED)
    if int(length) > most_bytes:
        raise problem.Refused(problem.TOO_LARGE, f"at most {most_bytes} bytes")
    return request.read(most_bytes)
