"""From piles to the Analysis of a round: which question gives which figure, by which method. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from central_office.results import measuring
from central_office.results.analysis import Analysis, By, Given, Hidden, Measure
from central_office.results.breaking import Layout, Masking, breakdowns, masking
from central_office.results.piles import Pile, Piles, heap_of
from central_office.results.ranking import rankings, signals
from central_office.results.targets import target_lines
from survey.form import BOX, Form, Kind, Question, Role, text_in
from survey.index import mean_hundredths
from survey.masking import PUBLIC_FLOOR, Sight, sight_of
from survey.plan import Plan


@dataclass(frozen=True)
class Round:
    """A plan's answers as piles, and how its rows are laid out; `floor`: the least n shown; `is_part`: these are the
    answers of some points alone, whose officers know who came."""

    plan: Plan
    form: Form
    piles: Piles
    layout: Layout
    floor: int
    is_part: bool = False

    @property
    def is_near(self) -> bool:
        """Whether one tale could be laid at a citizen's door: a part of the round, or answers of one point only. Floor
        1 asks for everything."""
        points = sum(counts.received > 0 for counts in self.piles.counts.get(By.POINT, {}).values())
        return self.floor > 1 and (self.is_part or points < 2)

    @cached_property
    def masking(self) -> Masking:
        return masking(self.form, self.piles, self.layout, self.floor)

    def whole(self, question: Question, name: str, method: str, code: str = "") -> Measure:
        """A figure of all answers, masked like a row: with how many came of each point, a small one tells where."""
        pile = self.piles.whole.get(question.code) or Pile()
        wide = self.masking.spreads.get(question.code) or measuring.spread_untold(pile, self.floor)
        sight = sight_of(heap_of(pile, question), self.floor)
        return measuring.measure(question, pile, name, method, sight, self.floor, code, spread=wide)

    def together(self, questions: list[Question], name: str, method: str, code: str) -> Measure:
        """The answers to several questions with one scale as one figure. The same people stand behind each: it is shown
        where each of them is, and has an interval only where the points tell how alike the answers are."""
        pile, sight, people = Pile(), Sight.BOTH, 0
        for question in questions:
            mine = self.piles.whole.get(question.code) or Pile()
            heap = heap_of(mine, question)
            sight, people = min(sight, sight_of(heap, self.floor)), max(people, heap.n)
            pile.join(mine)
        wide = measuring.spread_untold(pile, self.floor)
        told = wide if wide.effect.value is not None else None
        return measuring.measure(questions[0], pile, name, method, sight, self.floor, code, spread=told, people=people)


def compute(found: Round, at: datetime, days: Mapping[date, int], withdrawn: int, given: tuple[Given, ...]) -> Analysis:
    """Everything; from PUBLIC_FLOOR on for everybody: no small figure stands in it, and no signal."""
    plan, form, piles, floor = found.plan, found.form, found.piles, found.floor
    overall = found.whole(form.overall, "Chỉ số hài lòng chung", measuring.METHOD) if form.overall else None
    factors = tuple(_factors(found))
    broken = breakdowns(form, piles, found.layout, found.masking, floor)
    return Analysis(
        plan=plan,
        at=at,
        method=measuring.METHOD,
        floor=floor,
        received=piles.total.received,
        partial=piles.total.partial,
        flagged=piles.total.flagged,
        outside_window=piles.outside_window,
        withdrawn=withdrawn,
        uncounted=dict(piles.uncounted),
        overall=overall,
        factors=factors,
        pooled=_pooled(factors),
        mean=_mean(factors),
        without_feedback=_without_feedback(form, factors),
        criteria=tuple(_on_scales(found, satisfaction=True)),
        judgements=tuple(_on_scales(found, satisfaction=False)),
        rankings=rankings(form, piles, floor, near=found.is_near),
        boxes=tuple(_boxes(found)),
        level_names=_level_names(form),
        breakdowns=broken,
        targets=target_lines(plan, form, piles, found.layout, found.masking, overall, floor),
        given=given,
        signals=signals(form, piles, broken.get(By.POINT)) if floor < PUBLIC_FLOOR else (),
        days=days,
    )


def _factors(found: Round) -> list[Measure]:
    """By each factor's own question; where a form has none, its criteria together, marked so."""
    form, measures = found.form, []
    asked = {q.factor: q for q in form.questions if q.role is Role.FACTOR and q.scale}
    for factor in form.factors:
        name = text_in(factor.text, "vi")
        if own := asked.get(factor.code):
            measures.append(found.whole(own, name, measuring.BY_FACTOR, factor.code))
        elif criteria := [q for q in _criteria(form) if q.factor == factor.code]:
            measures.append(found.together(criteria, name, measuring.BY_CRITERIA, factor.code))
    return measures


def _criteria(form: Form) -> list[Question]:
    return [q for q in form.questions if q.role is Role.CRITERION and q.scale]


def _pooled(factors: tuple[Measure, ...]) -> Measure | None:
    """All answers about factors as one heap; none where it would give a hidden factor away. The same people stand
    behind several of them, so no interval is told."""
    if not factors or any(each.hidden for each in factors):
        return None
    share = sum((each.share for each in factors), measuring.NOBODY)
    held = next((each.clean_hidden for each in factors if each.clean_hidden), Hidden.NO)
    clean = measuring.NOBODY if held else sum((each.clean for each in factors), measuring.NOBODY)
    name, method = "Tính gộp các yếu tố", measuring.POOLED_METHOD
    return Measure("pooled", name, share, clean, method, clean_hidden=held)


def _mean(factors: tuple[Measure, ...]) -> int | None:
    return None if any(each.hidden for each in factors) else mean_hundredths(each.share for each in factors)


def _without_feedback(form: Form, factors: tuple[Measure, ...]) -> int | None:
    """The mean of the factors that everybody is asked about; None for a form without a conditional one."""
    conditional = {factor.code for factor in form.factors if factor.conditional}
    return _mean(tuple(each for each in factors if each.code not in conditional)) if conditional else None


def _on_scales(found: Round, *, satisfaction: bool) -> list[Measure]:
    """The other questions on a scale: criteria of satisfaction, or judgements."""
    asked = [q for q in found.form.questions if q.kind is Kind.SCALE and q.scale and not q.prefill.startswith(BOX)]
    others = [q for q in asked if q.role in (Role.CRITERION, Role.OTHER)]
    mine = [q for q in others if q.scale and (q.scale.satisfied_from is not None) is satisfaction]
    method = measuring.BY_QUESTION if satisfaction else measuring.BY_JUDGEMENT
    return [found.whole(question, text_in(question.text, "vi"), method) for question in mine]


def _boxes(found: Round) -> list[Measure]:
    """Boxes with scales of their own from which an answer came: beside the index, never in it (R-051)."""
    asked = [q for q in found.form.questions if q.prefill.startswith(BOX) and q.scale]
    names = [(q, f"Hộp {len(q.scale.levels)} nút") for q in asked if q.scale and q.code in found.piles.whole]
    return [found.whole(question, name, measuring.BY_BOX) for question, name in names]


def _level_names(form: Form) -> tuple[str, ...]:
    scale = form.overall.scale if form.overall else None
    return tuple(text_in(level.text, "vi") for level in scale.levels) if scale else ()
