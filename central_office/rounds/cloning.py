"""Last year's plan as this year's: the same document under another id and window. Pure (R-015).

What belonged to last year's paper goes (number, day of signing, marks on how they were read, amendments); what it says
of people, points, quotas and targets stays, with notes, the form named and marks on names of places. Milestones move by
as many years as the window does.
"""

from datetime import date
from typing import Any

OF_ONE_PAPER = ("number", "dated", "amendments", "submit_before", "submit_by")
MARKS_OF_ONE_PAPER = ("number", "dated", "heading/signer")


def cloned(document: dict[str, Any], new: str, first: date, last: date) -> dict[str, Any]:
    """The document of plan `new`, in the window `first` to `last`, due on its last day."""
    old_year = int(document["window"]["from"][:4])
    changed = {key: value for key, value in document.items() if key not in OF_ONE_PAPER}
    changed |= {"plan": new, "window": {"from": first.isoformat(), "to": last.isoformat()}}
    changed["submit_by"] = last.isoformat()
    changed["title"] = {
        language: text.replace(str(old_year), str(first.year)) for language, text in document["title"].items()
    }
    marks = [mark for mark in document.get("readings", []) if mark["place"] not in MARKS_OF_ONE_PAPER]
    steps = [_moved(milestone, first.year - old_year) for milestone in document.get("milestones", [])]
    for key, rows in (("readings", marks), ("milestones", steps)):
        if key in document:
            changed[key] = rows
    return changed


def _moved(milestone: dict[str, Any], years: int) -> dict[str, Any]:
    """Its deadline in another year. Words of its own for the deadline would tell the old one: they go."""
    if not years:
        return milestone
    kept = {key: value for key, value in milestone.items() if key != "said"}
    return kept | {key: _in_year(milestone[key], years) for key in ("before", "by", "month") if key in milestone}


def _in_year(day: str, years: int) -> str:
    """`2024-02-29` one year on is `2025-02-28`; `2024-02` is `2025-02`."""
    moved = f"{int(day[:4]) + years:04d}{day[4:]}"
    if day[4:] != "-02-29":
        return moved
    try:
        return date.fromisoformat(moved).isoformat()
    except ValueError:
        return f"{moved[:8]}28"
