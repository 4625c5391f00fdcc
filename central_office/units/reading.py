"""Makes units of a table's lines, beside those that are known: what a cell means, and why it means nothing. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from central_office.csv_in import read_day
from central_office.units.kinds import POINT, kind_of_name, kinds, label, read_kind
from central_office.units.lookup import Lookup
from central_office.units.table_file import Line
from central_office.units.tree import Node, Succession
from survey.vietnamese import weak

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")  # as in plans
LIST = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
MOST_LETTERS = 200
STEPS = {"merge": "sáp nhập", "split": "chia tách", "rename": "đổi tên"}
_STEPS = {weak(word): kind for kind, words in STEPS.items() for word in (kind, words, *words.split())}
_STEP = re.compile(r"(?P<kind>.+?)\s+(?P<day>\S+)\s+(?P<ref>\S+:\S+)")
_YES, _NO = {"x", "co", "1", "true", "yes", "✓"}, {"", "0", "khong", "false", "no"}
_CLASSES = {"1": 1, "2": 2, "3": 3, "i": 1, "ii": 2, "iii": 3}


class Unclear(Exception):
    """A cell that means nothing; `reason` for the person who sent it, `near`: what may have been meant."""

    def __init__(self, reason: str, near: tuple[str, ...] = ()) -> None:
        self.code, self.hint = "unclear", "Mend the line and give the file again."
        self.reason, self.near = reason, near
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Refused:
    """`number`: of the line; `text`: what stands there; `near`: units that may have been meant."""

    number: int
    text: str
    reason: str
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """Units as the file would have them, with their line numbers, and the lines that cannot be."""

    nodes: Mapping[str, Node]
    numbers: Mapping[str, int]
    refused: tuple[Refused, ...]


def read_units(lines: tuple[Line, ...], known: Mapping[str, Node], code_list: str) -> Read:
    """Every line by itself first, then what it says of other units: of those known and those in the file."""
    nodes: dict[str, Node] = {}
    numbers: dict[str, int] = {}
    refused: dict[int, Refused] = {}
    for line in lines:
        try:
            node = _itself(line, known, code_list)
            if node.ref in nodes:
                raise Unclear(f"mã này đã có ở dòng {numbers[node.ref]}")
        except Unclear as error:
            refused[line.number] = _refused(line, error)
        else:
            nodes[node.ref], numbers[node.ref] = node, line.number
    lookup = Lookup((dict(known) | nodes).values())
    by_number = {line.number: line for line in lines}
    for ref, number in numbers.items():
        try:
            nodes[ref] = _with_others(nodes[ref], by_number[number].cells, lookup)
        except Unclear as error:
            refused[number] = _refused(by_number[number], error)
    for ref in _circles(dict(known) | nodes) & set(numbers):
        circle = Unclear("đơn vị cấp trên lại nằm dưới chính đơn vị này")
        refused.setdefault(numbers[ref], _refused(by_number[numbers[ref]], circle))
    return Read(nodes, numbers, tuple(refused[number] for number in sorted(refused)))


def said(node: Node) -> str:
    """A unit as a person knows it again: «Xã Nam Đà (hc-2023:nam-da)»."""
    return f"{node.name} ({node.ref})"


def _refused(line: Line, error: Unclear) -> Refused:
    return Refused(line.number, "; ".join(filter(None, line.cells.values()))[:120], error.reason, error.near)


def _itself(line: Line, known: Mapping[str, Node], code_list: str) -> Node:
    cells = dict(line.cells)
    if "" in cells:
        raise Unclear("dòng có nhiều ô hơn dòng tiêu đề; đặt ô có dấu phân cách trong dấu nháy kép")
    ref = _ref(cells, code_list)
    if not cells["name"] or len(cells["name"]) > MOST_LETTERS:
        raise Unclear("thiếu tên" if not cells["name"] else f"tên dài quá {MOST_LETTERS} chữ")
    if not cells.get("kind") and read_kind(cells.get("commune_class", "")):
        cells["kind"] = cells.pop("commune_class")  # a column «Loại» may say either
    was = known.get(ref)
    kind = _kind(cells, ref, was)
    values = {name: read(cells[name]) for name, read in READERS.items() if name in cells}
    node = replace(was or Node(ref, kind, ""), name=cells["name"], kind=kind, **values)
    if node.valid_from and node.valid_to and node.valid_to < node.valid_from:
        raise Unclear("hết hiệu lực trước khi có hiệu lực")
    return node


def _ref(cells: Mapping[str, str], code_list: str) -> str:
    code = cells["code"]
    code_list = cells.get("list") or code_list
    if not code:
        raise Unclear("thiếu mã")
    if not LIST.fullmatch(code_list):
        raise Unclear(f"tên danh mục «{code_list[:40]}» chỉ gồm chữ thường không dấu, số và gạch nối")
    if not CODE.fullmatch(code):
        raise Unclear(f"mã «{code[:40]}» chỉ gồm chữ không dấu, số, dấu chấm và gạch nối, dài không quá 40")
    return f"{code_list}:{code}"


def _kind(cells: Mapping[str, str], ref: str, was: Node | None) -> str:
    told = cells.get("kind", "")
    if told and not read_kind(told):
        raise Unclear(f"không có cấp «{told[:40]}»", tuple(kind.label for kind in kinds().values()))
    by_list = POINT if ref.startswith(f"{POINT}:") else ""
    kind = read_kind(told) or (was.kind if was else "") or by_list or kind_of_name(cells["name"])
    if not kind:
        raise Unclear("không rõ cấp; thêm cột «Cấp»", tuple(kind.label for kind in kinds().values()))
    if (kind == POINT) != bool(by_list):
        raise Unclear(f"cấp «{label(POINT)}» và danh mục «{POINT}» phải đi với nhau")
    return kind


def _with_others(node: Node, cells: Mapping[str, str], lookup: Lookup) -> Node:
    if "parent" in cells:
        node = replace(node, parent=_parent(cells["parent"], node, lookup))
    if "successors" in cells:
        steps = (_step(text.strip(), node, lookup) for text in cells["successors"].split(";") if text.strip())
        node = replace(node, successors=tuple(sorted(steps, key=lambda step: (step.day, step.after))))
    return node


def _parent(text: str, node: Node, lookup: Lookup) -> str:
    if not text:
        return ""
    found = [each for each in lookup.parents(text, node.code_list, node.kind) if each.ref != node.ref]
    if len(found) == 1:
        return found[0].ref
    if found:
        raise Unclear(f"có {len(found)} đơn vị cấp trên «{text[:60]}»; xin ghi mã", tuple(map(said, found[:5])))
    near = tuple(said(each) for each in lookup.near(text) if not each.is_point)
    raise Unclear(f"không có đơn vị cấp trên «{text[:60]}»", near)


def _step(text: str, node: Node, lookup: Lookup) -> Succession:
    found = _STEP.fullmatch(text)
    kind = _STEPS.get(weak(found["kind"]), "") if found else ""
    day = read_day(found["day"]) if found else None
    if found is None or not kind or day is None:
        raise Unclear(f"đơn vị kế tiếp «{text[:60]}» phải viết như «sáp nhập 2025-07-01 danh-muc:ma»")
    if found["ref"] not in lookup.by_ref or found["ref"] == node.ref:
        raise Unclear(f"không có đơn vị kế tiếp «{found['ref'][:60]}»", tuple(map(said, lookup.near(found["ref"]))))
    return Succession(kind, day, found["ref"])


def _circles(nodes: Mapping[str, Node]) -> set[str]:
    """Units that stand above themselves."""
    found = set()
    for ref in nodes:
        seen, above = {ref}, nodes[ref].parent
        while above in nodes and above not in seen:
            seen.add(above)
            above = nodes[above].parent
        if above == ref:
            found.add(ref)
    return found


def _flag(text: str) -> bool:
    if weak(text) in _YES or text in _YES:
        return True
    if weak(text) in _NO:
        return False
    raise Unclear(f"«{text[:20]}» phải là «x» hoặc để trống")


def _class(text: str) -> int | None:
    said_class = weak(text).removeprefix("loai").strip()
    if said_class and said_class not in _CLASSES:
        raise Unclear(f"loại đơn vị hành chính «{text[:20]}» phải là 1, 2 hoặc 3")
    return _CLASSES.get(said_class)


def _number(text: str) -> int | None:
    if text and not (text.isascii() and text.isdecimal() and len(text) < 7):
        raise Unclear(f"số thứ tự «{text[:20]}» không phải số nguyên")
    return int(text) if text else None


def _day(text: str) -> date | None:
    if text and read_day(text) is None:
        raise Unclear(f"ngày «{text[:20]}» phải viết như 01/07/2025")
    return read_day(text) if text else None


READERS: Mapping[str, Callable[[str], Any]] = {
    "commune_class": _class,
    "seat": _flag,
    "order_no": _number,
    "valid_from": _day,
    "valid_to": _day,
    "agency": _flag,
}
