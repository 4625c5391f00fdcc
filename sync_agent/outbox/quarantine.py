"""Where records go that cannot be delivered or that the centre refused: kept, never delivered, never dropped."""

from collections.abc import Callable
from typing import TypeAlias

import apsw

Change: TypeAlias = Callable[..., apsw.Cursor]  # runs one statement of an open transaction


def quarantine(change: Change, seq: int, verdict: str, code: str) -> int:
    """Copy record `seq`, whatever is left of it, into quarantine; the number of rows copied."""
    return len(
        change(
            "INSERT INTO quarantine(seq, raw, digest, verdict, code)"
            " SELECT seq, CAST(raw AS BLOB), CAST(digest AS BLOB), ?, ? FROM record WHERE seq = ? RETURNING 1",
            (verdict, code, seq),
        ).fetchall()
    )
