"""The plan's form in the browser: its fields from a plan document, and a document from what was typed. Pure.

What the form has no field for (marks on readings, names in other languages) is kept from the document edited.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from central_office.rounds import rows, words
from survey.canonical import nfc
from survey.plan_check import POINTS
from survey.plan_file import is_code, is_dated

TEXTS = ("issuer", "number", "dated", "form", "form_said")
LISTS = ("scope_in", "scope_out", "also_forms")
POINTS_NAMED = "points_named"  # a person says that the names of points are those of the annex now
HEADING = ("kind", "upper", "body", "place", "signer_title", "signer")
TABLES: Mapping[str, tuple[str, Callable[[list[str]], rows.Row | str], Callable[[rows.Row], Sequence[object]]]] = {
    "milestones": ("Các mốc", rows.milestone, rows.milestone_cells),
    "targets": ("Chỉ tiêu hài lòng", rows.target, rows.target_cells),
    "fields": ("Lĩnh vực", rows.field, lambda row: [row["code"], row["text"]["vi"]]),
    "areas": ("Địa bàn", rows.area, rows.area_cells),
    "allocations": ("Điểm khảo sát", rows.point, lambda row: [row["point"], row["name"]["vi"], row["forms"]]),
}
DATED = re.compile(r"(?:(?P<day>[0-9]{1,2})/)?(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})")


@dataclass(frozen=True, slots=True)
class Typed:
    """`values`: text of each field; `channels`, `ticks`: those ticked."""

    values: Mapping[str, str]
    channels: frozenset[str]
    ticks: frozenset[str]


def typed_of(document: Mapping[str, Any]) -> Typed:
    """What the form shows of a plan document."""
    window, people = document.get("window", {}), document.get("population", {})
    subject, heading = document.get("subject", {}), document.get("heading", {})
    before = "submit_before" in document
    due = document.get("submit_before" if before else "submit_by", "")
    values = {name: document.get(name, "") for name in TEXTS} | {
        "plan": document.get("plan", ""),
        "title": document.get("title", {}).get("vi", ""),
        "dated": "/".join(reversed(document.get("dated", "").split("-"))),
        "first": rows.vietnamese_day(window.get("from", "")),
        "last": rows.vietnamese_day(window.get("to", "")),
        "due": rows.vietnamese_day(due),
        "due_kind": "before" if before else "by",
        "population": people.get("kind", "clients"),
        "subject": subject.get("kind", "service"),
        "subject_text": subject.get("text", ""),
        "topics": "\n".join(subject.get("topics", [])),
        "notes": document.get("notes", {}).get("vi", ""),
        **{f"heading_{key}": heading.get(key, "state" if key == "kind" else "") for key in HEADING},
        **{name: "\n".join(document.get(name, [])) for name in LISTS},
        **{name: rows.lines_of(map(cells, document.get(name, []))) for name, (_, _, cells) in TABLES.items()},
    }
    numbers = {key: document.get(key) for key in ("declared_total", "recheck_percent")}
    numbers |= {"min_age": people.get("min_age")}
    visits = document.get("visits", {})
    numbers |= {"visits_percent": visits.get("percent"), "visits_minimum": visits.get("minimum")}
    values |= {key: "" if count is None else str(count) for key, count in numbers.items()}
    ticks = {key for key in ("capable", "literate") if people.get(key)} | (
        {"visits"} if "visits" in document else set()
    )
    return Typed(values, frozenset(document.get("channels", [])), frozenset(ticks))


def document_of(typed: Typed, base: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The document that was typed, over `base`, and what is wrong with it in Vietnamese; empty if nothing is."""
    faults: list[str] = []
    told = {name: nfc(value).strip() for name, value in typed.values.items()}
    document = dict(base)
    for key, value in _head(told, base, faults).items():
        document[key] = value
    document |= _people(told, typed, faults)
    if POINTS_NAMED in typed.ticks:
        document["readings"] = [mark for mark in base.get("readings", []) if mark["place"] != POINTS]
    order = dict.fromkeys([*base.get("channels", []), *words.CHANNELS])
    document["channels"] = [channel for channel in order if channel in typed.channels]
    for name, (label, reader, _) in TABLES.items():
        if name == "allocations" and "visits" in typed.ticks:
            reader = rows.point_by_visits
        document[name] = rows.read(told.get(name, ""), reader, label, faults)
    _keep_other_languages(document, base)
    _numbers(document, told, typed, faults)
    return {key: value for key, value in document.items() if value not in ("", [], {}) or key == "allocations"}, faults


def _head(told: Mapping[str, str], base: Mapping[str, Any], faults: list[str]) -> dict[str, Any]:
    head: dict[str, Any] = {name: told.get(name, "") for name in TEXTS}
    head["plan"] = told.get("plan", "")
    if not is_code(head["plan"]):
        faults.append("Mã kế hoạch: chỉ gồm chữ không dấu, số, dấu chấm và gạch nối, nhiều nhất 40 ký tự")
    for name, label in (("title", "Tên kế hoạch"), ("issuer", "Cơ quan ban hành"), ("form", "Mẫu phiếu")):
        if not told.get(name):
            faults.append(f"{label}: còn thiếu")
    head["title"] = {**base.get("title", {}), "vi": told.get("title", "")}
    notes = told.get("notes", "").replace("\r\n", "\n").replace("\n", " ")
    head["notes"] = {**base.get("notes", {}), "vi": notes} if notes else {}
    head["dated"] = _dated(told.get("dated", ""), faults)
    first, last = (_day(told, name, label, faults) for name, label in (("first", "Ngày đầu"), ("last", "Ngày cuối")))
    if first and last and last < first:
        faults.append("Ngày cuối: trước ngày đầu")
    head["window"] = {"from": first, "to": last}
    kind = "submit_before" if told.get("due_kind") == "before" else "submit_by"
    head["submit_before"] = head["submit_by"] = ""
    head[kind] = _day(told, "due", "Hạn nộp", faults)
    head |= {name: [line.strip() for line in told.get(name, "").splitlines() if line.strip()] for name in LISTS}
    heading = {key: told.get(f"heading_{key}", "") for key in HEADING}
    head["heading"] = {key: value for key, value in heading.items() if value}
    return head


def _dated(text: str, faults: list[str]) -> str:
    """`05/6/2024` as `2024-06-05`, `8/2023` as `2023-08`: a plan's day may be blank."""
    found = DATED.fullmatch(text)
    if found is None:
        if text and not re.fullmatch(r"[0-9]{4}", text):
            faults.append("Ngày ký: xin viết như 05/6/2024, hoặc 8/2023 nếu ngày để trống")
        return text
    day = f"-{int(found['day']):02d}" if found["day"] else ""
    iso = f"{found['year']}-{int(found['month']):02d}{day}"
    if not is_dated(iso):
        faults.append(f"Ngày ký: lịch không có «{text}»")
    return iso


def _day(told: Mapping[str, str], name: str, label: str, faults: list[str]) -> str:
    text = told.get(name, "")
    iso = rows.iso_day(text)
    try:
        date.fromisoformat(iso)
    except ValueError:
        faults.append(f"{label}: «{text}» không phải ngày; xin viết như 25/8/2023" if text else f"{label}: còn thiếu")
        return ""
    return iso


def _people(told: Mapping[str, str], typed: Typed, faults: list[str]) -> dict[str, Any]:
    people: dict[str, Any] = {"kind": told.get("population", "")}
    people |= {key: True for key in ("capable", "literate") if key in typed.ticks}
    if told.get("min_age"):
        people["min_age"] = _count(told["min_age"], "Tuổi ít nhất", faults)
    topics = [line.strip() for line in told.get("topics", "").splitlines() if line.strip()]
    subject = {"kind": told.get("subject", ""), "text": told.get("subject_text", ""), "topics": topics}
    return {"population": people, "subject": {key: value for key, value in subject.items() if value}}


def _numbers(document: dict[str, Any], told: Mapping[str, str], typed: Typed, faults: list[str]) -> None:
    for key in ("declared_total", "recheck_percent"):
        document.pop(key, None)
        if told.get(key):
            document[key] = _count(told[key], words.LABELS[key], faults)
    visits = dict(document.pop("visits", {}))
    if "visits" in typed.ticks:
        for key, label in (("percent", "Khung %"), ("minimum", "Số phiếu ít nhất nơi quá đông")):
            if told.get(f"visits_{key}"):
                visits[key] = _count(told[f"visits_{key}"], label, faults)
        document["visits"] = visits or {"mode": "percent_with_minimum"}


def _count(text: str, label: str, faults: list[str]) -> int:
    count = rows.number(text)
    if count is None:
        faults.append(f"{label}: «{text}» không phải số nguyên")
    return count or 0


def _keep_other_languages(document: dict[str, Any], base: Mapping[str, Any]) -> None:
    """A point or field that is only spelt anew in Vietnamese keeps its names in other languages."""
    for table, code, text in (("allocations", "point", "name"), ("fields", "code", "text")):
        known = {row[code]: row[text] for row in base.get(table, [])}
        for row in document[table]:
            row[text] = known.get(row[code], {}) | row[text]
    if not document["fields"]:
        document.pop("fields")
