"""The pages of plans: the list, one plan on one sheet, and the buttons that move it on. HTTP in, HTTP out."""

import json
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from central_office.intake.lines import PLAN_ZONE
from central_office.people.access import Right, may, needs, scope_of
from central_office.rounds import editing, faults, history, picture, rows, stages, words
from central_office.rounds.catalogue import Refusal, clone_plan, form_of, plan_of
from central_office.rounds.history import Kind, Stage
from central_office.rounds.models import PlanEvent, PlanFile
from survey.errors import BadFile
from survey.form import text_in
from survey.plan import Plan
from survey.plan_check import blocking, disagrees

UNPROCESSABLE = 422


def today() -> date:
    """The day where plans are carried out, whatever zone the office is set to."""
    return timezone.now().astimezone(PLAN_ZONE).date()


def plan_file_or_404(plan: str) -> PlanFile:
    found = None if "\0" in plan else PlanFile.objects.select_related("form").filter(plan=plan).first()
    if found is None:
        raise Http404
    return found


@require_safe
@needs(Right.SEE_COUNTS, answers=False)
def plans_page(request: HttpRequest) -> HttpResponse:
    files = list(PlanFile.objects.select_related("form").order_by("loaded_at", "plan"))
    stage = history.stages_of([plan_file.plan for plan_file in files])
    lines = [_line(plan_file, stage.get(plan_file.plan, Stage.DRAFT)) for plan_file in files]
    lines.sort(key=lambda line: line["plan"].first_day, reverse=True)
    context = {"page": "plans", "lines": lines, "may_edit": may(request.user, Right.EDIT_PLANS)}
    return render(request, "office/plans.html", context)


def _line(plan_file: PlanFile, stage: Stage) -> dict[str, Any]:
    findings = stages.findings(plan_file)
    plan = plan_of(plan_file.text)
    day = today()
    return {
        "plan": plan,
        "title": text_in(plan.title, "vi"),
        "stage": stage,
        "stage_name": stages.STAGES_VI[stage],
        "running": plan.holds(day),
        "places": f"{len(plan.areas)} đơn vị" if plan.areas else f"{len(plan.allocations)} điểm",
        "disagrees": disagrees(findings),
        "blocked": len(blocking(findings)),
        "overdue": sum(step.overdue for step in picture.steps(plan, history.met(plan), day)),
    }


@require_safe
@needs(Right.SEE_COUNTS, answers=False)
def plan_page(request: HttpRequest, plan: str) -> HttpResponse:
    return show_plan(request, plan_file_or_404(plan))


@require_safe
@needs(Right.SEE_COUNTS, answers=False)
def plan_json(request: HttpRequest, plan: str) -> HttpResponse:
    """The plan's own file, as `plan load` and the page take it in."""
    if scope_of(request.user).points is not None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{plan}.json"'}
    return HttpResponse(plan_file_or_404(plan).text, content_type="application/json; charset=utf-8", headers=headers)


@require_POST
@needs(Right.SEE_COUNTS, answers=False)
def move_plan(request: HttpRequest, plan: str) -> HttpResponse:
    """A step of the plan; each needs its own right."""
    plan_file, to = plan_file_or_404(plan), _stage(request.POST.get("stage", ""))
    note, allowed = request.POST.get("note", "")[:500], partial(may, request.user)
    try:
        stages.move(plan, to, request.user.get_username(), timezone.now(), note, allowed)
    except Refusal as refusal:
        return show_plan(request, plan_file, str(refusal), UNPROCESSABLE)
    return redirect("plan", plan)


def _stage(text: str) -> Stage:
    if text not in set(Stage):
        raise Http404
    return Stage(text)


@require_POST
@needs(Right.EDIT_PLANS)
def meet_milestone(request: HttpRequest, plan: str) -> HttpResponse:
    plan_file = plan_file_or_404(plan)
    number = request.POST.get("number", "")
    try:
        day = date.fromisoformat(rows.iso_day(request.POST.get("day", "")))
        stages.meet(plan, int(number) if number.isdecimal() else 0, day, request.user.get_username(), timezone.now())
    except Refusal as refusal:
        return show_plan(request, plan_file, str(refusal), UNPROCESSABLE)
    except ValueError:
        return show_plan(request, plan_file, "Xin nhập ngày xong như 12/6/2024.", UNPROCESSABLE)
    return redirect("plan", plan)


@require_POST
@needs(Right.EDIT_PLANS)
def clone(request: HttpRequest, plan: str) -> HttpResponse:
    plan_file = plan_file_or_404(plan)
    told = {name: request.POST.get(name, "").strip() for name in ("id", "first", "last")}
    try:
        first, last = (date.fromisoformat(rows.iso_day(told[name])) for name in ("first", "last"))
        made = clone_plan(plan, told["id"], first, last, timezone.now(), actor=request.user.get_username())
    except BadFile as error:
        return show_plan(request, plan_file, "; ".join(faults.told(error)), UNPROCESSABLE)
    except Refusal:
        return show_plan(request, plan_file, f"Đã có kế hoạch mang mã «{told['id']}».", UNPROCESSABLE)
    except ValueError:
        return show_plan(request, plan_file, "Xin nhập ngày đầu và ngày cuối như 25/8/2026.", UNPROCESSABLE)
    return redirect("plan", made.id)


def show_plan(request: HttpRequest, plan_file: PlanFile, problem: str = "", status: int = 200) -> HttpResponse:
    plan, form = plan_of(plan_file.text), form_of(plan_file.form.text)
    events, stage, day = history.of(plan.id), history.stage_of(plan.id), today()
    scope = scope_of(request.user)
    context = {
        "page": "plans",
        "problem": problem,
        "typed": request.POST,
        "plan": plan,
        "title": text_in(plan.title, "vi"),
        "heading": _heading(plan),
        "dated": words.dated(plan.dated),
        "facts": _facts(plan, text_in(form.title, "vi")),
        "stage": stage,
        "stages": [(each, stages.STAGES_VI[each], _reached(events, each, stage)) for each in Stage],
        "moves": _moves(request, stage),
        "findings": stages.findings(plan_file),
        "months": picture.calendar(plan, day),
        "steps": picture.steps(plan, history.met(plan), day),
        "allocations": [row for row in plan.allocations if scope.holds(row.point.code)],
        "areas": plan.areas,
        "area_sums": [sum(getattr(area, name) for area in plan.areas) for name in ("communes", "villages", "forms")],
        "targets": [(each, words.percent(each.hundredths)) for each in plan.targets],
        "field_names": {field.code: text_in(field.text, "vi") for field in plan.fields},
        "history": _history(plan_file, events),
        "answered": editing.answered(plan.id),
        "free": editing.is_free(plan.id),
        "may_edit": may(request.user, Right.EDIT_PLANS),
        "notes": text_in(plan.notes, "vi"),
    }
    return render(request, "office/plan.html", context, status=status)


def _heading(plan: Plan) -> dict[str, Any]:
    heading = plan.heading
    parts = {name: getattr(heading, name).split(" / ") for name in ("upper", "body", "signer_title")}
    return {"party": heading.kind == "party", "place": heading.place, "signer": heading.signer, **parts}


def _facts(plan: Plan, form: str) -> list[tuple[str, str]]:
    """The plan's head as (what, words); what it is silent about is left out."""
    recheck = f"{plan.recheck_percent}% số phiếu thu về" if plan.recheck_percent is not None else ""
    facts = [
        ("Đối tượng trả lời", words.population(plan.population)),
        ("Đối tượng đánh giá", words.subject(plan.subject)),
        ("Nội dung", "; ".join(plan.subject.topics)),
        ("Mẫu phiếu", f"{form} ({plan.form})"),
        ("Phiếu nêu trong kế hoạch", plan.form_said),
        ("Mẫu phiếu khác", ", ".join(plan.also_forms)),
        ("Phạm vi", "; ".join(plan.scope_in) if plan.scope_in != plan.subject.topics else ""),
        ("Không gồm", "; ".join(plan.scope_out)),
        ("Cách thu", ", ".join(words.CHANNELS[channel] for channel in plan.channels)),
        ("Chỉ tiêu theo lượt", words.rule(plan.visits) if plan.visits else ""),
        ("Phúc tra", recheck),
    ]
    return [(what, told) for what, told in facts if told]


def _reached(events: list[PlanEvent], stage: Stage, now_at: Stage) -> PlanEvent | None:
    """Who brought the plan to a stage, of those up to the one that it is at."""
    order = list(Stage)
    if order.index(stage) > order.index(now_at):
        return None
    return next((event for event in events if event.kind == Kind.STAGE and event.about == stage), None)


def _moves(request: HttpRequest, stage: Stage) -> list[dict[str, Any]]:
    return [
        {"to": to, "label": MOVES_VI[stage, to], "back": move.back}
        for to, move in stages.moves_from(stage).items()
        if may(request.user, move.right)
    ]


MOVES_VI = {
    (Stage.DRAFT, Stage.ACCEPTED): "Nghiệm thu",
    (Stage.ACCEPTED, Stage.APPROVED): "Phê duyệt",
    (Stage.APPROVED, Stage.PUBLISHED): "Ghi là đã công bố",
    (Stage.ACCEPTED, Stage.DRAFT): "Trả lại dự thảo",
    (Stage.APPROVED, Stage.ACCEPTED): "Rút phê duyệt",
}
KINDS_VI = {
    Kind.LOADED: "Đưa vào trung tâm",
    Kind.EDITED: "Sửa dự thảo",
    Kind.AMENDED: "Sửa đổi",
    Kind.MILESTONE: "Xong mốc",
    Kind.FORM: "Dùng bản phiếu",
}


def _history(plan_file: PlanFile, events: list[PlanEvent]) -> list[dict[str, Any]]:
    """Newest first; beside a change stands what it changed."""
    changed = [event for event in events if event.replaced]
    texts = [plan_file.text, *(event.replaced for event in changed)]
    changes = {
        event.pk: words.differences(plan_of(old), plan_of(new))
        for event, (new, old) in zip(changed, pairwise(texts), strict=True)
    }
    return [
        {
            "event": event,
            "what": stages.STAGES_VI[Stage(event.about)] if event.kind == Kind.STAGE else KINDS_VI[Kind(event.kind)],
            "about": event.about if event.kind in (Kind.MILESTONE, Kind.FORM) else "",
            "changes": changes.get(event.pk, []),
        }
        for event in events
    ]


def document_of(plan_file: PlanFile) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(plan_file.text)
    return loaded
