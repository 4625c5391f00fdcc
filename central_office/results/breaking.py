"""Piles as breakdowns: rows of counts and indices, hidden where small or giving small ones away. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from central_office.results import measuring
from central_office.results.analysis import Breakdown, By, Measure, Row
from central_office.results.piles import RATED, Pile, Piles, heap_of
from survey.form import Form, Question, Role
from survey.masking import Heap, Sight, nested, sight_of, sights

TITLES = {
    By.POINT: "Theo điểm khảo sát",
    By.UNIT: "Theo đơn vị hành chính",
    By.AGENCY: "Theo cơ quan giải quyết",
    By.FIELD: "Theo lĩnh vực",
    By.RESPONDENT: "Theo đối tượng",
    By.CHANNEL: "Theo kênh",
    By.MONTH: "Theo tháng",
}
NOBODY_KNOWS = ""  # the code of a row whose answers do not say


@dataclass(frozen=True, slots=True)
class Layout:
    """`names`: of each breakdown's rows, in the order that they stand in; `units`: the unit of each point, {} where
    nobody has said so; `quotas`: by point."""

    names: Mapping[By, Mapping[str, str]]
    units: Mapping[str, str] = field(default_factory=dict)
    quotas: Mapping[str, int] = field(default_factory=dict)


Masks = Mapping[str, Mapping[str, Sight]]  # by question and row


def breakdowns(form: Form, piles: Piles, layout: Layout, floor: int) -> dict[By, Breakdown]:
    """Those that tell anything: one whose only row is what nobody said is left out."""
    asked = [question for question in form.questions if question.role in RATED and question.scale]
    if layout.units:
        piles.merge(By.POINT, By.UNIT, layout.units)
    masks = {by: _masks(by, asked, piles, layout, floor) for by in layout.names}
    found = {by: _breakdown(by, form, asked, piles, layout, masks[by], floor) for by in layout.names}
    return {by: each for by, each in found.items() if [row.code for row in each.rows] not in ([], [NOBODY_KNOWS])}


def sights_in(by: By, question: Question, piles: Piles, layout: Layout, floor: int) -> dict[str, Sight]:
    """What may be shown of each row's index of `question`."""
    codes = list(layout.names[by])
    heaps = [heap_of(piles.of(by, code, question.code), question) for code in codes]
    total = sight_of(sum(heaps, Heap(0, 0)), floor)
    if by not in (By.POINT, By.UNIT) or not layout.units:
        return dict(zip(codes, sights(heaps, floor, total), strict=True))
    points = list(layout.names[By.POINT])
    rows = [(layout.units[code], heap_of(piles.of(By.POINT, code, question.code), question)) for code in points]
    groups = {unit: heap_of(piles.of(By.UNIT, unit, question.code), question) for unit in layout.names.get(By.UNIT, {})}
    seen, shown = nested(groups, rows, floor, total)
    return seen if by is By.UNIT else dict(zip(points, shown, strict=True))


def _masks(by: By, asked: list[Question], piles: Piles, layout: Layout, floor: int) -> Masks:
    return {question.code: sights_in(by, question, piles, layout, floor) for question in asked}


def _breakdown(
    by: By, form: Form, asked: list[Question], piles: Piles, layout: Layout, masks: Masks, floor: int
) -> Breakdown:
    rows = []
    for code, name in layout.names[by].items():
        counts = piles.counts_of(by, code)
        found: dict[Role, list[Measure]] = {role: [] for role in RATED}
        for question in asked:
            pile = piles.of(by, code, question.code)
            found[question.role].append(_measure(form, question, pile, masks[question.code][code], floor))
        overall = found[Role.OVERALL][0] if found[Role.OVERALL] else no_measure()
        quota = layout.quotas.get(code) if by is By.POINT else None
        told = (counts.received, counts.partial, counts.flagged)
        rows.append(Row(code, name, *told, overall, tuple(found[Role.FACTOR]), quota))
    return Breakdown(by, TITLES[by], tuple(rows))


def _measure(form: Form, question: Question, pile: Pile, sight: Sight, floor: int) -> Measure:
    if question.role is Role.OVERALL:
        return measuring.measure(question, pile, "Chỉ số chung", measuring.METHOD, sight, floor)
    name = measuring.factor_name(form, question)
    return measuring.measure(question, pile, name, measuring.BY_FACTOR, sight, floor, question.factor)


def no_measure() -> Measure:
    """Of a form without an overall question."""
    return Measure("", "Phiếu không có câu hỏi chung", measuring.NOBODY, measuring.NOBODY, "")
