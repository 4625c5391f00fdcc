"""Adds a plan up and says aloud what disagrees, is missing or was guessed. Pure; mends nothing, decides nothing.

Each finding is a sentence in Vietnamese and in English. Source of the checks: the plans themselves (facts §1, §5).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from survey.form import Facet, Form, Kind, Role, text_in
from survey.plan import Plan
from survey.plan_parts import PopulationKind, ReadingState, SubjectKind, Target
from survey.record import Channel

SHOWN_VISITS = (8, 20, 30, 40, 100, 200)  # for which the visits rule is spelt out


class Level(StrEnum):
    COUNT = "count"  # added up, nothing wrong
    NOTE = "note"  # a person should know it
    DISAGREES = "disagrees"  # two figures of the plan contradict each other


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is stable; `blocks_approval`: the plan may be loaded and accepted, not approved, while it holds."""

    code: str
    text_vi: str
    text_en: str
    blocks_approval: bool = False
    level: Level = Level.COUNT


def check(plan: Plan, form: Form | None = None) -> tuple[Finding, ...]:
    """All that is to be said of `plan`, counts first. `form`: the form that it names, where it is at hand."""
    own = None if plan.form_said else form
    found = [*_counts(plan), *_form_counts(own), *_totals(plan), *_days(plan), *_names(plan), *_gaps(plan)]
    found += _form_gaps(plan, form)
    order = {Level.COUNT: 0, Level.DISAGREES: 1, Level.NOTE: 2}
    return tuple(sorted(found, key=lambda finding: (order[finding.level], not finding.blocks_approval)))


def disagrees(findings: tuple[Finding, ...]) -> bool:
    return any(finding.level is Level.DISAGREES for finding in findings)


def blocking(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.blocks_approval)


def _counts(plan: Plan) -> Iterator[Finding]:
    yield Finding("days", f"{plan.days} ngày khảo sát", f"{plan.days} days")
    if plan.allocations:
        yield _point_sums(plan)
    if plan.areas:
        yield _area_sums(plan)
    again = plan.rechecked(plan.allocated)
    if again is not None:
        share = plan.recheck_percent
        yield Finding("recheck", f"phúc tra {share}%: {again} phiếu", f"re-interview {share} %: {again} forms")
    if plan.visits is not None:
        bands = {visits: plan.visits.band(visits) for visits in SHOWN_VISITS}
        told = ", ".join(f"{visits}→{band.least}..{band.most}" for visits, band in bands.items())
        yield Finding("bands", f"số lượt → số phiếu: {told}", f"visits → answers: {told}")
    if plan.targets:
        told = "; ".join(_target(target) for target in plan.targets)
        yield Finding("targets", f"chỉ tiêu: {told}", f"targets: {told}")


def _point_sums(plan: Plan) -> Finding:
    rows = len(plan.allocations)
    if plan.visits is not None and not plan.allocated:
        return Finding("points", f"{rows} điểm, chỉ tiêu theo số lượt người dân", f"{rows} points, quotas by visits")
    return Finding("points", f"{rows} điểm, phân bổ {plan.allocated} phiếu", f"{rows} points, {plan.allocated} forms")


def _area_sums(plan: Plan) -> Finding:
    """`9 / 18 / 72 / 3600`: units, communes, villages, forms (R-001, R-003)."""
    communes, villages = (sum(getattr(area, name) for area in plan.areas) for name in ("communes", "villages"))
    sums = f"{len(plan.areas)} / {communes} / {villages} / {plan.allocated}"
    declared = plan.declared_total
    sums += f" = {declared}" if declared == plan.allocated else ""
    vi, en = f"{sums} (đơn vị / xã / thôn, bản / phiếu", f"{sums} (units / communes / villages / forms"
    if declared is None:
        return Finding("areas", f"{vi}; kế hoạch không ghi tổng)", f"{en}; the plan gives no total)")
    return Finding("areas", f"{vi}, kế hoạch ghi {declared})", f"{en}, declared {declared})")


def _target(target: Target) -> str:
    whole, part = divmod(target.hundredths, 100)
    share = f"{whole},{part:02d}".removesuffix(",00")
    return f"{target.year} {target.name} {share}%"


def _form_counts(form: Form | None) -> Iterator[Finding]:
    """Facts asked, criteria rated (those under a condition apart), expectations offered."""
    if form is None or not any(question.role is Role.CRITERION for question in form.questions):
        return
    conditional = {factor.code for factor in form.factors if factor.conditional}
    facts = sum(question.facet is Facet.JUDGEMENT for question in form.questions)
    criteria = [question.factor in conditional for question in form.questions if question.role is Role.CRITERION]
    always, sometimes = criteria.count(False), criteria.count(True)
    wishes = sum(len(q.options) for q in form.questions if q.facet is Facet.EXPECTATION and q.kind is Kind.MULTI)
    yield Finding(
        "form",
        f"phiếu: {facts} câu về việc đã qua, {always} + {sometimes} tiêu chí, {wishes} mong đợi",
        f"form: {facts} facts, {always} + {sometimes} criteria, {wishes} expectations",
    )


def _totals(plan: Plan) -> Iterator[Finding]:
    declared = plan.declared_total
    if declared is None or declared == plan.allocated:
        return
    difference = plan.allocated - declared
    vi = f"phân bổ {plan.allocated}, kế hoạch ghi {declared}, chênh {difference:+d}"
    en = f"allocated {plan.allocated}, declared {declared}, difference {difference:+d}"
    fits = [row for row in plan.allocations if row.forms >= difference]
    if len(fits) == 1 and difference > 0:
        name, forms = text_in(fits[0].point.name, "vi"), fits[0].forms
        vi += f" (sẽ khớp nếu {name} là {forms - difference} thay vì {forms})"
        en += f" (they agree if {fits[0].point.code} is {forms - difference} instead of {forms})"
    yield Finding("total_differs", vi, en, level=Level.DISAGREES)


def _days(plan: Plan) -> Iterator[Finding]:
    yield from _too_few_villages(plan)
    if plan.due < plan.last_day:
        due, last = _day(plan.due), _day(plan.last_day)
        vi, en = f"hạn nộp {due} trước ngày cuối khảo sát {last}", f"due {plan.due} before the last day {plan.last_day}"
        yield Finding("due_before_end", vi, en, level=Level.DISAGREES)
    for milestone in plan.milestones:
        if milestone.said.casefold().startswith("trước ngày"):
            vi = f"«{milestone.said}» nghĩa là chậm nhất {_day(milestone.due)}: {milestone.task}"
            yield Finding("strictly_before", vi, f"“{milestone.said}” is met until {milestone.due}")


def _too_few_villages(plan: Plan) -> Iterator[Finding]:
    """Units with fewer villages than the plan's least number for each commune (R-031)."""
    least = plan.least_villages or 0
    for area in plan.areas:
        if area.villages < (wanted := area.communes * least):
            vi = f"{area.unit}: {area.villages} thôn, bản, ít nhất phải {wanted} ({area.communes} xã × {least})"
            en = f"{area.unit}: {area.villages} villages, at least {wanted} wanted ({area.communes} communes × {least})"
            yield Finding("few_villages", vi, en, level=Level.DISAGREES)


def _names(plan: Plan) -> Iterator[Finding]:
    """What was not read for certain. Names of places that answers are sought in stop an approval, others do not."""
    communes = [commune for area in plan.areas for commune in area.named]
    missing = sum(commune.state is ReadingState.ILLEGIBLE for commune in communes)
    if missing:
        vi, en = f"{missing} tên xã không đọc được, phải nhập từ phụ lục", f"{missing} commune names are missing"
        yield Finding("names_missing", vi, en, blocks_approval=True, level=Level.NOTE)
    for state, code, said, blocks in (
        (ReadingState.DOUBTFUL, "names_doubtful", "tên xã đọc chưa chắc", True),
        (ReadingState.PROBABLE, "names_probable", "tên xã đọc có lẽ đúng", False),
    ):
        names = [commune.name for commune in communes if commune.state is state]
        if names:
            told = f"{len(names)} {said}: {', '.join(names)}"
            yield Finding(code, told, f"{len(names)} commune names {state}: {', '.join(names)}", blocks, Level.NOTE)
    places = {POINTS, *(area.unit for area in plan.areas), *(row.point.code for row in plan.allocations)}
    for reading in plan.readings:
        vi = f"{READ_VI[reading.state]}: {PLACES_VI.get(reading.place, reading.place)}"
        vi += f" ({reading.note})" if reading.note else ""
        blocks = reading.state in UNREAD and reading.place in places
        yield Finding("reading", vi, f"{reading.state}: {reading.place}", blocks, Level.NOTE)


POINTS = "allocations"  # a reading's place: the names of all points
UNREAD = (ReadingState.ILLEGIBLE, ReadingState.DOUBTFUL)
TAKEN_IN = frozenset({*Channel, "tablet"})  # a tablet is a screen
READ_VI = {
    ReadingState.CERTAIN: "đọc rõ",
    ReadingState.PROBABLE: "đọc có lẽ đúng",
    ReadingState.DOUBTFUL: "đọc chưa chắc",
    ReadingState.ILLEGIBLE: "không đọc được",
}
PLACES_VI = {
    "number": "số kế hoạch",
    "dated": "ngày ký",
    "heading/signer": "tên người ký",
    POINTS: "tên các điểm",
}


def _gaps(plan: Plan) -> Iterator[Finding]:
    """What a plan must have before it is approved, and what it may leave blank (R-001)."""
    if not plan.allocations and not plan.areas:
        yield _note("no_quota", "chưa có điểm khảo sát nào", "no point and no area", blocks=True)
    unfixed = sum(row.forms == 0 for row in plan.allocations)
    if unfixed and plan.visits is None:
        yield _note("no_forms", f"{unfixed} điểm chưa có số phiếu", f"{unfixed} points without a quota")
    if plan.subject.kind is SubjectKind.POST_HOLDER and not plan.subject.text:
        yield _note("no_post", "chưa ghi chức vụ được đánh giá", "the post that is rated is missing", blocks=True)
    if plan.subject.kind is SubjectKind.TOPICS and not plan.subject.topics:
        yield _note(
            "no_topics", "chưa ghi nội dung được đánh giá", "the topics that are rated are missing", blocks=True
        )
    if not plan.number and not any(reading.place == "number" for reading in plan.readings):
        yield _note("no_number", "số kế hoạch để trống", "the plan's number is blank")
    if len(plan.dated) < len("2000-01-01"):
        yield _note("no_day", "ngày ký để trống", "the day of signing is blank")
    unnamed = sum(area.communes - len(area.named) for area in plan.areas)
    if unnamed:
        yield _note(
            "communes_to_choose", f"{unnamed} xã còn phải chọn theo quy tắc", f"{unnamed} communes to be chosen"
        )
    yield from _not_taken_in(plan)
    if plan.population.kind is PopulationKind.HOUSEHOLDS:
        yield _note("households", "khảo sát tại hộ gia đình: không thu tại quầy", "asked at home, not at a counter")


def _not_taken_in(plan: Plan) -> Iterator[Finding]:
    """What the plan offers and no answer can be recorded by: kiosks and phones ask its one form, on four channels."""
    channels = ", ".join(channel for channel in plan.channels if channel not in TAKEN_IN)
    if channels:
        yield _note("channels_not_taken", f"kênh chưa thu được ở đây: {channels}", f"channels not taken in: {channels}")
    if forms := ", ".join(plan.also_forms):
        yield _note("forms_not_taken", f"mẫu phiếu chưa thu được ở đây: {forms}", f"forms not taken in: {forms}")


def _form_gaps(plan: Plan, form: Form | None) -> Iterator[Finding]:
    if plan.form_said:
        vi = f"kế hoạch nêu phiếu «{plan.form_said}», không có trong tay; «{plan.form}» tạm đứng thay"
        yield _note("form_stands_in", vi, f"the plan's own form is not at hand; {plan.form} stands in")
    if form is not None and form.of_role(Role.FIELD) is None and any(target.fields for target in plan.targets):
        yield _note("field_not_asked", "có chỉ tiêu theo lĩnh vực mà phiếu không ghi lĩnh vực", "no field in the form")


def _note(code: str, vi: str, en: str, *, blocks: bool = False) -> Finding:
    return Finding(code, vi, en, blocks, Level.NOTE)


def _day(day: object) -> str:
    return f"{day:%d/%m/%Y}"
