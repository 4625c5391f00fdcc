"""XLSForm in: a spreadsheet becomes a form's document, or every cell that stands against it is named.

pyxform reads the file too: what ODK and Kobo would not take is not taken here. No expression is evaluated (law 9).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from central_office.forms import columns
from central_office.forms.choices_in import read_lists
from central_office.forms.columns import CHOICES, FACTORS, SETTINGS, SHEETS, SURVEY
from central_office.forms.gathering import Chain, Document, Gathering
from central_office.forms.questions_in import read_questions
from central_office.forms.settings_in import read_settings
from central_office.forms.troubles import FormRefused, Trouble
from central_office.forms.workbook import read_sheets
from survey.errors import BadFile, Problem
from survey.form_file import read_form


@dataclass(frozen=True, slots=True)
class Imported:
    """`document`: the form as its JSON file has it. `spare_options`: those that no question of the sheet uses, by list.

    `prefix`: of an addition's codes; `chains`: its conditions on ratings. `noted`: pyxform's advice to the author.
    """

    document: Document
    spare_options: Mapping[str, list[Document]]
    prefix: str
    noted: tuple[str, ...] = ()
    chains: tuple[Chain, ...] = ()

    def data(self) -> bytes:
        """The form file."""
        return json.dumps(self.document, ensure_ascii=False, indent=1).encode() + b"\n"


def read_xlsform(data: bytes, source: str, *, extends: bool = False) -> Imported:
    """A whole form from a spreadsheet. `extends`: it is about to be held to its core.

    Raises: FormRefused with every trouble.
    """
    work, imported = _read(data, source)
    if imported.prefix and not extends:
        vi = "Tệp có tiền tố là phiếu mở rộng: xin nạp ở mục thêm câu hỏi của địa phương (form extend), hoặc xóa ô"
        work.wrong(f"{SETTINGS}, hailong_prefix", vi, "a prefix is for an extended form: use form extend, or clear it")
    if imported.spare_options:
        for name in imported.spare_options:
            vi, en = "Danh sách không câu nào dùng; xin xóa", "no question uses this list; remove it"
            work.wrong(f"{CHOICES}, {name}", vi, en)
    noted: list[str] = []
    try:
        read_form(imported.data(), source)
    except BadFile as error:
        work.troubles.extend(_mapped(work, error.problems))
    work.troubles.extend(_pyxform(data, noted, quiet=bool(work.troubles)))
    if work.troubles:
        raise FormRefused(source, work.troubles)
    return Imported(imported.document, {}, imported.prefix, tuple(noted))


def read_addition(data: bytes, source: str) -> Imported:
    """The rows that an agency adds to a core form, which alone are no form. Raises: FormRefused."""
    work, imported = _read(data, source, is_part=True)
    if work.troubles:
        raise FormRefused(source, work.troubles)
    return imported


def _read(data: bytes, source: str, *, is_part: bool = False) -> tuple[Gathering, Imported]:
    sheets, troubles = read_sheets(data, source)
    work = Gathering(sheets, troubles)
    _check_names(work, is_part)
    lists = read_lists(work)
    questions, sections = read_questions(work, lists, is_part=is_part)
    document: Document = read_settings(work)
    document["scales"] = lists.scales()
    document["factors"] = _factors(work)
    if sections:
        document["sections"] = sections
    document["questions"] = questions
    return work, Imported(document, lists.spare(), document.pop("hailong_prefix", ""), (), tuple(work.chains))


def _check_names(work: Gathering, is_part: bool) -> None:
    """Sheets and columns that would be lost are refused by name."""
    for name, sheet in work.sheets.items():
        if name not in SHEETS:
            vi = f"Trang tính «{name}» không thuộc phiếu; xin xóa, hoặc đặt tên bắt đầu bằng _ nếu là ghi chú"
            work.wrong(name, vi, "no sheet of a form; remove it, or begin its name with _ if it holds notes")
            continue
        for header, cell in sheet.headers.items():
            if columns.header_of(name, header) is None:
                unknown = ("phiếu không có mục này; xin xóa cột", "a form has no such column")
                vi, en = columns.ADVICE.get(header, unknown)
                work.wrong(cell.place, f"Cột «{header}»: {vi}", f"{en}; remove the column")
        _rename(work, name)
    for name in (SURVEY, SETTINGS):
        if name not in work.sheets and not (is_part and name == SURVEY):
            work.wrong(name, f"Thiếu trang tính «{name}»", f"the sheet {name} is missing")


def _rename(work: Gathering, name: str) -> None:
    """Other spellings of a column's name become the usual one."""
    for row in work.rows(name):
        for spelling, usual in columns.ALIASES[name].items():
            if spelling in row.cells and usual not in row.cells:
                row.cells[usual] = row.cells.pop(spelling)


def _factors(work: Gathering) -> list[Document]:
    found = []
    for position, row in enumerate(work.rows(FACTORS)):
        factor: Document = {"code": row["code"], "text": work.texts(row, "label")}
        if (conditional := work.flag(row, "conditional")) is not None:
            factor["conditional"] = conditional
        keys = {"code": "code", "text": "label", "conditional": "conditional"}
        work.put(f"/factors/{position}", row, keys)
        found.append(factor)
    return found


def _mapped(work: Gathering, problems: tuple[Problem, ...]) -> list[Trouble]:
    """Each once: what a cell lacks is often missed in two places of the document."""
    seen = {(trouble.place, trouble.en) for trouble in work.troubles}
    found = []
    for trouble in map(work.mapped, problems):
        if (trouble.place, trouble.en) not in seen:
            seen.add((trouble.place, trouble.en))
            found.append(trouble)
    return found


def _pyxform(data: bytes, noted: list[str], *, quiet: bool) -> list[Trouble]:
    """What pyxform has against the file. `quiet`: it stumbles over what is told already, so its word adds nothing."""
    try:
        convert(BytesIO(data), warnings=noted, file_type=".xlsx")
    except (PyXFormError, AttributeError, LookupError, TypeError, ValueError) as error:  # it stumbles before it refuses
        said = " ".join(str(error).split())
        return [] if quiet else [Trouble("", f"pyxform không nhận tệp: {said}", f"pyxform refuses the file: {said}")]
    return []
