"""XLSForm out: a form's document becomes a spreadsheet that reads back as the very same form, digest and all."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from central_office.forms import columns, relevance
from central_office.forms.columns import CHOICES, FACTORS, LIKERT, NO_SECTION, SETTINGS, SURVEY, YES_NO_LIST
from central_office.forms.questions_in import CODES, KEYS
from central_office.forms.settings_in import EXTENDS
from central_office.forms.troubles import FormRefused, Trouble
from central_office.forms.xlsform_in import read_xlsform
from survey.form import Form, Kind, Question
from survey.form_file import read_form

Line = dict[str, str]
WIDE, NARROW = 46, 17  # characters
HEAD = PatternFill("solid", fgColor="E3EFEE")


def write_xlsform(text: str) -> bytes:
    """The spreadsheet of a form file's text.

    Raises: FormRefused when this form cannot be told in one without a change (it would have another digest).
    """
    form = read_form(text.encode(), "form")
    data = _packed(_Writer(form, json.loads(text)).sheets())
    again = read_form(read_xlsform(data, f"{form.id}.xlsx").data(), form.id)
    if again.digest != form.digest:
        vi = "Phiếu này có điều không ghi được vào XLSForm mà không đổi nội dung; xin dùng tệp JSON"
        raise FormRefused(form.id, [Trouble("", vi, "cannot be told as an XLSForm without a change; use the JSON")])
    return data


@dataclass
class _Writer:
    """`lists`: the name of each question's list of options, which is no scale's name."""

    form: Form
    document: Mapping[str, Any]
    survey: list[Line] = field(default_factory=list)

    def sheets(self) -> dict[str, list[Line]]:
        self._questions()
        return {
            SURVEY: self.survey,
            CHOICES: [*self._scales(), *self._options(), *self._yes_no()],
            SETTINGS: [self._settings()],
            FACTORS: [self._factor(factor) for factor in self.document["factors"]],
        }

    def _settings(self) -> Line:
        title = self.document["title"]
        line = {"form_title": title["vi"], "form_id": self.form.id, "version": self.form.version}
        line["default_language"] = "Vietnamese (vi)"
        line |= _texts("hailong_title", {key: value for key, value in title.items() if key != "vi"})
        line |= _texts("hailong_intro", self.document["intro"]) | _texts("hailong_thanks", self.document["thanks"])
        extends = self.document.get("extends", {})
        return line | {column: extends[key] for key, column in EXTENDS.items() if key in extends}

    def _questions(self) -> None:
        """A prefilled question opens and closes no section; it stands where it stands, and says which is its own."""
        ratings: list[str] = []
        here, last = "", len(self.form.questions)
        for position, question in enumerate(self.form.questions):
            goes_on = question.section == here or (question.prefill and here in self._later(position, last))
            if not goes_on:
                here = self._turn(here, question.section)
            line = self._question(question, self.document["questions"][position], ratings)
            if question.section != here:
                line[KEYS["section"]] = question.section or NO_SECTION
            self.survey.append(line)
            if question.kind is Kind.SCALE and not question.prefill:
                ratings.append(_name(question.code))
        self._turn(here, "")

    def _later(self, position: int, last: int) -> set[str]:
        return {question.section for question in self.form.questions[position:last] if not question.prefill}

    def _turn(self, here: str, to: str) -> str:
        if here:
            self.survey.append({"type": "end_group"})
        section = self.form.section(to)
        if section is not None:
            self.survey.append({"type": "begin_group"} | _coded(to) | _texts("label", section.text))
        return to

    def _question(self, question: Question, raw: Mapping[str, Any], ratings: Sequence[str]) -> Line:
        line = self._type(question) | _coded(question.code)
        line |= _texts("label", question.text) | _texts("hint", question.help)
        line |= {KEYS[key]: str(raw[key]) for key in (*CODES, "longest") if key in raw}
        line |= {KEYS[key]: _flag(raw[key]) for key in ("required", "sensitive") if key in raw}
        if question.condition is not None:
            line["relevant"] = relevance.write(question.condition, ratings, _name)
        return line

    def _type(self, question: Question) -> Line:
        if question.kind is Kind.SCALE and question.scale is not None:
            return {"type": f"select_one {question.scale.id}", "appearance": LIKERT}
        if question.kind is Kind.YES_NO:
            return {"type": f"select_one {YES_NO_LIST}"}
        if question.kind is Kind.TEXT:
            return {"type": "text"}
        if not question.options:
            return {"type": "hidden"} | ({} if question.kind is Kind.SINGLE else {"hailong_type": question.kind.value})
        chosen = "select_one" if question.kind is Kind.SINGLE else "select_multiple"
        return {"type": f"{chosen} {self._list(question)}"}

    def _list(self, question: Question) -> str:
        taken = {scale.id for scale in self.form.scales} | {YES_NO_LIST}
        name = question.code
        while name in taken:
            name += ".ds"
        return name

    def _scales(self) -> Iterable[Line]:
        for scale, raw in zip(self.form.scales, self.document["scales"], strict=True):
            for level in raw["levels"]:
                line = {"list_name": scale.id, "name": str(level["value"])} | _texts("label", level["text"])
                mark = {"hailong_satisfied_from": "yes"} if level["value"] == raw.get("satisfied_from") else {}
                yield line | {"hailong_scale": "yes"} | mark
            if aside := raw.get("not_applicable"):
                line = {"list_name": scale.id, "name": aside["code"]} | _texts("label", aside["text"])
                yield line | {"hailong_scale": "yes", "hailong_not_applicable": "yes"}

    def _options(self) -> Iterable[Line]:
        for question, raw in zip(self.form.questions, self.document["questions"], strict=True):
            for option in raw.get("options", ()):
                line = {"list_name": self._list(question), "name": option["code"]} | _texts("label", option["text"])
                yield line | ({"hailong_signal": _flag(option["signal"])} if "signal" in option else {})

    def _yes_no(self) -> Iterable[Line]:
        if any(question.kind is Kind.YES_NO for question in self.form.questions):
            for code, words in columns.YES_NO_WORDS.items():
                told = {language: words[language] for language in words if language in self.form.title}
                yield {"list_name": YES_NO_LIST, "name": code} | _texts("label", told)

    def _factor(self, raw: Mapping[str, Any]) -> Line:
        conditional = {"conditional": _flag(raw["conditional"])} if "conditional" in raw else {}
        return {"code": raw["code"]} | _texts("label", raw["text"]) | conditional


def _name(code: str) -> str:
    """The code as XLSForm can name it: no XML name begins with a digit."""
    return code if columns.XML_NAME.fullmatch(code) else f"_{code}"


def _coded(code: str) -> Line:
    return {"name": _name(code)} | ({} if _name(code) == code else {"hailong_code": code})


def _texts(column: str, texts: Mapping[str, str]) -> Line:
    ordered = sorted(texts, key=lambda language: (language != "vi", language))
    return {columns.translated(column, language): texts[language] for language in ordered}


def _flag(value: bool) -> str:
    return "yes" if value else "no"


def _packed(sheets: Mapping[str, Sequence[Line]]) -> bytes:
    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    for name, lines in sheets.items():
        _fill(book.create_sheet(name), name, lines)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Worksheet, name: str, lines: Sequence[Line]) -> None:
    """Every value is text: a code «0» stays one, and nothing becomes a formula."""
    headers = _headers(name, lines)
    for column, header in enumerate(headers, start=1):
        head = sheet.cell(1, column, header)
        head.font, head.fill = Font(bold=True), HEAD
        is_text = header.split("::")[0] in columns.TRANSLATED[name] or header in ("relevant", "form_title")
        sheet.column_dimensions[get_column_letter(column)].width = WIDE if is_text else NARROW
        for row, line in enumerate(lines, start=2):
            if header in line:
                cell = sheet.cell(row, column, line[header])
                cell.data_type = "s"
                cell.number_format = "@"
                cell.alignment = Alignment(wrap_text=is_text, vertical="top")
    sheet.freeze_panes = "C2"


def _headers(name: str, lines: Sequence[Line]) -> list[str]:
    """Plain XLSForm first, its texts next, ours last; only columns that hold something."""
    held = list(dict.fromkeys(header for line in lines for header in line))
    plain = [column for column in columns.PLAIN[name] if column in held and not column.startswith("hailong_")]
    ours = [column for column in columns.PLAIN[name] if column in held and column.startswith("hailong_")]
    texts = [header for header in held if header not in columns.PLAIN[name]]
    texts.sort(key=lambda header: columns.TRANSLATED[name].index(header.split("::")[0]))
    return [*plain[:2], *texts, *plain[2:], *ours] if name == SURVEY else [*plain, *texts, *ours]
