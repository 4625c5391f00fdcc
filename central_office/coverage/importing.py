"""A table of visits from the page: shown first, line by line, and stored when a person says so. HTTP only.

What was shown travels in the page itself, signed by the office: exactly that is stored, nothing waits on the server.
"""

from datetime import date
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from central_office.coverage.asked import plan_or_404, today
from central_office.coverage.visits import Told, enter, sort
from central_office.coverage.visits_file import RefusedLine, Table, read_table
from central_office.csv_in import MOST_BYTES
from central_office.people.access import Right, needs
from survey.errors import BadFile
from survey.form import text_in
from survey.plan import Plan

SALT = "central_office.coverage.importing"
GOOD_FOR_S = 3600
MOST_SHOWN = 200  # refused lines, and lines to be stored
UNPROCESSABLE = 422


@require_POST
@needs(Right.ENTER_VISITS)
def preview(request: HttpRequest) -> HttpResponse:
    """What a file would do. Nothing is stored."""
    plan, file = plan_or_404(request), request.FILES.get("file")
    if file is None or (file.size or 0) > MOST_BYTES:
        why = "Xin chọn một tệp CSV." if file is None else f"Tệp lớn hơn {MOST_BYTES // 1_000_000} MB."
        return _answer(request, plan, {"problem": why}, UNPROCESSABLE)
    try:
        table = read_table(file.read(), str(file.name)[:80], plan)
    except BadFile as error:
        problem = "; ".join(f"{each.place}: {each.reason}" if each.place else each.reason for each in error.problems)
        return _answer(request, plan, {"problem": problem}, UNPROCESSABLE)
    return _answer(request, plan, _shown(plan, table) | {"file": str(file.name)[:80]})


@require_POST
@needs(Right.ENTER_VISITS)
def confirm(request: HttpRequest) -> HttpResponse:
    """Store what was shown."""
    plan = plan_or_404(request)
    try:
        name, rows = signing.loads(request.POST.get("rows", ""), salt=SALT, max_age=GOOD_FOR_S)
    except signing.BadSignature:
        name, rows = "", []
    if name != plan.id:
        return _answer(request, plan, {"problem": "Bản xem trước đã hết hạn; xin chọn lại tệp."}, UNPROCESSABLE)
    tellings = [Told(point, date.fromisoformat(day), count, source) for point, day, count, source in rows]
    done = enter(plan, tellings, request.user.get_username(), timezone.now(), today())
    said = {"plan": plan.id, "da-ghi": str(len(done.new))}
    return redirect(f"{reverse('coverage')}?{urlencode(said)}")


def _shown(plan: Plan, table: Table) -> dict[str, Any]:
    result = sort(plan, table.tellings, today())
    refused = [RefusedLine(table.lines[told.point, told.day], told.point, why) for told, why in result.refused]
    refused = sorted([*table.refused, *refused], key=lambda line: line.number)
    names = {a.point.code: text_in(a.point.name, "vi") for a in plan.allocations}
    rows = [(told.point, told.day.isoformat(), told.count, told.source) for told in result.new]
    return {
        "new": len(result.new),
        "same": result.same,
        "refused": refused[:MOST_SHOWN],
        "refused_count": len(refused),
        "lines": [(names[told.point], told) for told in result.new[:MOST_SHOWN]],
        "rows": signing.dumps((plan.id, rows), salt=SALT, compress=True) if rows else "",
    }


def _answer(request: HttpRequest, plan: Plan, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "office/coverage_import.html", {"page": "coverage", "plan": plan} | context, status=status)
