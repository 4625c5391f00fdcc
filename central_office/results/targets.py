"""The plan's targets beside what was reached. Pure; no query."""

from central_office.results import measuring
from central_office.results.analysis import By, Measure, TargetLine
from central_office.results.breaking import Layout, sights_in
from central_office.results.piles import Pile, Piles, heap_of
from survey.form import Form, Question
from survey.masking import Heap, Sight, sight_of, sight_of_sum
from survey.plan import Plan


def target_lines(
    plan: Plan, form: Form, piles: Piles, layout: Layout, overall: Measure | None, floor: int
) -> tuple[TargetLine, ...]:
    """By year, then as the plan lists them; a target of fields is met by the answers about these fields together."""
    lines = []
    for target in sorted(plan.targets, key=lambda each: each.year):
        found = _of_fields(target.fields, form, piles, layout, floor) if target.fields else overall
        if found is not None:
            lines.append(_line(target.name, target.year, target.hundredths, found))
    return tuple(lines)


def _line(name: str, year: int, wanted: int, found: Measure) -> TargetLine:
    reached = found.share.fraction
    met = None if reached is None else reached * 10_000 >= wanted
    hundredths = found.share.hundredths
    return TargetLine(name, year, wanted, found, met, None if hundredths is None else hundredths - wanted)


def _of_fields(fields: tuple[str, ...], form: Form, piles: Piles, layout: Layout, floor: int) -> Measure | None:
    question = form.overall
    if question is None:
        return None
    pile = Pile()
    for code in fields:
        pile.join(piles.of(By.FIELD, code, question.code))
    names = ", ".join(layout.names[By.FIELD].get(code, code) for code in fields)
    sight = _sight(fields, question, piles, layout, floor)
    return measuring.measure(question, pile, names, measuring.METHOD, sight, floor)


def _sight(fields: tuple[str, ...], question: Question, piles: Piles, layout: Layout, floor: int) -> Sight:
    rows = sights_in(By.FIELD, question, piles, layout, floor)
    heaps = (heap_of(piles.of(By.FIELD, code, question.code), question) for code in rows)
    total = sight_of(sum(heaps, Heap(0, 0)), floor)
    inside = [sight for code, sight in rows.items() if code in fields]
    outside = [sight for code, sight in rows.items() if code not in fields]
    return sight_of_sum(inside, outside, total)
