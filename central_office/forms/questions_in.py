"""The sheet `survey`: questions in their order, groups as sections, conditions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from central_office.forms import columns, relevance
from central_office.forms.choices_in import Lists
from central_office.forms.columns import LIKERT, NO_SECTION, SURVEY, YES_NO_LIST
from central_office.forms.gathering import Chain, Document, Gathering
from central_office.forms.workbook import Row
from survey.form import Kind

KEYS: Mapping[str, str] = {
    **{"code": "name", "type": "type", "text": "label", "help": "hint", "scale": "type", "options": "type"},
    **{"required": "required", "when": "relevant", "role": "hailong_role", "factor": "hailong_factor"},
    **{"criterion": "hailong_criterion", "facet": "hailong_facet", "prefill": "hailong_prefill"},
    **{"sensitive": "hailong_sensitive", "longest": "hailong_longest", "section": "hailong_section"},
}
CODES = ("role", "factor", "criterion", "facet", "prefill")
BEGIN, END = ("begin group", "begin_group"), ("end group", "end_group")
GROUP_COLUMNS = ("type", "name", "hailong_code")
TYPES = "select_one, select_multiple, text, hidden, begin_group, end_group"


@dataclass
class Reader:
    """`kinds`: the questions so far, by the name that conditions call them; `ratings`: names of the asked ratings."""

    work: Gathering
    lists: Lists
    is_part: bool
    questions: list[Document] = field(default_factory=list)
    sections: list[Document] = field(default_factory=list)
    kinds: dict[str, Document] = field(default_factory=dict)
    ratings: list[str] = field(default_factory=list)
    group: Row | None = None

    def row(self, row: Row) -> None:
        kind, _, name = row["type"].partition(" ")
        if row["type"] in BEGIN:
            self._begin(row)
        elif row["type"] in END:
            self._end(row)
        elif (kind in ("select_one", "select_multiple") and name.strip()) or row["type"] in ("text", "hidden"):
            self._question(row, kind, name.strip())
        else:
            vi = f"Loại «{row['type']}» không có trên ki-ốt; chỉ dùng {TYPES}"
            self.work.wrong(row.place("type"), vi, f"no such type on a kiosk; only {TYPES}")

    def _begin(self, row: Row) -> None:
        if self.group is not None:
            vi = "Nhóm lồng trong nhóm; phiếu chỉ có một cấp phần, xin đóng nhóm trước (end_group)"
            self.work.wrong(row.place("type"), vi, "a group within a group; end the other one first")
        for header, cell in row.cells.items():
            match = columns.header_of(SURVEY, header)
            if match and match[0] not in (*GROUP_COLUMNS, "label"):
                vi = "Phần chỉ có mã và tên; xin xóa ô (điều kiện ghi ở từng câu)"
                self.work.wrong(cell.place, vi, "a section has a code and a name only; conditions stand at questions")
        self.group = row
        section: Document = {"code": _code(row), "text": self.work.texts(row, "label")}
        self.work.put(f"/sections/{len(self.sections)}", row, {"code": "name", "text": "label"})
        self.sections.append(section)

    def _end(self, row: Row) -> None:
        if self.group is None:
            self.work.wrong(row.place("type"), "Không có nhóm nào đang mở", "no group is open")
        self.group = None

    def _question(self, row: Row, kind: str, name: str) -> None:
        pointer = f"/questions/{len(self.questions)}"
        code = _code(row)
        question: Document = {"code": code}
        if section := self._section(row):
            question["section"] = section
        question |= self._kind(row, kind, name, pointer)
        question |= {key: row[KEYS[key]] for key in CODES if row[KEYS[key]]}
        question["text"] = self.work.texts(row, "label")
        if hint := self.work.texts(row, "hint"):
            question["help"] = hint
        for key in ("required", "sensitive"):
            if (flag := self.work.flag(row, KEYS[key])) is not None:
                question[key] = flag
        if row[KEYS["longest"]]:
            question["longest"] = self._longest(row)
        if row["relevant"] and (when := self._when(row)) is not None:
            question["when"] = when
        self.work.put(pointer, row, KEYS)
        self.questions.append(question)
        self.kinds[row["name"]] = question
        if question["type"] == Kind.SCALE and "prefill" not in question:
            self.ratings.append(row["name"])

    def _section(self, row: Row) -> str:
        said = row[KEYS["section"]]
        if said:
            return "" if said == NO_SECTION else said
        return _code(self.group) if self.group is not None else ""

    def _kind(self, row: Row, kind: str, name: str, pointer: str) -> Document:
        appearance = row["appearance"]
        if appearance and (appearance != LIKERT or kind != "select_one"):
            vi = f"Kiểu trình bày «{appearance}» không có trên ki-ốt; chỉ dùng likert cho câu đánh giá, còn lại xóa ô"
            self.work.wrong(row.place("appearance"), vi, "only likert, for a rating; clear the cell otherwise")
        said = row["hailong_type"]
        if kind == "hidden":
            return {"type": said or Kind.SINGLE.value}
        if said:
            self.work.wrong(row.place("hailong_type"), "Chỉ dùng cho loại hidden; xin xóa ô", "only for type hidden")
        if kind == "text":
            return {"type": Kind.TEXT.value}
        return self._choice(row, kind, name, pointer, is_rating=appearance == LIKERT or self.lists.is_scale(name))

    def _choice(self, row: Row, kind: str, name: str, pointer: str, *, is_rating: bool) -> Document:
        if name == YES_NO_LIST and kind == "select_one" and not is_rating:
            self.lists.use(name, as_scale=False)
            return {"type": Kind.YES_NO.value}
        if kind == "select_multiple" and is_rating:
            vi, en = "Thang đo chỉ chọn một mức: dùng select_one", "a rating takes one level: use select_one"
            self.work.wrong(row.place("type"), vi, en)
        there = self.lists.use(name, as_scale=is_rating)
        if not there and not (is_rating and self.is_part):
            vi = f"Không có danh sách «{name}» ở trang choices"
            self.work.wrong(row.place("type"), vi, f"no list {name!r} in the sheet choices")
        if is_rating:
            return {"type": Kind.SCALE.value, "scale": name}
        chosen = Kind.SINGLE if kind == "select_one" else Kind.MULTI
        return {"type": chosen.value, "options": self.lists.options(name, pointer)}

    def _longest(self, row: Row) -> Any:
        text = row[KEYS["longest"]]
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else text

    def _when(self, row: Row) -> Document | None:
        place = row.place("relevant")
        try:
            said = relevance.read(row["relevant"])
        except relevance.Unreadable as error:
            self.work.wrong(place, error.vi, error.en)
            return None
        if isinstance(said, relevance.AtMost):
            if self.is_part:
                self.work.chains.append(Chain(place, said.questions, tuple(self.ratings)))
            elif set(said.questions) != set(self.ratings):
                right = relevance.at_most(self.ratings, said.level)
                vi = f"Điều kiện theo mức phải nêu mọi câu đánh giá đứng trước: {right}"
                self.work.wrong(place, vi, f"all ratings before must be named: {right}")
            return {"any_rating_at_most": said.level}
        if isinstance(said, relevance.Has):
            return {"question": self._code_of(said.question), "has": said.value}
        return {"question": self._code_of(said.question), "is": self._value(said)}

    def _code_of(self, name: str) -> str:
        return str(self.kinds[name]["code"]) if name in self.kinds else name

    def _value(self, said: relevance.Is) -> int | str:
        """A level of a rating is a number; everything else is a code, in quotation marks or not."""
        asked = self.kinds.get(said.question)
        is_rating = asked is not None and asked["type"] == Kind.SCALE
        number = said.value.isascii() and said.value.isdecimal() and len(said.value) <= 2
        return int(said.value) if is_rating and number else said.value


def _code(row: Row) -> str:
    return row["hailong_code"] or row["name"]


def read_questions(work: Gathering, lists: Lists, *, is_part: bool) -> tuple[list[Document], list[Document]]:
    """Questions and sections. `is_part`: of an addition, whose conditions may look at a form that is not here."""
    reader = Reader(work, lists, is_part)
    for row in work.rows(SURVEY):
        reader.row(row)
    if reader.group is not None:
        vi = "Nhóm mở mà không đóng; xin thêm dòng end_group"
        work.wrong(reader.group.place("type"), vi, "this group is not ended; add a row end_group")
    return reader.questions, reader.sections
