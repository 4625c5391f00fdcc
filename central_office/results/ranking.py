"""What people chose, ranked; and what of it a person must follow up (R-092, R-097). Pure; no query."""

from collections.abc import Iterable, Mapping

from central_office.results.analysis import Breakdown, By, Choice, Hidden, Ranking, Row, Signal
from central_office.results.piles import Piles
from survey.form import NO, YES, Form, Kind, Question, Role, text_in
from survey.masking import PUBLIC_FLOOR

CHOSEN = (Kind.SINGLE, Kind.MULTI, Kind.YES_NO)
BROKEN_DOWN = (Role.FIELD, Role.RESPONDENT)  # told as breakdowns
OF_ANSWERERS = "tỷ lệ trên số người trả lời câu hỏi"
OF_ANSWERS = "tỷ lệ trên tổng số phiếu; một người chọn được nhiều ý"
YES_NO_NAMES = {YES: "Có", NO: "Không"}

LEAST_TALES = 3  # at one point; fewer could be laid at one citizen's door
LOW_SHARE_PERCENT = 20  # of a point's answers on the two lowest levels
LOW_SCORE, TALE = "low_score", "tale"


def rankings(form: Form, piles: Piles, floor: int, *, near: bool) -> tuple[Ranking, ...]:
    """`near`: who looks may know the people who answered; so tales fewer than LEAST_TALES are not told, and of a
    question with several choices nothing where the most chosen one has fewer people than the floor."""
    asked = [q for q in form.questions if q.kind in CHOSEN and q.role not in BROKEN_DOWN]
    return tuple(_ranking(question, piles, floor, near) for question in asked)


def signals(form: Form, piles: Piles, points: Breakdown | None) -> tuple[Signal, ...]:
    """Per point, tales first, only from counts that are nobody's alone: LEAST_TALES or more of PUBLIC_FLOOR or more."""
    found: list[Signal] = []
    for row in points.rows if points else ():
        found += _low_score(row)
        if row.received >= PUBLIC_FLOOR:
            found += _tales(form, piles, row)
    return tuple(sorted(found, key=lambda each: (each.kind != TALE, -each.count, each.name, each.text)))


def _low_score(row: Row) -> list[Signal]:
    """Of a hidden measure the levels are zero, so it gives no signal."""
    levels, n = row.overall.levels, row.overall.share.n
    low = sum(levels[:2]) if len(levels) > 3 else sum(levels[:1])
    much = n >= PUBLIC_FLOOR and low >= LEAST_TALES and low * 100 >= n * LOW_SHARE_PERCENT
    return [Signal(row.code, row.name, LOW_SCORE, "Tỷ lệ không hài lòng cao", low, n)] if much else []


def _tales(form: Form, piles: Piles, row: Row) -> list[Signal]:
    found = []
    for question in form.questions:
        for option in question.options:
            count = piles.of(By.POINT, row.code, question.code).count(option.code) if option.signal else 0
            if count >= LEAST_TALES:
                found.append(Signal(row.code, row.name, TALE, text_in(option.text, "vi"), count, row.received))
    return found


def _ranking(question: Question, piles: Piles, floor: int, near: bool) -> Ranking:
    pile = piles.whole.get(question.code)
    counts = {value: sum(pair) for value, pair in pile.values.items()} if pile else {}
    several = question.kind is Kind.MULTI
    n = piles.total.received if several else sum(counts.values())
    people = max(counts.values(), default=0) if several and near else n  # so many answered it at least
    hidden = Hidden.SMALL if 0 < people < floor or 0 < n < floor else Hidden.NO
    held = _held(question, counts, LEAST_TALES) if near and not hidden else {}
    choices = _ranked(question, counts, hidden, held)
    title = text_in(question.text, "vi")
    facet, method = str(question.facet), OF_ANSWERS if several else OF_ANSWERERS
    return Ranking(question.code, title, 0 if hidden else n, choices, facet, several, method)


def _held(question: Question, counts: Mapping[str, int], least: int) -> dict[str, Hidden]:
    """Tales fewer than `least`, none as well as one or two; and where the choices sum to n, what keeps them untold."""
    found = {o.code: Hidden.SMALL for o in question.options if o.signal and counts.get(o.code, 0) < least}
    if question.kind is Kind.MULTI or not found:
        return found
    others = sorted((code for code in counts if code not in found and counts[code]), key=lambda code: counts[code])
    if not any(counts.get(code, 0) for code in found):
        return {}  # that nobody told follows from the others
    while others and 0 < sum(counts.get(code, 0) for code in found) < least:
        found[others.pop(0)] = Hidden.DIFFERENCE
    return found


def _ranked(
    question: Question, counts: Mapping[str, int], hidden: Hidden, held: Mapping[str, Hidden]
) -> tuple[Choice, ...]:
    """Most chosen first; of two alike the one that stands first in the form, with the same rank; what is hidden last,
    in the form's order. `hidden`: why all are; `held`: why some are."""
    names = dict(_names(question))
    signal = {option.code for option in question.options if option.signal}
    every = [*names, *sorted(set(counts) - set(names))]
    untold = dict.fromkeys(every, hidden) if hidden else {code: held[code] for code in every if code in held}
    ordered = sorted((code for code in every if code not in untold), key=lambda code: -counts.get(code, 0))
    sizes = [counts.get(code, 0) for code in ordered]
    told = [
        Choice(code, names.get(code, code), counts.get(code, 0), sizes.index(counts.get(code, 0)) + 1, code in signal)
        for code in ordered
    ]
    return *told, *(Choice(code, names.get(code, code), 0, 0, code in signal, why) for code, why in untold.items())


def _names(question: Question) -> Iterable[tuple[str, str]]:
    if question.kind is Kind.YES_NO:
        return YES_NO_NAMES.items()
    return ((option.code, text_in(option.text, "vi")) for option in question.options)
