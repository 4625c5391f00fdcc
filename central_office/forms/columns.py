"""The words of our XLSForms: sheets, columns, types. Data that reader and writer share; decides nothing.

Columns that begin with `hailong_` are ours; everything else is XLSForm as ODK and Kobo know it (docs/xlsform.md).
"""

import re
from collections.abc import Mapping

SURVEY, CHOICES, SETTINGS, FACTORS = "survey", "choices", "settings", "hailong_factors"
SHEETS = (SURVEY, CHOICES, SETTINGS, FACTORS)
LANGUAGE_NAMES: Mapping[str, str] = {"vi": "Vietnamese", "en": "English", "km": "Khmer", "mww": "Hmong", "hmn": "Hmong"}
YES_NO_LIST = "co_khong"  # the kiosk's own two answers: their words are not the form's
YES_NO_WORDS: Mapping[str, Mapping[str, str]] = {
    "CO": {"vi": "Có", "en": "Yes"},
    "KHONG": {"vi": "Không", "en": "No"},
}
LIKERT = "likert"
NO_SECTION = "-"
ALIASES: Mapping[str, Mapping[str, str]] = {
    SURVEY: {"relevance": "relevant"},
    CHOICES: {"list name": "list_name", "value": "name"},
    SETTINGS: {"title": "form_title", "id_string": "form_id"},
    FACTORS: {},
}
TRANSLATED: Mapping[str, tuple[str, ...]] = {
    SURVEY: ("label", "hint"),
    CHOICES: ("label",),
    SETTINGS: ("hailong_title", "hailong_intro", "hailong_thanks"),
    FACTORS: ("label",),
}
PLAIN: Mapping[str, tuple[str, ...]] = {
    SURVEY: (
        *("type", "name", "required", "relevant", "appearance", "hailong_code", "hailong_type", "hailong_role"),
        *("hailong_factor", "hailong_criterion", "hailong_facet", "hailong_prefill", "hailong_sensitive"),
        *("hailong_longest", "hailong_section"),
    ),
    CHOICES: (
        *("list_name", "name", "hailong_scale", "hailong_satisfied_from", "hailong_not_applicable"),
        "hailong_signal",
    ),
    SETTINGS: (
        *("form_title", "form_id", "version", "default_language", "hailong_prefix"),
        *("hailong_extends_form", "hailong_extends_version", "hailong_extends_digest"),
    ),
    FACTORS: ("code", "conditional"),
}
YES = frozenset({"yes", "true", "true()", "1"})
NO = frozenset({"no", "false", "false()", "0"})
XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")
_TRANSLATION = re.compile(r"(\w+)\s*:{1,2}\s*(?:.*\(([A-Za-z0-9-]+)\)|([a-z]{2,3}))")
# What officers bring from other forms, and what to do about it instead.
ADVICE: Mapping[str, tuple[str, str]] = {
    "constraint": ("ki-ốt chỉ nhận câu trả lời có trong phiếu; xin xóa cột", "the kiosk takes listed answers only"),
    "calculation": ("phiếu không tính toán; xin xóa cột", "a form calculates nothing"),
    "choice_filter": ("danh sách không lọc theo câu khác; xin tách thành hai câu", "lists are not filtered"),
    "default": ("không câu nào có sẵn câu trả lời; xin xóa cột", "no question comes with an answer"),
    "repeat_count": ("phiếu không lặp lại phần; xin viết từng câu", "parts are not repeated"),
    "guidance_hint": ("xin chuyển nội dung sang cột hint", "move the text to the column hint"),
    "style": ("ki-ốt có cách trình bày riêng; xin xóa cột", "the kiosk has a look of its own"),
}


def header_of(sheet: str, header: str) -> tuple[str, str] | None:
    """The column's name and its language ("" for none); None for a column that a form cannot hold."""
    known = ALIASES[sheet].get(header, header)
    if known in PLAIN[sheet]:
        return known, ""
    if known in TRANSLATED[sheet]:
        return known, "vi"
    match = _TRANSLATION.fullmatch(header)
    if match and match[1] in TRANSLATED[sheet]:
        return match[1], (match[2] or match[3])
    return None


def translated(column: str, language: str) -> str:
    """The header of a column of texts."""
    return f"{column}::{LANGUAGE_NAMES.get(language, language)} ({language})"
