"""Writes what a preview has shown: all of it or nothing, once, with a line in the log. Nothing is ever removed."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from django.db import transaction

from central_office.people.audit import note
from central_office.units.kinds import bare
from central_office.units.models import CodeList, Succession, Unit
from central_office.units.preview import Change, Preview, preview
from central_office.units.table_file import Line
from central_office.units.tree import Node, tree
from survey.canonical import Value
from survey.vietnamese import fold, weak

PARTS = ("kind", "name", "commune_class", "seat", "order_no", "valid_from", "valid_to", "agency")
BATCH = 500
MOST_TOLD = 500  # changed units named in the log's line


class Stale(Exception):
    """The units are not any more as they were when the preview was shown."""

    code = "stale_preview"
    hint = "Look at the new preview and confirm again."


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What a new code list is called; those that are known stay as they are."""

    name: str = ""
    version: str = ""
    issued: date | None = None


def preview_now(lines: tuple[Line, ...], code_list: str = "") -> Preview:
    return preview(lines, tree().nodes, set(CodeList.objects.values_list("id", flat=True)), code_list)


def store(
    lines: tuple[Line, ...], code_list: str, shown: str, actor: str, source: str, facts: ListFacts | None = None
) -> Preview:
    """Write it, if it still is what was shown (`shown`: that preview's digest) and every line can be read.

    Raises: Stale.
    """
    with transaction.atomic():
        list(CodeList.objects.select_for_update().order_by("id"))  # one import after the other
        result = preview_now(lines, code_list)
        if result.refused or result.digest != shown:
            raise Stale("the units have changed since the preview")
        if result.changes:
            _write(result, facts or ListFacts())
            note(actor, "units.imported", source, _detail(result))
    return result


def _write(result: Preview, facts: ListFacts) -> None:
    shipped = json.loads(files("central_office.units").joinpath("data", "lists.json").read_text("utf-8"))
    for each in result.new_lists:
        usual = shipped.get(each, {"name": each, "version": ""})
        name, version = facts.name or usual["name"], facts.version or usual["version"]
        CodeList.objects.create(id=each, name=name, version=version, issued=facts.issued)
    nodes = [change.after for change in result.changes]
    Unit.objects.bulk_create(
        [_row(node) for node in nodes],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["code_list", "code"],
        update_fields=[*PARTS, "fold", "weak"],
    )
    keys = {f"{code_list}:{code}": pk for pk, code_list, code in Unit.objects.values_list("pk", "code_list_id", "code")}
    parents = [Unit(pk=keys[node.ref], parent_id=keys.get(node.parent)) for node in nodes]
    Unit.objects.bulk_update(parents, ["parent"], batch_size=BATCH)
    _write_successions(result.changes, keys)


def _row(node: Node) -> Unit:
    name = bare(node.name, node.kind)
    parts = {part: getattr(node, part) for part in PARTS}
    return Unit(code_list_id=node.code_list, code=node.code, fold=fold(name), weak=weak(name), **parts)


def _write_successions(changes: Iterable[Change], keys: dict[str, int]) -> None:
    told = [change for change in changes if change.after.successors != (change.before or change.after).successors]
    told += [change for change in changes if change.before is None and change.after.successors]
    for change in told:
        Succession.objects.filter(before_id=keys[change.after.ref]).delete()
    Succession.objects.bulk_create(
        Succession(before_id=keys[change.after.ref], after_id=keys[step.after], kind=step.kind, day=step.day)
        for change in told
        for step in change.after.successors
    )


def _detail(result: Preview) -> dict[str, Value]:
    """Old and new of what was changed; of new units how many, and the digest of all."""
    changed: list[Value] = [
        {"unit": change.after.ref, "what": name, "old": old, "new": new}
        for change in result.changed
        for name, old, new in change.differences
    ]
    lists: list[Value] = list(result.new_lists)
    counts: dict[str, Value] = {"new": len(result.new), "changed": len(result.changed), "lists": lists}
    return counts | {"differences": changed[:MOST_TOLD], "digest": result.digest}
