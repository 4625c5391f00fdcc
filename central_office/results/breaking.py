"""Piles as breakdowns: rows of counts and indices, hidden where small or giving small ones away. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from central_office.results import measuring
from central_office.results.analysis import Breakdown, By, Measure, Row
from central_office.results.measuring import Spread, spread
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


@dataclass(frozen=True, slots=True)
class Masking:
    """What is shown of every row, and by how much the points widen intervals: `hidden`: by question, points whose
    figure is not shown; `spreads`: by question, the whole round's."""

    masks: Mapping[By, Masks]
    hidden: Mapping[str, frozenset[str]]
    spreads: Mapping[str, Spread]

    def spread(self, by: By, question: Question, pile: Pile) -> Spread:
        """Of a row. Points stand in units; how many of them an agency's or a month's answers came from, and what they
        said there, is told nowhere: such a row has the round's own."""
        if by in (By.POINT, By.UNIT):
            return spread(pile, self.hidden[question.code])
        return self.of_round(question)

    def of_round(self, question: Question) -> Spread:
        return replace(self.spreads[question.code], of_round=True)


def masking(form: Form, piles: Piles, layout: Layout, floor: int) -> Masking:
    """Once for `piles`: the units' are made here."""
    if layout.units:
        piles.merge(By.POINT, By.UNIT, layout.units)
    asked = rated_questions(form)
    masks = {by: {q.code: sights_in(by, q, piles, layout, floor) for q in asked} for by in layout.names}
    points = masks[By.POINT]
    hidden = {q.code: frozenset(p for p, sight in points[q.code].items() if sight is Sight.NOTHING) for q in asked}
    spreads = {q.code: spread(piles.whole.get(q.code) or Pile(), hidden[q.code]) for q in asked}
    return Masking(masks, hidden, spreads)


def rated_questions(form: Form) -> list[Question]:
    return [question for question in form.questions if question.role in RATED and question.scale]


def breakdowns(form: Form, piles: Piles, layout: Layout, held: Masking, floor: int) -> dict[By, Breakdown]:
    """Those that tell anything: one whose only row is what nobody said is left out."""
    found = {by: _breakdown(by, form, piles, layout, held, floor) for by in layout.names}
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


def _breakdown(by: By, form: Form, piles: Piles, layout: Layout, held: Masking, floor: int) -> Breakdown:
    rows = []
    for code, name in layout.names[by].items():
        counts = piles.counts_of(by, code)
        found: dict[Role, list[Measure]] = {role: [] for role in RATED}
        for question in rated_questions(form):
            found[question.role].append(_measure(form, by, code, question, piles, held, floor))
        overall = found[Role.OVERALL][0] if found[Role.OVERALL] else no_measure()
        quota = layout.quotas.get(code) if by is By.POINT else None
        told = (counts.received, counts.partial, counts.flagged)
        rows.append(Row(code, name, *told, overall, tuple(found[Role.FACTOR]), quota))
    return Breakdown(by, TITLES[by], tuple(rows))


def _measure(form: Form, by: By, code: str, question: Question, piles: Piles, held: Masking, floor: int) -> Measure:
    pile, sight = piles.of(by, code, question.code), held.masks[by][question.code][code]
    wide = held.spread(by, question, pile)
    if question.role is Role.OVERALL:
        return measuring.measure(question, pile, "Chỉ số chung", measuring.METHOD, sight, floor, spread=wide)
    name = measuring.factor_name(form, question)
    return measuring.measure(question, pile, name, measuring.BY_FACTOR, sight, floor, question.factor, spread=wide)


def no_measure() -> Measure:
    """Of a form without an overall question."""
    return Measure("", "Phiếu không có câu hỏi chung", measuring.NOBODY, measuring.NOBODY, "")
