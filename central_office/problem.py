"""Refusals on the wire: RFC 9457 problem documents, one catalogue. Knows no view and no database."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpResponse

CONTENT_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of refusal. `retry_after_s`: when the sender may try again; 0 where trying again is no use.

    `challenge`: how one shows who one is, told with status 401.
    """

    code: str
    status: int
    title: str
    retry_after_s: int = 0
    challenge: str = 'Signature realm="hailong"'


BAD_MESSAGE = Kind("bad_message", 400, "The message cannot be read")
NOT_ENROLLED = Kind("not_enrolled", 401, "No enrolled kiosk signed this")
REVOKED = Kind("revoked", 403, "This kiosk has been revoked")
WAITS = Kind("waits", 403, "An officer has not yet confirmed this kiosk; it keeps its answers until then")
CODE_REFUSED = Kind("code_refused", 403, "The enrolment code is wrong, used, expired or burnt")
LENGTH_REQUIRED = Kind("length_required", 411, "The request must say its length")
TOO_LARGE = Kind("too_large", 413, "The body is larger than this address takes")
WRONG_TYPE = Kind("wrong_type", 415, "The body is of another media type")
WRONG_FIELDS = Kind("wrong_fields", 422, "The message can be read but its fields do not fit")
TOO_MANY = Kind("too_many", 429, "Too many failed tries from this address", 60)
NO_TOKEN = Kind("no_token", 401, "No valid token was shown", challenge='Bearer realm="hailong"')
NO_SUCH_PLAN = Kind("no_such_plan", 404, "No plan of this code that the token is for")
BAD_CURSOR = Kind("bad_cursor", 400, "The cursor is not one of this office")
CURSOR_AHEAD = Kind("cursor_ahead", 409, "The cursor is of a place that this office has not reached")
TOO_OFTEN = Kind("too_often", 429, "Too many requests with this token", 60)
BROKEN = Kind("broken", 500, "The office failed; nothing of this request was stored")
BUSY = Kind("busy", 503, "The office cannot store anything just now", 30)


class Refused(Exception):
    """The request is refused with `kind`; raised inside a view and turned into the reply at the border."""

    hint = "See the problem document that the sender got."

    def __init__(self, kind: Kind, detail: str = "", why: str = "") -> None:
        self.kind = kind
        self.code = kind.code
        self.detail = detail
        self.why = why
        super().__init__(f"{kind.code}: {detail}")


def reply(kind: Kind, detail: str = "", why: str = "") -> HttpResponse:
    """The problem document of `kind` as a response. `why`: a member of its own, for programs."""
    response = of_status(kind.status, kind.title, detail, f"urn:hailong:problem:{kind.code}", why=why)
    if kind.retry_after_s:
        response["Retry-After"] = str(kind.retry_after_s)
    if kind.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = kind.challenge
    return response


def of_status(
    status: int,
    title: str = "",
    detail: str = "",
    kind: str = "about:blank",
    headers: Mapping[str, str] | None = None,
    why: str = "",
) -> HttpResponse:
    """A problem document for a bare HTTP status."""
    body: dict[str, object] = {"type": kind, "title": title or HTTPStatus(status).phrase, "status": status}
    if detail:
        body["detail"] = detail
    if why:
        body["why"] = why
    text = json.dumps(body, ensure_ascii=False)
    return HttpResponse(text.encode("utf-8", "replace"), status=status, content_type=CONTENT_TYPE, headers=headers)
