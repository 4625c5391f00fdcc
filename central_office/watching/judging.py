"""What somebody must be told of, found in a round's status and its monthly heaps. Pure but for what is handed in.

A rating is judged only among many: an index by the upper limit of its interval, tales of harassment or extra payment
by steps («từ 3»), both of whole months and points, so that no alert speaks of one answer (R-097).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from central_office.intake.sums import MonthSum
from central_office.watching.limits import Limits
from central_office.watching.models import Kind
from central_office.watching.status import KioskState, PointStatus, Status
from survey.coverage import Verdict
from survey.form import YES, Form, text_in
from survey.form import Kind as Asks
from survey.index import Share
from survey.pace import Forecast, Standing
from survey.plan import Plan
from survey.statistics import wilson

TOO_MANY = (Verdict.ABOVE, Verdict.MORE_THAN_VISITS)


Kiosks: TypeAlias = Mapping[str, Sequence[KioskState]]  # by point


@dataclass(frozen=True, slots=True)
class Found:
    """`key` holds what makes it this one and no other."""

    key: str
    kind: Kind
    point: str
    text: str
    kiosk: str = ""
    about: str = ""


def clocks(names: Mapping[str, str], kiosks: Kiosks, day: date) -> Iterator[Found]:
    """Kiosks that do not trust their clock, once a week."""
    for point, kiosk in _each(names, kiosks):
        if not kiosk.clock_is_sure and not kiosk.silent:
            key = f"{Kind.CLOCK}|{kiosk.kiosk}|{week(day)}"
            yield Found(key, Kind.CLOCK, point, f"{names[point]}: đồng hồ ki-ốt chưa chắc đúng", kiosk.kiosk)


def quotas(status: Status, limits: Limits) -> Iterator[Found]:
    """Points far behind, once a week; and once at the close all that fell short (R-013)."""
    if status.calendar.elapsed < limits.pace_days and not status.calendar.closed:
        return
    for point in status.points:
        pace = point.pace
        if pace.standing is Standing.SHORT:
            text = f"{point.name}: kết thúc đợt thiếu {pace.left} phiếu ({pace.got}/{pace.quota})"
            yield Found(f"{Kind.BEHIND}|{status.plan.id}|{point.code}|closed", Kind.BEHIND, point.code, text)
        elif _is_far_behind(point):
            text = (
                f"{point.name}: mới có {pace.got}/{pace.quota} phiếu, đến ngày {status.day:%d/%m} cần {pace.expected}"
            )
            key = f"{Kind.BEHIND}|{status.plan.id}|{point.code}|{week(status.day)}"
            yield Found(key, Kind.BEHIND, point.code, text)


def visits(status: Status) -> Iterator[Found]:
    """What the plan's rule says of a point's visits, once for each verdict; too few only when the round is over."""
    for point in status.points:
        verdict = point.visits.verdict if point.visits else None
        if verdict in TOO_MANY or (verdict is Verdict.BELOW and status.calendar.closed):
            text = f"{point.name}: {point.sign.label.lower()} ({point.pace.got} phiếu); {point.sign.meaning}"
            key = f"{Kind.VISITS}|{status.plan.id}|{point.code}|{verdict}"
            yield Found(key, Kind.VISITS, point.code, text)


@dataclass(slots=True)
class _Month:
    """The ratings of one point and month."""

    n: int = 0
    clean: int = 0
    satisfied: int = 0  # of the clean ones
    signals: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))


def ratings(plan: Plan, form: Form, sums: Iterable[MonthSum], limits: Limits) -> Iterator[Found]:
    """Low indices and signals of each point and month. `sums`: of the questions that `asked` names."""
    names = names_of(plan)
    for (point, month), heap in sorted(_months(form, sums).items()):
        if point in names:
            yield from _low(plan, point, names[point], month, heap, limits)
            yield from _signals(plan, form, point, names[point], month, heap, limits)


def names_of(plan: Plan) -> dict[str, str]:
    return {a.point.code: text_in(a.point.name, "vi") for a in plan.allocations}


def asked(form: Form) -> list[str]:
    """Codes of the questions that alerts are taken from."""
    overall = [form.overall.code] if form.overall else []
    return [*overall, *sorted({question for question, _ in signals_of(form)})]


def signals_of(form: Form) -> dict[tuple[str, str], str]:
    """Words of every answer that tells of something to follow up: options marked so, and «Có» at a sensitive yes/no
    question; by question and value."""
    found: dict[tuple[str, str], str] = {}
    for question in form.questions:
        found |= {(question.code, o.code): text_in(o.text, "vi") for o in question.options if o.signal}
        if question.kind is Asks.YES_NO and question.sensitive:
            found[question.code, YES] = text_in(question.text, "vi")
    return found


def week(day: date) -> str:
    year, number, _ = day.isocalendar()
    return f"{year}-W{number:02d}"


def _each(names: Mapping[str, str], kiosks: Kiosks) -> Iterator[tuple[str, KioskState]]:
    """Every kiosk at a point of the plan."""
    for point in names:
        for kiosk in kiosks.get(point, ()):
            yield point, kiosk


def _is_far_behind(point: PointStatus) -> bool:
    told = point.pace.forecast
    hopeless = isinstance(told, Forecast) and told.high < point.pace.quota
    return point.pace.is_short and (point.pace.standing is not Standing.BEHIND or hopeless)


def _months(form: Form, sums: Iterable[MonthSum]) -> dict[tuple[str, date], _Month]:
    found: defaultdict[tuple[str, date], _Month] = defaultdict(_Month)
    signals = signals_of(form)
    satisfied_from = form.overall.scale.satisfied_from if form.overall and form.overall.scale else None
    for row in sums:
        heap = found[row.point, row.month]
        if (row.question, row.value) in signals:
            heap.signals[row.question, row.value] += row.count
        elif form.overall and row.question == form.overall.code and row.value.isdecimal():
            heap.n += row.count
            clean = 0 if row.flagged else row.count
            heap.clean += clean
            heap.satisfied += clean * (satisfied_from is not None and int(row.value) >= satisfied_from)
    return dict(found)


def _low(plan: Plan, point: str, name: str, month: date, heap: _Month, limits: Limits) -> Iterator[Found]:
    """Judged without flagged answers, which a burst of taps may have brought; the words give no figure."""
    if heap.clean < limits.low_score_answers:
        return
    interval = wilson(Share(heap.satisfied, heap.clean))
    if interval is not None and interval[1] < 100 * limits.low_score_percent:
        key = f"{Kind.LOW_SCORE}|{plan.id}|{point}|{month:%Y-%m}"
        text = f"{name}: chỉ số tháng {month:%m/%Y} chắc chắn dưới {limits.low_score_percent} %"
        yield Found(key, Kind.LOW_SCORE, point, text)


def _signals(
    plan: Plan, form: Form, point: str, name: str, month: date, heap: _Month, limits: Limits
) -> Iterator[Found]:
    """Each step reached is told once, as «từ …», never the count."""
    if heap.n < limits.signal_answers:
        return
    words = signals_of(form)
    for (question, value), count in sorted(heap.signals.items()):
        reached = max((step for step in limits.signal_steps if count >= step), default=None)
        if reached is not None:
            key = f"{Kind.SIGNAL}|{plan.id}|{point}|{question}={value}|{month:%Y-%m}|{reached}"
            text = f"{name}: có từ {reached} phản ánh «{words[question, value]}» trong tháng {month:%m/%Y}"
            yield Found(key, Kind.SIGNAL, point, text, about=value if value != YES else question)
