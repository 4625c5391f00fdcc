"""The plan's form in the browser: a new plan, a draft's change, an amendment. What was typed is never lost."""

import json
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from central_office.people.access import Right, may_whole, needs
from central_office.rounds import editing, faults, history, rows, words
from central_office.rounds.catalogue import Refusal, form_of, load_plan, plan_of
from central_office.rounds.editing import Paper
from central_office.rounds.models import FormFile, PlanFile
from central_office.rounds.points_file import MOST_BYTES, lines_of_file
from central_office.rounds.typed import POINTS_NAMED, Typed, document_of, typed_of
from central_office.rounds.views import UNPROCESSABLE, plan_file_or_404, today
from central_office.rounds.views import document_of as stored_document
from survey.errors import BadFile
from survey.form import text_in
from survey.plan import Plan
from survey.plan_check import POINTS, check
from survey.plan_file import read_plan

TICKS = ("capable", "literate", "visits", POINTS_NAMED)


@require_http_methods(["GET", "POST"])
@needs(Right.EDIT_PLANS, whole=True)
def new_plan(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _form(request, typed_of({}), None)
    return _answer(request, None)


@require_http_methods(["GET", "POST"])
@needs(Right.EDIT_PLANS, whole=True)
def change_plan(request: HttpRequest, plan: str) -> HttpResponse:
    """Of a free draft the plan itself, of any other an amendment; that of an approved plan by whoever may approve."""
    plan_file = plan_file_or_404(plan)
    if editing.is_approved(plan) and not may_whole(request.user, Right.APPROVE_PLANS, plan):
        raise PermissionDenied
    if request.method == "GET":
        return _form(request, typed_of(stored_document(plan_file)), plan_file)
    return _answer(request, plan_file)


def _answer(request: HttpRequest, plan_file: PlanFile | None) -> HttpResponse:
    base = stored_document(plan_file) if plan_file else {}
    typed, problems = _typed(request)
    if plan_file:
        typed = Typed({**typed.values, "plan": plan_file.plan}, typed.channels, typed.ticks)
    document, wrong = document_of(typed, base)
    problems += wrong
    plan = None if problems else _read(document, problems)
    if plan is None:
        return _form(request, typed, plan_file, problems)
    if request.POST.get("do") == "preview":
        return _form(request, typed, plan_file, preview=plan)
    try:
        _save(request, plan_file, document)
    except BadFile as error:
        return _form(request, typed, plan_file, faults.told(error))
    except editing.Overtaken as overtaken:
        plan_file = plan_file_or_404(plan.id)
        return _form(request, typed, plan_file, [str(overtaken)], plan, _since(request, plan_file))
    except Refusal as refusal:
        return _form(request, typed, plan_file, [str(refusal)])
    return redirect("plan", plan.id)


def _since(request: HttpRequest, plan_file: PlanFile) -> list[tuple[str, str, str]]:
    """What others have changed since the page was opened, as far as the history tells."""
    shown = request.POST.get("made_of", "")
    earlier = [event.replaced for event in history.of(plan_file.plan) if editing.digest_of(event.replaced) == shown]
    return words.differences(plan_of(earlier[0]), plan_of(plan_file.text)) if earlier else []


def _typed(request: HttpRequest) -> tuple[Typed, list[str]]:
    """What was typed, with the points of the file if one came."""
    values = {name: request.POST.get(name, "") for name in typed_of({}).values}
    ticks = frozenset(tick for tick in TICKS if tick in request.POST)
    problems = []
    if (file := request.FILES.get("points_file")) is not None:
        try:
            if (file.size or 0) > MOST_BYTES:
                raise Refusal(f"Tệp lớn hơn {MOST_BYTES // 1_000_000} MB.", "")
            values["allocations"] = lines_of_file(file.read(), str(file.name)[:80])
        except BadFile as error:
            problems += [f"Tệp điểm khảo sát: {problem.reason}" for problem in error.problems]
        except Refusal as refusal:
            problems.append(str(refusal))
    return Typed(values, frozenset(request.POST.getlist("channels")), ticks), problems


def _read(document: dict[str, Any], problems: list[str]) -> Plan | None:
    try:
        return read_plan(json.dumps(document, ensure_ascii=False).encode(), "plan")
    except BadFile as error:
        problems += faults.told(error)
        return None


def _save(request: HttpRequest, plan_file: PlanFile | None, document: dict[str, Any]) -> None:
    """Raises: BadFile, Refusal."""
    actor, now, made_of = request.user.get_username(), timezone.now(), request.POST.get("made_of", "")
    if plan_file is None:
        if PlanFile.objects.filter(plan=document["plan"]).exists():
            raise Refusal(f"Đã có kế hoạch mang mã «{document['plan']}».", "")
        load_plan(json.dumps(document, ensure_ascii=False, indent=1).encode(), "nhập tại trang", now, actor)
    elif editing.is_free(plan_file.plan):
        editing.edit(plan_file.plan, document, actor, now, made_of)
    else:
        approves = may_whole(request.user, Right.APPROVE_PLANS, plan_file.plan)
        editing.amend(plan_file.plan, document, _paper(request), actor, now, made_of, approves)


def _paper(request: HttpRequest) -> Paper:
    """Raises: Refusal."""
    try:
        day = date.fromisoformat(rows.iso_day(request.POST.get("paper_day", "")))
    except ValueError:
        raise Refusal("Xin ghi ngày của văn bản sửa đổi, ví dụ 12/9/2026.", "") from None
    return Paper(day, request.POST.get("paper_by", "")[:200], request.POST.get("paper_text", "")[:1000])


def _made_of(request: HttpRequest, plan_file: PlanFile | None, since: object) -> str:
    """The state that the page was first made from stays in it, until what has changed since then has been shown."""
    if plan_file is None:
        return ""
    told = request.POST.get("made_of", "")
    return told if told and since is None else editing.digest_of(plan_file.text)


def _form(
    request: HttpRequest,
    typed: Typed,
    plan_file: PlanFile | None,
    problems: list[str] | None = None,
    preview: Plan | None = None,
    since: list[tuple[str, str, str]] | None = None,
) -> HttpResponse:
    forms = {form.form: form for form in FormFile.objects.order_by("loaded_at")}
    known = forms.get(preview.form) if preview else None
    if preview and plan_file and preview.form == plan_file.form.form:
        known = plan_file.form  # the version that it asks by, as when it is approved
    old = plan_of(plan_file.text) if plan_file else None
    context = {
        "page": "plans",
        "typed": typed.values,
        "ticks": typed.ticks,
        "problems": problems or [],
        "known": plan_file.plan if plan_file else "",
        "unnamed": any(mark.place == POINTS for mark in old.readings) if old else False,
        "made_of": _made_of(request, plan_file, since),
        "since": since or [],
        "amending": plan_file is not None and not editing.is_free(plan_file.plan),
        "paper": {name: request.POST.get(f"paper_{name}", "") for name in ("day", "by", "text")},
        "today": today(),
        "channels": [(code, label, code in typed.channels) for code, label in words.CHANNELS.items()],
        "populations": words.POPULATIONS.items(),
        "subjects": words.SUBJECTS.items(),
        "headings": words.HEADINGS.items(),
        "forms": [(name, text_in(form_of(form.text).title, "vi")) for name, form in forms.items()],
        "preview": preview,
        "findings": check(preview, form_of(known.text) if known else None) if preview else (),
        "changes": words.differences(old, preview) if old and preview else [],
    }
    return render(request, "office/plan_form.html", context, status=UNPROCESSABLE if problems else 200)
