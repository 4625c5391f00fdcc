"""A plan's counts as one table, a row a commune: for keying into a system that takes no feed (R-081).

Exact counts, not masked: it is for officers, who enter them elsewhere. Points of no commune stand by themselves.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from central_office.coverage.counts import visits_of
from central_office.feed.writing import write_csv
from central_office.intake import sums
from central_office.rounds.catalogue import form_of, plan_of
from central_office.rounds.models import FormFile, PlanFile
from central_office.units.tree import Tree, tree
from survey.form import Form, Kind, Question, text_in
from survey.plan import Plan
from survey.vietnamese import sort_key

BOM = "\ufeff"
FIXED = (
    *("STT", "Mã đơn vị", "Xã, phường, thị trấn", "Số điểm tiếp nhận", "Số phiếu cần thu", "Số lượt người dân đến"),
    *("Số phiếu thu được", "Trong đó trả lời đủ", "Trong đó dở dang", "Trong đó có dấu hiệu bất thường"),
)
Points: TypeAlias = "frozenset[str] | None"


@dataclass(slots=True)
class Place:
    """One commune, or a point by itself. `code`: "LIST:CODE"."""

    code: str
    name: str
    points: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    heading: tuple[str, ...]
    rows: list[list[object]]


def table(plan_file: PlanFile, points: Points) -> Table:
    """The plan's points, or those of them in `points`. Only answers in the window and counted."""
    plan, form = plan_of(plan_file.text), form_of(plan_file.form.text)
    forms = list(FormFile.objects.filter(form=plan.form).values_list("digest", flat=True))
    counts = _counts(plan, forms, points)
    given: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for each in sums.time_sums(plan.id, forms, points):
        given[each.point][each.question, each.value] += each.count
    columns = list(_columns(form))
    rows: list[list[object]] = []
    for number, place in enumerate(_places(plan, set(counts), tree(plan.last_day), points), 1):
        said = sum((counts[point] for point in place.points), Counter[str]())
        answers = sum((given[point] for point in place.points), Counter[tuple[str, str]]())
        told = [said[name] for name in ("quota", "visits", "received", "complete", "partial", "flagged")]
        rows.append([number, place.code, place.name, len(place.points), *told, *(answers[key] for key, _ in columns)])
    return Table((*FIXED, *(heading for _, heading in columns)), rows)


def csv_bytes(found: Table) -> bytes:
    """UTF-8 with a BOM, as Excel opens it."""
    return write_csv(found.heading, found.rows, BOM)


def _counts(plan: Plan, forms: list[str], points: Points) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for allocation in plan.allocations:
        counts[allocation.point.code]["quota"] += allocation.forms
    for (point, _), (visits, _) in visits_of(plan).items():
        counts[point]["visits"] += visits
    for cell in sums.place_counts(plan.id, forms, points):
        if cell.in_window and not cell.why:
            own = counts[cell.point]
            own["received"] += cell.count
            own[cell.state] += cell.count
            own["flagged"] += cell.count if cell.flagged else 0
    return counts


def _places(plan: Plan, counted: set[str], units: Tree, points: Points) -> list[Place]:
    """By commune, in the order of the alphabet; a point that the plan gave up keeps what it had."""
    names = {a.point.code: text_in(a.point.name, "vi") for a in plan.allocations}
    found: dict[str, Place] = {}
    for code in sorted(names.keys() | counted):
        if points is None or code in points:
            home = units.home(code)
            ref = units.parent(home) if home and units.nodes[home].is_point else home
            name = units.name(ref) if ref else names.get(code, code)
            key = ref or f"diem:{code}"
            found.setdefault(key, Place(key, name, [])).points.append(code)
    return sorted(found.values(), key=lambda place: (sort_key(place.name), place.code))


def _columns(form: Form) -> Iterator[tuple[tuple[str, str], str]]:
    """(question, value), and its heading: a column for each level and option."""
    for question in form.questions:
        if question.kind is not Kind.TEXT:
            for value, name in _values(question):
                yield (question.code, value), f"{question.code} {text_in(question.text, 'vi')}: {name}"


def _values(question: Question) -> Iterator[tuple[str, str]]:
    if question.scale is not None:
        for level in question.scale.levels:
            yield str(level.value), text_in(level.text, "vi")
        if question.scale.not_applicable is not None:
            yield question.scale.not_applicable.code, text_in(question.scale.not_applicable.text, "vi")
    for option in question.options:
        yield option.code, text_in(option.text, "vi")
