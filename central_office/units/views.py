"""The pages of the units: the tree, the search, one unit, the units as files. HTTP only; the tree has the answers."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from central_office.csv_in import read_day
from central_office.people.access import Right, may, needs, scope_of
from central_office.rounds.catalogue import plan_of
from central_office.rounds.models import PlanFile
from central_office.units import export
from central_office.units.kinds import label
from central_office.units.lookup import Lookup
from central_office.units.models import CodeList
from central_office.units.picture import OPEN_UNITS, Sight, branches
from central_office.units.reading import STEPS
from central_office.units.tree import Node, Tree, tree
from survey.form import text_in
from survey.vietnamese import sort_key

MOST_FOUND = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@needs(Right.SEE_COUNTS)
def units_page(request: HttpRequest) -> HttpResponse:
    day, wrong = _day_asked(request)
    scope, found = scope_of(request.user), tree(day)
    sight = Sight(found, scope)
    text = request.GET.get("tim", "").strip()[:100]
    context = _common(request, day) | {
        "wrong_day": wrong,
        "text": text,
        "branches": branches(sight),
        "unfolded": len(found.nodes) <= OPEN_UNITS,
        "unplaced": [
            (code, name) for code, name in _plan_points().items() if scope.holds(code) and not found.home(code)
        ],
        "lists": CodeList.objects.order_by("id"),
        "count": sum(ref in found for ref in found.nodes),
    }
    if text:
        context |= _found(text, scope_of(request.user))
    return render(request, "units/units.html", context, status=422 if wrong else 200)


@require_safe
@needs(Right.SEE_COUNTS)
def unit_page(request: HttpRequest, ref: str) -> HttpResponse:
    day, _ = _day_asked(request)
    found = tree(day)
    everything = Tree(found.nodes.values())
    node, scope = found.nodes.get(ref), scope_of(request.user)
    if node is None or not Sight(everything, scope).sees(ref):
        raise Http404
    context = _common(request, day) | _unit_context(node, Sight(found, scope), everything)
    return render(request, "units/unit.html", context)


@require_safe
@needs(Right.EDIT_UNITS)
def units_csv(_request: HttpRequest) -> HttpResponse:
    return _file(export.csv_bytes(tree()), "don-vi.csv", "text/csv; charset=utf-8")


@require_safe
@needs(Right.EDIT_UNITS)
def units_xlsx(_request: HttpRequest) -> HttpResponse:
    return _file(export.xlsx_bytes(tree()), "don-vi.xlsx", XLSX)


def _file(body: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _common(request: HttpRequest, day: date) -> dict[str, Any]:
    return {
        "page": "units",
        "may_edit": may(request.user, Right.EDIT_UNITS),
        "day": day,
        "typed_day": request.GET.get("ngay", "")[:20] or day.strftime("%d/%m/%Y"),
        "stored": request.GET.get("da-ghi", "") if request.GET.get("da-ghi", "").isdecimal() else "",
    }


def _found(text: str, scope: Any) -> dict[str, Any]:
    everything = tree()
    lookup, sight = Lookup(everything.nodes.values()), Sight(everything, scope)
    exact, holding = lookup.exactly(text), lookup.holding(text)
    found = {node.ref: node for node in (*exact, *holding)} or {node.ref: node for node in lookup.near(text)}
    nodes = [node for node in found.values() if sight.sees(node.ref)]
    rows = [(node, label(node.kind), _nodes(everything, everything.path(node.ref)[:-1])) for node in nodes]
    return {"found": rows[:MOST_FOUND], "found_count": len(rows), "near": not exact and not holding}


def _unit_context(node: Node, sight: Sight, everything: Tree) -> dict[str, Any]:
    found, ref = sight.tree, node.ref
    home = found.home(ref)
    path = found.path(ref)[:-1] or everything.path(ref)[:-1]
    below = [(each, label(each.kind), len(sight.points(each.ref))) for each in _nodes(found, sight.children(ref))]
    return {
        "unit": node,
        "label": label(node.kind),
        "list": CodeList.objects.filter(id=node.code_list).first(),
        "path": _nodes(everything, path),
        "stands": ref in found,
        "home": found.nodes[home] if home and home != ref else None,
        "below": below,
        "out_of_alphabet": found.out_of_alphabet(ref),
        "alphabetic": sorted((each for each, _, _ in below if each.order_no is not None), key=lambda n: n.alphabetic),
        "points": [
            (code, found.name(f"diem:{code}"))
            for code in sorted(sight.points(ref), key=lambda code: sort_key(found.name(f"diem:{code}")))
        ],
        "later": [(STEPS.get(s.kind, s.kind), s.day, everything.nodes[s.after]) for s in node.successors],
        "earlier": _nodes(everything, everything.predecessors(ref)),
    }


def _nodes(found: Tree, refs: Any) -> list[Node]:
    return [found.nodes[ref] for ref in refs]


def _day_asked(request: HttpRequest) -> tuple[date, str]:
    """The day that the units are shown of, and what is wrong with how it was typed."""
    text = request.GET.get("ngay", "").strip()
    day = read_day(text) if text else timezone.localdate()
    if day is None:
        return timezone.localdate(), f"Xin nhập ngày như 01/07/2025; «{text[:20]}» không phải ngày."
    return day, ""


def _plan_points() -> dict[str, str]:
    """Every point of every plan, with its name there."""
    plans = [plan_of(text) for text in PlanFile.objects.order_by("loaded_at").values_list("text", flat=True)]
    return {a.point.code: text_in(a.point.name, "vi") for plan in plans for a in plan.allocations}
