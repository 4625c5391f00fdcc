"""The reader's place in the feed as an opaque word: everything up to it has been told. Pure."""

import base64
import re
from typing import NamedTuple

_FORM = re.compile(r"1\.(0|[1-9][0-9]{0,17})\.(0|[1-9][0-9]{0,17})")
LONGEST = 80


class BadCursor(Exception):
    """A word that is no cursor of this office."""

    code = "bad_cursor"
    hint = "Use the cursor of the last page unchanged, or none to begin anew."


class Cursor(NamedTuple):
    """`position`: of an entry; `place`: number of the record within it, 0 before the first."""

    position: int = 0
    place: int = 0

    def write(self) -> str:
        return base64.urlsafe_b64encode(f"1.{self.position}.{self.place}".encode()).decode().rstrip("=")


def read_cursor(text: str) -> Cursor:
    """Inverse of `Cursor.write`; "" is the beginning. Raises: BadCursor."""
    if not text:
        return Cursor()
    try:
        plain = base64.b64decode(text[:LONGEST] + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode("ascii")
    except ValueError:
        raise BadCursor("not a cursor") from None
    match = _FORM.fullmatch(plain)
    cursor = Cursor(int(match[1]), int(match[2])) if match else None
    if cursor is None or cursor.write() != text:
        raise BadCursor("not a cursor")
    return cursor
