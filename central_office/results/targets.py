"""The plan's targets beside what was reached. Pure; no query."""

from central_office.results import measuring
from central_office.results.analysis import By, Measure, TargetLine
from central_office.results.breaking import Layout, Masking, sights_in
from central_office.results.piles import Pile, Piles, heap_of
from survey.form import Form, Question
from survey.masking import Heap, Sight, sight_of, sight_of_sum
from survey.plan import Plan
from survey.plan_parts import Target


def target_lines(
    plan: Plan, form: Form, piles: Piles, layout: Layout, held: Masking, overall: Measure | None, floor: int
) -> tuple[TargetLine, ...]:
    """By year, then as the plan lists them; a target of fields is met by the answers about these fields together."""
    lines = []
    for target in sorted(plan.targets, key=lambda each: each.year):
        found = _of_fields(target.fields, form, piles, layout, held, floor) if target.fields else overall
        if found is not None:
            lines.append(_line(target, plan.last_day.year, found))
    return tuple(lines)


def _line(target: Target, year: int, found: Measure) -> TargetLine:
    """`year`: of the round; another year's target is shown with its gap and not judged."""
    wanted, reached = target.hundredths, found.share.fraction
    met = None if reached is None or target.year != year else reached * 10_000 >= wanted
    hundredths = found.share.hundredths
    gap = None if hundredths is None else hundredths - wanted
    return TargetLine(target.name, target.year, wanted, found, met, gap)


def _of_fields(
    fields: tuple[str, ...], form: Form, piles: Piles, layout: Layout, held: Masking, floor: int
) -> Measure | None:
    question = form.overall
    if question is None:
        return None
    pile = Pile()
    for code in fields:
        pile.join(piles.of(By.FIELD, code, question.code))
    names = ", ".join(layout.names[By.FIELD].get(code, code) for code in fields)
    sight = _sight(fields, question, piles, layout, floor)
    wide = held.of_round(question)
    return measuring.measure(question, pile, names, measuring.METHOD, sight, floor, spread=wide)


def _sight(fields: tuple[str, ...], question: Question, piles: Piles, layout: Layout, floor: int) -> Sight:
    rows = sights_in(By.FIELD, question, piles, layout, floor)
    heaps = (heap_of(piles.of(By.FIELD, code, question.code), question) for code in rows)
    total = sight_of(sum(heaps, Heap(0, 0)), floor)
    inside = [sight for code, sight in rows.items() if code in fields]
    outside = [sight for code, sight in rows.items() if code not in fields]
    return sight_of_sum(inside, outside, total)
