"""The public site of one edition as files in memory: plain pages, open data, sums. Same edition, same bytes.

Reads no database and no clock; templates are ours, what they show is data and is escaped.
"""

from collections.abc import Iterator
from typing import Any

from django.template.loader import render_to_string

from central_office.publication import open_data, pages
from central_office.publication.edition import Edition
from central_office.publication.files import SUMS, resource, sums_of
from survey import wire

SITE = "site"  # kind of message, for the signature of the sums
MOST_PAGE_BYTES = 100_000


def site(edition: Edition, sign: wire.Sign) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file; the sums and the centre's signature over them come last."""
    sums: dict[str, bytes] = {}
    for name, data in _files(edition):
        sums[name] = data
        yield name, data
    listed = sums_of(sums)
    yield SUMS, listed
    yield f"{SUMS}.sig", sign(wire.signed_bytes(SITE, listed))


def _files(edition: Edition) -> Iterator[tuple[str, bytes]]:
    data = dict(open_data.files(edition))
    yield "site.css", resource("attached/site.css")
    yield "verify.py", resource("attached/verify.py")
    yield from sorted(data.items())
    sizes = {name: len(each) for name, each in data.items()}
    frame = pages.frame(edition)
    for name, template, context in pages.pages(edition, sizes):
        yield name, _page(name, template, frame | context)


def _page(name: str, template: str, context: dict[str, Any]) -> bytes:
    up = "../" * name.count("/")
    lines = render_to_string(f"site/{template}", context | {"up": up, "here": name}).splitlines()
    return "".join(f"{text}\n" for line in lines if (text := line.strip())).encode()
