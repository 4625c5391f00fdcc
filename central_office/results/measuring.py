"""Piles of answers as measures: share, interval, levels, and what of them may be shown. Pure; no query."""

from collections.abc import Collection
from dataclasses import dataclass

from central_office.results.analysis import Hidden, Interval, Measure
from central_office.results.piles import Pile, favourable_from, heap_of
from survey.form import Form, Question, text_in
from survey.index import Share, percent, round_half_up
from survey.masking import Sight
from survey.statistics import Effect, design_effect, wilson

METHOD = "theo câu hỏi chung"
BY_FACTOR = "theo câu hỏi của yếu tố"
BY_CRITERIA = "tính gộp các tiêu chí của yếu tố"
BY_QUESTION = "theo câu hỏi của tiêu chí"
BY_JUDGEMENT = "tỷ lệ hai mức tốt nhất của thang nhận định; không phải chỉ số hài lòng"
BY_BOX = "thang riêng của hộp nút; không cộng vào chỉ số"
POOLED_METHOD = "tính gộp mọi câu trả lời về yếu tố; không thay cho chỉ số chung"
MEAN_METHOD = "trung bình cộng các yếu tố; không thay cho chỉ số chung"
WITHOUT_METHOD = "trung bình cộng các yếu tố mà ai cũng được hỏi; không thay cho chỉ số chung"
NOBODY = Share(0, 0)


@dataclass(frozen=True, slots=True)
class Spread:
    """By how much the points widen an interval. `merged`: some points are taken as one; `of_round`: it is the whole
    round's, told of one of its rows."""

    effect: Effect
    merged: bool = False
    of_round: bool = False


def spread(pile: Pile, hidden: Collection[str] = ()) -> Spread:
    """Of the points' own figures, so far as they are shown: whoever reads them could reckon it (decision 0017)."""
    return Spread(design_effect(pile.clusters(hidden)), any(point in hidden for point in pile.points))


def spread_untold(pile: Pile, floor: int) -> Spread:
    """Of a question whose figures by point are told nowhere: from groups of points that may be told."""
    groups = pile.heavy_clusters(floor)
    return Spread(design_effect(groups), len(groups) < sum(n > 0 for _, n in pile.points.values()))


def measure(
    question: Question,
    pile: Pile,
    name: str,
    method: str,
    sight: Sight,
    floor: int,
    code: str = "",
    *,
    spread: Spread | None,
    people: int | None = None,
) -> Measure:
    """The index of one question over one pile, as far as `sight` lets it be told. `spread`: None for no interval;
    `people`: how many stand behind it at least, where these are not its answers."""
    code = code or question.code
    heap = heap_of(pile, question)
    if sight is Sight.NOTHING:
        levels = (0,) * (len(question.scale.levels) if question.scale else 0)
        why = _why(heap.n if people is None else people, floor)
        return Measure(code, name, NOBODY, NOBODY, method, None, levels, why)
    share, clean = shares(question, pile)
    held = Hidden.NO if sight is Sight.BOTH else _why(heap.clean, floor)
    shown = clean if sight is Sight.BOTH else NOBODY
    levels = tuple(pile.count(str(level.value)) for level in question.scale.levels) if question.scale else ()
    between = interval(share, spread) if spread else None
    return Measure(code, name, share, shown, method, between, levels, clean_hidden=held)


def shares(question: Question, pile: Pile) -> tuple[Share, Share]:
    """Of all answers, and without the flagged."""
    least = favourable_from(question)
    satisfied, n = [0, 0], [0, 0]
    for level in question.scale.levels if question.scale else ():
        for layer, count in enumerate(pile.values.get(str(level.value), (0, 0))):
            n[layer] += count
            satisfied[layer] += count if least is not None and level.value >= least else 0
    return Share(sum(satisfied), sum(n)), Share(satisfied[0], n[0])


def interval(share: Share, spread: Spread) -> Interval | None:
    effect = spread.effect
    limits = wilson(share, effect)
    return Interval(*limits, effect.thousandths, effect.clusters, _said(spread)) if limits else None


def factor_name(form: Form, question: Question) -> str:
    names = {factor.code: text_in(factor.text, "vi") for factor in form.factors}
    return names.get(question.factor) or text_in(question.text, "vi")


def _said(spread: Spread) -> str:
    """The interval's method in words, as printed."""
    effect = spread.effect
    if effect.clusters < 2:
        why = "các điểm đều ít phiếu" if spread.merged else "một điểm"
        return f"khoảng Wilson 95 %, {why}: không có hệ số thiết kế"
    of = f"{effect.clusters} {'nhóm điểm' if spread.merged else 'điểm'}{' của toàn đợt' if spread.of_round else ''}"
    if effect.value is None:
        return f"khoảng Wilson 95 %, {of} trả lời như nhau: không có hệ số thiết kế"
    told = percent(round_half_up(effect.value * 100))
    if effect.value < 1:
        return f"khoảng Wilson 95 %, hệ số thiết kế theo {of} {told}, lấy bằng 1"
    return f"khoảng Wilson 95 %, hệ số thiết kế theo {of} {told}"


def _why(n: int, floor: int) -> Hidden:
    return Hidden.SMALL if 0 < n < floor else Hidden.DIFFERENCE
