"""What stands between the network and the pages: which host was meant, how large a request is, what a browser may do.

Parses forms strictly and raises nothing but `Refused`. Knows no slip.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

MOST_BODY_BYTES = 16 * 1024
MOST_FIELDS = 40
COOKIE = "hailong-quay"
_SESSION = re.compile(rf"(?:^|;\s*){COOKIE}=([0-9a-f]{{32}})(?:;|$)")
_FORM = "application/x-www-form-urlencoded"
HEADERS = (
    ("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; "
     "base-uri 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)  # fmt: skip
Environ = dict[str, Any]
Start = Callable[..., Any]
Wsgi = Callable[[Environ, Start], Iterable[bytes]]


class Refused(Exception):
    """A request that cannot be read. `status`: of HTTP."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(str(status))


def guarded(inner: Wsgi, known_hosts: frozenset[str]) -> Wsgi:
    """The same pages for known host names only (a page of somebody else's name is an attack), with safe headers."""

    def wsgi(environ: Environ, start: Start) -> Iterable[bytes]:
        def started(status: str, headers: list[tuple[str, str]], *rest: object) -> object:
            ours = {name for name, _ in HEADERS}
            return start(status, [*(pair for pair in headers if pair[0] not in ours), *HEADERS], *rest)

        if host_of(environ) not in known_hosts:
            started("421 Misdirected Request", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"421\n"]
        return inner(environ, started)

    return wsgi


def host_of(environ: Environ) -> str:
    """The name that the browser asked for, without its port."""
    return re.sub(r":[0-9]*\Z", "", str(environ.get("HTTP_HOST", ""))).lower()


def session_of(environ: Environ) -> str:
    """The session's name in the cookie, "" for none."""
    found = _SESSION.search(str(environ.get("HTTP_COOKIE", "")))
    return found[1] if found else ""


def read_form(environ: Environ) -> Mapping[str, str]:
    """The posted fields; of one that comes twice the last. Raises: Refused."""
    if str(environ.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower() != _FORM:
        raise Refused(415)
    length = str(environ.get("CONTENT_LENGTH") or "0")
    if not (length.isascii() and length.isdigit() and int(length[:9]) <= MOST_BODY_BYTES and len(length) < 9):
        raise Refused(413)
    raw: bytes = environ["wsgi.input"].read(int(length))
    return _fields(raw.decode("utf-8", "replace"))


def read_query(environ: Environ) -> Mapping[str, str]:
    """The fields of the address; none from one that cannot be read."""
    try:
        return _fields(str(environ.get("QUERY_STRING", "")))
    except Refused:
        return {}


def _fields(text: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=MOST_FIELDS))
    except ValueError:
        raise Refused(400) from None
