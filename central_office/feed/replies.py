"""Replies of the feed: compressed where the reader takes it, with an ETag, so that what is known is not sent again."""

import gzip
import hashlib
import re
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse

LEAST_GZIP_BYTES = 1_000
NO_GZIP = re.compile(r"gzip\s*;\s*q=0(\.0*)?\s*(,|$)")


def reply(request: HttpRequest, body: bytes, media: str, headers: Mapping[str, str]) -> HttpResponse:
    """`body`, or 304 where the reader has it."""
    tag = f'W/"{hashlib.sha256(body + media.encode()).hexdigest()[:32]}"'  # weak: compressed or not is the same
    said = {**headers, "ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding, Authorization"}
    if tag in [each.strip() for each in request.headers.get("If-None-Match", "").split(",")]:
        return HttpResponse(status=304, headers=said)
    asked = request.headers.get("Accept-Encoding", "").lower()
    if len(body) >= LEAST_GZIP_BYTES and "gzip" in asked and not NO_GZIP.search(asked):
        body = gzip.compress(body, 6, mtime=0)
        said["Content-Encoding"] = "gzip"
    return HttpResponse(body, content_type=media, headers=said)
