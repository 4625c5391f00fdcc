"""How one thing that happened is told to whoever takes the feed. Pure: what it is given is all that it knows.

Left out of an answer: its id, boot, seconds, slip and chain; free text, unless the holder may have it, and then without
what tells who wrote it (survey.personal). `in_window` and `counted` are as of the asking.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from survey import personal
from survey.canonical import decode
from survey.form import Form, Kind

MASK = "[đã che]"
FormByDigest = Callable[[str], Form | None]


class Stored(NamedTuple):
    """A record's row. `raw`: b"" where it was withdrawn, None where its month was taken off the database."""

    seq: int
    digest: str
    raw: bytes | None
    plan: str
    point: str
    in_window: bool
    why: str


def answer(row: Stored, kiosk: str, form_by_digest: FormByDigest, *, comments: bool) -> dict[str, Any]:
    """The event of a stored answer; `row.raw` holds its bytes."""
    said: Any = decode(row.raw or b"")
    form = form_by_digest(said["form"]["digest"])
    return {
        "event": "answer",
        "kiosk": kiosk,
        "seq": row.seq,
        "digest": row.digest,
        "quarter": said["quarter"],
        "clock": said["clock"],
        "form": said["form"],
        "plan": said["plan"],
        "point": said["point"],
        "agency": said.get("agency", ""),
        "channel": said["channel"],
        "state": said["state"],
        "flags": said["flags"],
        "in_window": row.in_window,
        "counted": not row.why,
        "why": row.why,
        "answers": _answers(said["answers"], form, comments=comments),
    }


def gone(row: Stored, kiosk: str) -> dict[str, Any]:
    """The answer was stored, and its bytes are kept elsewhere now."""
    return {"event": "gone", "kiosk": kiosk, "seq": row.seq, "digest": row.digest, "plan": row.plan, "point": row.point}


def withdrawn(plan: str, kiosk: str, seq: int, digest: str) -> dict[str, Any]:
    """Whoever has the answer must delete it."""
    return {"event": "withdrawn", "kiosk": kiosk, "seq": seq, "digest": digest, "plan": plan}


def recounted(plan: str, window: tuple[str, str]) -> dict[str, Any]:
    """Judge `in_window` of every answer of the plan again, by its first and last day."""
    return {"event": "recounted", "plan": plan, "first_day": window[0], "last_day": window[1]}


def screened(text: str) -> str:
    """`text` without telephone numbers, identity cards and e-mail addresses."""
    for finding in reversed(personal.found(text)):
        text = text[: finding.start] + MASK + text[finding.start + len(finding.text) :]
    return text


def _answers(given: dict[str, Any], form: Form | None, *, comments: bool) -> dict[str, Any]:
    """Of a form that is not known every text is free text."""
    kept: dict[str, Any] = {}
    for code, value in given.items():
        question = form.question(code) if form else None
        is_free = question.kind is Kind.TEXT if question else isinstance(value, str)
        if not is_free:
            kept[code] = value
        elif comments:
            kept[code] = screened(str(value))
    return kept
