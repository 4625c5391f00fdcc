"""The coverage pages: HTTP in, HTTP out. Figures come from `gathering`, their shape from `picture` and `tables`."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from central_office.coverage import dossiers, picture, tables, visits, words
from central_office.coverage.asked import plan_asked, plan_or_404, today
from central_office.coverage.counts import Answers, Late, Way, answers_of, late_of, slips_of, visits_of
from central_office.coverage.figures import Coverage, Point
from central_office.coverage.gathering import coverage_of
from central_office.coverage.models import Source
from central_office.coverage.visits import Told
from central_office.coverage.visits_file import read_count
from central_office.csv_in import read_day
from central_office.people.access import Right, needs, scope_of, visible
from central_office.results.spreadsheet import write_csv
from central_office.rounds.models import PlanFile
from survey.plan import Plan

BY_HAND = (Source.STAFF, Source.TICKET, Source.SENSOR)
UNPROCESSABLE = 422
MOST_LATE = 20  # points shown with their late results; the JSON has all


@require_safe
@needs(Right.SEE_COUNTS)
def coverage_page(request: HttpRequest) -> HttpResponse:
    plan = plan_asked(request)
    return render(request, "office/coverage_none.html", {"page": "coverage"}) if plan is None else _page(request, plan)


@require_safe
@needs(Right.SEE_COUNTS)
def coverage_csv(request: HttpRequest) -> HttpResponse:
    coverage, _ = _coverage(plan_or_404(request))
    name = f'attachment; filename="do-phu-{coverage.plan.id}.csv"'
    body = write_csv(tables.HEAD, tables.rows(coverage))
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})


@require_safe
@needs(Right.SEE_COUNTS)
def coverage_json(request: HttpRequest) -> HttpResponse:
    coverage, answers = _coverage(plan_or_404(request))
    by_agency = dossiers.answers_by_agency(answers, coverage.plan)
    body = tables.as_json(coverage, _late(coverage.plan), by_agency)
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


@require_POST
@needs(Right.ENTER_VISITS)
def enter_visits(request: HttpRequest) -> HttpResponse:
    """One number by hand. What cannot be is told on the page, with everything that was typed still there."""
    plan = plan_or_404(request)
    told = _told(request)
    now = timezone.now()
    problem = told if isinstance(told, str) else visits.refusal(told, plan, today())
    if problem or isinstance(told, str):
        return _page(request, plan, problem=problem, status=UNPROCESSABLE)
    done = visits.enter(plan, [told], request.user.get_username(), now, today())
    said = {"plan": plan.id, "point": told.point, "da-ghi": "1" if done.new else "0"}
    return redirect(f"{reverse('coverage')}?{urlencode(said)}")


def _told(request: HttpRequest) -> Told | str:
    """What the form says, or what is wrong with it."""
    said = {name: request.POST.get(name, "").strip() for name in ("point", "day", "count", "source")}
    day = read_day(said["day"])
    if day is None:
        return "Xin nhập ngày như 12/06/2024."
    if "take-back" in request.POST:
        return Told(said["point"], day, None)
    count = read_count(said["count"])
    if count is None:
        return "Xin nhập số lượt bằng số nguyên, ví dụ 45."
    if said["source"] not in {source.value for source in BY_HAND}:
        return "Xin chọn nguồn của số lượt."
    return Told(said["point"], day, count, said["source"])


def _page(request: HttpRequest, plan: Plan, problem: str = "", status: int = 200) -> HttpResponse:
    coverage, answers = _coverage(plan)
    wanted = request.POST.get("point") or request.GET.get("point", "")
    if wanted and not scope_of(request.user).holds(wanted, plan.id):
        raise Http404
    point = next((point for point in coverage.points if point.code == wanted), None)
    context = _common(request, coverage) | {"problem": problem, "point": point}
    if point is not None:
        context |= _point_context(coverage, point)
        return render(request, "office/coverage_point.html", context, status=status)
    return render(request, "office/coverage.html", context | _whole_context(request, coverage, answers), status=status)


def _common(request: HttpRequest, coverage: Coverage) -> dict[str, Any]:
    plan = coverage.plan
    return {
        "page": "coverage",
        "plan": plan,
        "coverage": coverage,
        "total": coverage.total,
        "now": timezone.now(),
        "rule": words.rule_in_words(plan.visits) if plan.visits else "",
        "ways": tuple(Way),
        "by_hand": BY_HAND,
        "typed": request.POST,
        "stored": _stored(request.GET.get("da-ghi", "")),
        "first_day": plan.first_day,
    }


def _stored(count: str) -> str:
    """What an entry has done, by the number of rows that it added."""
    if not count.isdecimal() or len(count) > 6:
        return ""
    done = {"0": "Không có gì thay đổi: các số này đã có sẵn.", "1": "Đã ghi số lượt."}
    return done.get(count, f"Đã ghi {count} số lượt.")


def _whole_context(request: HttpRequest, coverage: Coverage, answers: list[Answers]) -> dict[str, Any]:
    plan_order = request.GET.get("xep") == "ke-hoach"
    points = list(coverage.points) if plan_order else coverage.most_urgent_first()
    late = _late(coverage.plan)
    late_points = [group for group in dossiers.late_by_point(late, coverage.plan) if group.late]
    agencies = dossiers.agencies(answers, late, coverage.plan)
    return {
        "plans": [plan.plan for plan in visible(request.user, PlanFile.objects.order_by("loaded_at"))],
        "plan_order": plan_order,
        "points": points,
        "lines": picture.lines(coverage, points),
        "few": len(points) <= picture.FEW_POINTS,
        "columns": picture.column_names(coverage),
        "signs": _signs(coverage),
        "attention": sum(point.needs_a_look for point in coverage.points),
        "late_points": late_points[:MOST_LATE],
        "late_points_left": max(0, len(late_points) - MOST_LATE),
        "late_total": dossiers.late_total(late),
        "agencies": agencies,
        "agency_total": sum(count for _, count in agencies),
    }


def _signs(coverage: Coverage) -> list[tuple[words.Sign, str, int]]:
    """The legend: each sign, what it means, at how many points it stands."""
    found = coverage.verdicts()
    shown = words.SIGNS if coverage.plan.visits else (v for v in words.SIGNS if found[v])
    return [(words.SIGNS[verdict], words.MEANINGS[verdict], found[verdict]) for verdict in shown]


def _point_context(coverage: Coverage, point: Point) -> dict[str, Any]:
    days = [(day, judged) for day, judged in zip(coverage.days, point.days, strict=True) if judged is not None]
    return {"days": days, "total": point.total.figures, "history": visits.history(coverage.plan.id, point.code)}


def _coverage(plan: Plan) -> tuple[Coverage, list[Answers]]:
    """Of the plan's points: one cut to some of them has rows of others in the database."""
    own = {allocation.point.code for allocation in plan.allocations}
    answers = [row for row in answers_of(plan) if row.point in own]
    slips = (row for row in slips_of(plan) if row.point in own)
    return coverage_of(plan, answers, slips, visits_of(plan), today()), answers


def _late(plan: Plan) -> list[Late]:
    own = {allocation.point.code for allocation in plan.allocations}
    return [row for row in late_of(plan) if row.point in own]
