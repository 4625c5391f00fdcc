"""What a table of units would change, told before anything is written. Pure; knows no file and no database."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from central_office.units.kinds import label
from central_office.units.lookup import Lookup
from central_office.units.reading import STEPS, Refused, read_units, said
from central_office.units.table_file import Line
from central_office.units.tree import Node, Succession
from survey.canonical import digest, encode

LABELS = {
    "kind": "cấp",
    "name": "tên",
    "parent": "thuộc",
    "commune_class": "loại",
    "seat": "trung tâm",
    "order_no": "STT",
    "valid_from": "từ ngày",
    "valid_to": "đến hết ngày",
    "agency": "cơ quan có thẩm quyền",
    "successors": "đơn vị kế tiếp",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A unit that is new (`before` None) or other than it was; `above`: its parent in words; `doubles`: units that it
    may be already."""

    number: int
    before: Node | None
    after: Node
    above: str = ""
    doubles: tuple[str, ...] = ()

    @property
    def differences(self) -> tuple[tuple[str, str, str], ...]:
        """Heading, old and new text of every part that differs."""
        if self.before is None:
            return ()
        return tuple(
            (LABELS[name], cell_text(self.before, name), cell_text(self.after, name))
            for name in LABELS
            if getattr(self.before, name) != getattr(self.after, name)
        )


@dataclass(frozen=True, slots=True)
class Preview:
    """`untouched`: units that are known and not in the file; they stay as they are."""

    new: tuple[Change, ...]
    changed: tuple[Change, ...]
    same: int
    untouched: int
    refused: tuple[Refused, ...]
    new_lists: tuple[str, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        return self.new + self.changed

    @property
    def digest(self) -> str:
        """Of what would be written and over what: two previews that agree in it would write the same."""
        return digest(encode([[_state(change.before), _state(change.after)] for change in self.changes]))


def preview(lines: tuple[Line, ...], known: Mapping[str, Node], lists: set[str], code_list: str = "") -> Preview:
    """`code_list`: of lines that name none; `lists`: those that the office has."""
    read = read_units(lines, known, code_list)
    lookup = Lookup((dict(known) | dict(read.nodes)).values())
    bad = {each.number for each in read.refused}
    new, changed, same = [], [], 0
    for ref, node in read.nodes.items():
        before, number = known.get(ref), read.numbers[ref]
        if number in bad:
            continue
        if before is None:
            doubles = tuple(said(each) for each in lookup.same_name(node))
            above = said(lookup.by_ref[node.parent]) if node.parent else ""
            new.append(Change(number, None, node, above, doubles))
        elif before != node:
            changed.append(Change(number, before, node))
        else:
            same += 1
    new_lists = sorted({change.after.code_list for change in new} - lists)
    untouched = len(known.keys() - read.nodes.keys())
    return Preview(tuple(new), tuple(changed), same, untouched, read.refused, tuple(new_lists))


def cell_text(node: Node, name: str) -> str:
    """A part of a unit as it stands in a table, and as it is read again."""
    value = getattr(node, name)
    if name == "kind":
        return label(node.kind)
    if name == "successors":
        return "; ".join(map(step_text, node.successors))
    if isinstance(value, bool):
        return "x" if value else ""
    return "" if value is None else str(value)


def step_text(step: Succession) -> str:
    return f"{STEPS.get(step.kind, step.kind)} {step.day.isoformat()} {step.after}"


def _state(node: Node | None) -> list[str]:
    return [] if node is None else [str(getattr(node, field.name)) for field in fields(node)]
