"""The sheet `settings`: which form it is, what it says before and after, which core form it extends."""

from central_office.forms.columns import SETTINGS
from central_office.forms.gathering import Document, Gathering
from central_office.forms.workbook import Row

KEYS = {
    **{"form": "form_id", "version": "version", "title": "form_title", "intro": "hailong_intro"},
    "thanks": "hailong_thanks",
}
EXTENDS = {
    "form": "hailong_extends_form",
    "version": "hailong_extends_version",
    "digest": "hailong_extends_digest",
}


def read_settings(work: Gathering) -> Document:
    """The head of the document; `hailong_prefix` too, where the sheet has one."""
    rows = work.rows(SETTINGS)
    row = rows[0] if rows else Row(SETTINGS, 2)
    for more in rows[1:]:
        vi = "Trang settings chỉ có một dòng dưới tên cột; xin xóa dòng này"
        work.wrong(f"{SETTINGS}!{more.number}", vi, "settings has one row below its header; remove this one")
    document: Document = {
        "form": row["form_id"],
        "version": row["version"],
        "title": _title(work, row),
        "intro": work.texts(row, "hailong_intro"),
        "thanks": work.texts(row, "hailong_thanks"),
    }
    _languages(work, row)
    if any(row[column] for column in EXTENDS.values()):
        document["extends"] = {key: row[column] for key, column in EXTENDS.items()}
        work.put("/extends", row, EXTENDS)
    if row["hailong_prefix"]:
        document["hailong_prefix"] = row["hailong_prefix"]
    for key, column in KEYS.items():
        work.put(f"/{key}", row, {"": column, "vi": column} if key in ("form", "version") else {})
        if not row[column] and key in ("form", "version"):
            work.wrong(row.place(column), "Còn thiếu; xin điền", "is missing")
    return document


def _title(work: Gathering, row: Row) -> Document:
    """`form_title` has no languages in XLSForm: it is the Vietnamese title, our own columns have the others."""
    others = work.texts(row, "hailong_title")
    if "vi" in others:
        vi = "Tên tiếng Việt ghi ở cột form_title; xin xóa cột này"
        work.wrong(row.place("hailong_title"), vi, "the Vietnamese title stands in form_title; remove this column")
    return {"vi": row["form_title"], **others} if row["form_title"] else others


def _languages(work: Gathering, row: Row) -> None:
    said = row["default_language"]
    if said and not (said.endswith("(vi)") or said == "vi"):
        vi = "Ngôn ngữ chính của phiếu là tiếng Việt: xin ghi «Vietnamese (vi)»"
        work.wrong(row.place("default_language"), vi, "a form's language is Vietnamese (vi)")
