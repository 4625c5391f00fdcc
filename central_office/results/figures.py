"""The figures of one plan, from its tallies: shares, quotas, breakdowns. Reads tallies, never a record.

Figures count answers inside the plan's window; each comes twice, with and without the flagged answers (law 5). Answers
whose slip was used before, or was void, are told beside them and enter none.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Sum

from central_office.intake.models import Batch, Incident, Tombstone
from central_office.intake.sums import place_counts, time_sums
from central_office.results.sayings import UNCOUNTED
from central_office.rounds.catalogue import form_of, plan_of
from central_office.rounds.models import FormFile, PlanFile
from survey import index
from survey.form import BOX, Form, Question, text_in
from survey.plan import Plan

METHOD = "theo câu hỏi chung"
CHANNELS = {"screen": "Màn hình cảm ứng", "button": "Nút bấm", "qr": "Quét mã QR", "paper": "Phiếu giấy"}


@dataclass(frozen=True, slots=True)
class Counted:
    """One sum of tallies. Question "" counts answers; `why`: "" where they are counted (intake.models.Cell)."""

    point: str
    channel: str
    state: str
    flagged: bool
    in_window: bool
    why: str
    question: str
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One question's index. `levels`: how often each level was given, worst first; `clean`: without flagged answers."""

    code: str
    name: str
    share: index.Share
    clean: index.Share
    levels: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Answers of one point or channel. `quota` is None where the plan sets none."""

    code: str
    name: str
    received: int
    partial: int
    flagged: int
    overall: index.Share
    clean: index.Share
    quota: int | None = None

    @property
    def left(self) -> int | None:
        return None if self.quota is None else max(0, self.quota - self.received)

    @property
    def over(self) -> int:
        return 0 if self.quota is None else max(0, self.received - self.quota)


@dataclass(frozen=True, slots=True)
class Results:
    """Everything the results page, its CSV and its JSON show of one plan at one instant.

    `boxes`: answers of button boxes on scales of their own, beside the index and never in it (R-051). `uncounted`: how
    many answers came and are in no figure, by reason; `withdrawn`: how many were taken back by their slip's holder.
    """

    plan: Plan
    at: datetime
    received_today: int
    received: int
    partial: int
    flagged: int
    outside_window: int
    overall: Figure | None
    factors: tuple[Figure, ...]
    level_names: tuple[str, ...]
    boxes: tuple[Figure, ...]
    points: tuple[Group, ...]
    channels: tuple[Group, ...]
    incidents: Mapping[str, int] = field(default_factory=dict)
    uncounted: Mapping[str, int] = field(default_factory=dict)
    withdrawn: int = 0


def results_of(plan_file: PlanFile, now: datetime, today: datetime) -> Results:
    """The figures of a plan at `now`; `today`: the instant at which the local day began."""
    plan, form = plan_of(plan_file.text), form_of(plan_file.form.text)
    everything = _tallies(plan)
    counted = [row for row in everything if not row.why]
    inside = [row for row in counted if row.in_window]
    answers = [row for row in inside if not row.question]
    overall = _figure(form.overall, text_in(form.overall.text, "vi"), inside) if form.overall else None
    points = {a.point.code: (text_in(a.point.name, "vi"), a.forms) for a in plan.allocations}
    return Results(
        plan=plan,
        at=now,
        received_today=received_since(today),
        received=_sum(answers),
        partial=_sum(row for row in answers if row.state == "partial"),
        flagged=_sum(row for row in answers if row.flagged),
        outside_window=_sum(row for row in counted if not row.in_window and not row.question),
        overall=overall,
        factors=tuple(_factor(form, question, inside) for question in index.factor_questions(form)),
        level_names=_level_names(form),
        boxes=_boxes(form, inside),
        points=tuple(_group(c, n, form, inside, lambda row: row.point, q) for c, (n, q) in points.items()),
        channels=tuple(_group(c, n, form, inside, lambda row: row.channel) for c, n in CHANNELS.items()),
        incidents=unseen_incidents(),
        uncounted={why: _sum(row for row in everything if row.why == why and not row.question) for why in UNCOUNTED},
        withdrawn=Tombstone.objects.filter(plan=plan.id).count(),
    )


def unseen_incidents() -> dict[str, int]:
    """How many incidents of each kind nobody has acknowledged."""
    kinds = Incident.objects.filter(seen_at=None).values_list("kind").annotate(total=Count("pk")).order_by("kind")
    return dict(kinds)


def received_since(instant: datetime) -> int:
    """Answers of every plan that came since then."""
    found = Batch.objects.filter(received_at__gte=instant).aggregate(total=Sum("accepted"))
    return found["total"] or 0


def _tallies(plan: Plan) -> list[Counted]:
    forms = list(FormFile.objects.filter(form=plan.form).values_list("digest", flat=True))
    found = [
        Counted(row.point, row.channel, row.state, row.flagged, row.in_window, row.why, "", "", row.count)
        for row in place_counts(plan.id, forms)
    ]
    for row in time_sums(plan.id, forms):
        found.append(Counted(row.point, row.channel, "", row.flagged, True, "", row.question, row.value, row.count))
    return found


def _sum(rows: Iterable[Counted]) -> int:
    return sum(row.count for row in rows)


def _level_names(form: Form) -> tuple[str, ...]:
    scale = form.overall.scale if form.overall else None
    return tuple(text_in(level.text, "vi") for level in scale.levels) if scale else ()


def _levels(question: Question, rows: Iterable[Counted]) -> dict[int, int]:
    """How often each level was given; not applicable has no number and is left out."""
    counts: dict[int, int] = {}
    for row in rows:
        if row.question == question.code and row.value.isdecimal():
            counts[int(row.value)] = counts.get(int(row.value), 0) + row.count
    return counts


def _shares(question: Question, rows: list[Counted]) -> tuple[index.Share, index.Share]:
    clean = [row for row in rows if not row.flagged]
    return index.share(question, _levels(question, rows)), index.share(question, _levels(question, clean))


def _figure(question: Question, name: str, rows: list[Counted], code: str = "") -> Figure:
    share, clean = _shares(question, rows)
    counts = _levels(question, rows)
    levels = question.scale.levels if question.scale else ()
    return Figure(code or question.code, name, share, clean, tuple(counts.get(level.value, 0) for level in levels))


def _factor(form: Form, question: Question, rows: list[Counted]) -> Figure:
    names = {factor.code: text_in(factor.text, "vi") for factor in form.factors}
    return _figure(question, names.get(question.factor, question.factor), rows, question.factor)


def _boxes(form: Form, rows: list[Counted]) -> tuple[Figure, ...]:
    """Those from which an answer came."""
    asked = [q for q in form.questions if q.prefill.startswith(BOX) and q.scale is not None]
    figures = (_figure(q, f"Hộp {len(q.scale.levels)} nút", rows) for q in asked if q.scale is not None)
    return tuple(figure for figure in figures if sum(figure.levels))


def _group(
    code: str, name: str, form: Form, rows: list[Counted], of: Callable[[Counted], str], quota: int | None = None
) -> Group:
    mine = [row for row in rows if of(row) == code]
    answers = [row for row in mine if not row.question]
    nobody = index.Share(0, 0)
    share, clean = _shares(form.overall, mine) if form.overall else (nobody, nobody)
    return Group(
        code=code,
        name=name,
        received=_sum(answers),
        partial=_sum(row for row in answers if row.state == "partial"),
        flagged=_sum(row for row in answers if row.flagged),
        overall=share,
        clean=clean,
        quota=quota,
    )
