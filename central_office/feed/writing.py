"""Rows of the feed as JSON, lines of JSON or CSV. Pure: the same rows give the same bytes."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
JSON, NDJSON, CSV = "json", "ndjson", "csv"
MEDIA = {JSON: "application/json", NDJSON: "application/x-ndjson", CSV: "text/csv; charset=utf-8"}
COLUMNS: dict[str, tuple[str, ...]] = {
    "answers": (
        *("event", "kiosk", "seq", "digest", "quarter", "clock", "form", "form_version", "plan", "point", "agency"),
        *("channel", "state", "flags", "in_window", "counted", "why", "answers", "first_day", "last_day"),
    ),
    "plans": ("plan", "stage", "first_day", "last_day", "forms", "form"),
    "forms": ("form", "version", "digest"),
    "units": ("unit", "kind", "name", "parent", "valid_from", "valid_to", "agency", "successors"),
    "kiosks": ("kiosk", "kind", "plan", "point", "revoked", "seen", "pending", "version"),
}


def write_page(items: Sequence[Row], beside: Row, kind: str, columns: Sequence[str]) -> bytes:
    """`beside`: what a JSON page says beside its items; the other kinds have it in the reply's headers."""
    if kind == CSV:
        return write_csv(columns, ([_cell(_flat(item).get(name, "")) for name in columns] for item in items))
    if kind == NDJSON:
        return b"".join(_dump(item) + b"\n" for item in items)
    return _dump({"items": list(items), **beside})


def write_csv(heading: Sequence[str], lines: Iterable[Sequence[object]], mark: str = "") -> bytes:
    """UTF-8, with `mark` before the heading (a BOM, by which Excel knows it)."""
    out = io.StringIO()
    out.write(mark)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(heading)
    writer.writerows(lines)
    return out.getvalue().encode()


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _flat(item: Row) -> Row:
    """An answer names its form's version within: a column of its own here."""
    form = item.get("form")
    return item | {"form": form["id"], "form_version": form["version"]} if isinstance(form, dict) else item  # type: ignore[operator]


def _cell(value: object) -> object:
    """Lists of codes joined by spaces, truth as 1 or 0. A text that a spreadsheet would reckon out is set apart."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return " ".join(value)
    if isinstance(value, dict | list):
        return _dump(value).decode()
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") else value
