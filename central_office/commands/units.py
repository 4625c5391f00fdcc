"""Units on the command line: import with a preview, list, find, totals, export. The rules are in `units`."""

import getpass
import os
from argparse import Namespace
from collections import Counter
from importlib.resources import files

from django.utils import timezone

from central_office.commands import say
from central_office.config import Config
from central_office.coverage.counts import answers_of
from central_office.coverage.dossiers import answers_by_point
from central_office.rounds.catalogue import plan_of
from central_office.rounds.models import PlanFile
from central_office.units.export import csv_bytes, xlsx_bytes
from central_office.units.kinds import label
from central_office.units.lookup import Lookup
from central_office.units.preview import Preview
from central_office.units.storing import ListFacts, preview_now, store
from central_office.units.table_file import read_table
from central_office.units.tree import UNPLACED, Tree, tree

DIFFERENT = 1


def unit_import(arguments: Namespace, _config: Config) -> int:
    """Exit code 1 when a line cannot be understood; then nothing is written."""
    data, name = _given(arguments)
    table = read_table(data, name)
    lines = table.lines
    if table.unused:
        say(f"Cột không dùng / columns not used: {', '.join(table.unused)}")
    result = preview_now(lines, arguments.list)
    _say_preview(result)
    if result.refused:
        say(f"Chưa ghi gì / nothing written: {len(result.refused)} dòng chưa hiểu / lines not understood")
        return DIFFERENT
    if arguments.yes:
        facts = ListFacts(arguments.list_name, arguments.list_version, arguments.list_issued)
        store(lines, arguments.list, result.digest, f"cli:{_who()}", name, facts)
    did = "đã ghi / written" if arguments.yes else "chưa ghi, thêm --yes để ghi / not written, --yes writes"
    counts = f"mới/new {len(result.new)}, thay đổi/changed {len(result.changed)}, giữ nguyên/unchanged {result.same}"
    say(f"{counts}; {did}")
    return os.EX_OK


def unit_list(arguments: Namespace, _config: Config) -> int:
    found = tree(arguments.as_of or timezone.localdate())
    waiting = [(ref, 0) for ref in reversed(found.roots())]
    while waiting:
        ref, depth = waiting.pop()
        node = found.nodes[ref]
        points = len(found.points_under(ref))
        say(f"{'  ' * depth}{node.name}\t{label(node.kind)}\t{ref}\t{points} điểm/points")
        waiting += [(child, depth + 1) for child in reversed(found.children(ref))]
    return os.EX_OK


def unit_find(arguments: Namespace, _config: Config) -> int:
    """Exit code 1 when there is none; then near names are told."""
    everything = tree()
    lookup = Lookup(everything.nodes.values())
    exact = lookup.exactly(arguments.text)
    found = exact or lookup.holding(arguments.text) or lookup.near(arguments.text)
    if not exact and found:
        say("Không có đúng tên này; gần giống / not exactly; near:")
    for node in found:
        say(f"{node.ref}\t{node.name}\t{label(node.kind)}\t{_above(everything, node.ref)}")
    return os.EX_OK if exact else DIFFERENT


def unit_totals(arguments: Namespace, _config: Config) -> int:
    """The counted answers of a plan by unit, as the units of a day; the same sum whatever the day (R-019)."""
    plan = plan_of(PlanFile.objects.get(plan=arguments.plan).text)
    found = tree(arguments.as_of or timezone.localdate())
    counts = Counter(answers_by_point(list(answers_of(plan)), plan))
    sums = found.totals(counts)
    for ref in sorted(sums, key=lambda ref: (ref == UNPLACED, tuple(map(found.name, found.path(ref))))):
        say(f"{sums[ref]}\t{'  ' * (len(found.path(ref)) - 1)}{found.name(ref)}\t{ref}")
    say(f"{sum(counts.values())}\tCộng / total")
    return os.EX_OK


def unit_export(arguments: Namespace, _config: Config) -> int:
    everything = tree()
    make = xlsx_bytes if arguments.file.suffix.lower() == ".xlsx" else csv_bytes
    arguments.file.write_bytes(make(everything))
    say(f"{len(everything.nodes)} đơn vị/units → {arguments.file}")
    return os.EX_OK


def _given(arguments: Namespace) -> tuple[bytes, str]:
    if arguments.shipped:
        name = f"{arguments.shipped}.csv"
        return files("central_office.units").joinpath("data", name).read_bytes(), name
    return arguments.file.read_bytes(), arguments.file.name


def _say_preview(result: Preview) -> None:
    for refused in result.refused:
        near = f"; có phải / perhaps: {', '.join(refused.near)}" if refused.near else ""
        say(f"Dòng / line {refused.number}: {refused.reason}{near}  [{refused.text}]")
    for change in result.new:
        doubles = f"; giống / like: {', '.join(change.doubles)}" if change.doubles else ""
        say(f"+ {change.after.ref} {change.after.name}{doubles}")
    for change in result.changed:
        told = ", ".join(f"{what}: «{old}» → «{new}»" for what, old, new in change.differences)
        say(f"~ {change.after.ref} {change.after.name}: {told}")
    for code_list in result.new_lists:
        say(f"+ danh mục / code list {code_list}")


def _above(everything: Tree, ref: str) -> str:
    return " › ".join(map(everything.name, everything.path(ref)[:-1]))


def _who() -> str:
    """The operator's account on this machine; a container may give it no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
