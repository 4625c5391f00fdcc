"""A plan's file from the page: what it says and what is wrong with it first, stored when a person says so. HTTP only.

What was shown travels in the page itself, signed by the office: exactly that is stored, nothing waits on the server.
"""

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from central_office.people.access import Right, needs
from central_office.rounds import faults, words
from central_office.rounds.catalogue import Refusal, form_of, load_plan, newest_form, plan_of
from central_office.rounds.models import PlanFile
from central_office.rounds.views import UNPROCESSABLE
from survey.errors import BadFile
from survey.form import text_in
from survey.plan import Plan
from survey.plan_check import check
from survey.plan_file import read_plan

SALT = "central_office.rounds.upload"
GOOD_FOR_S = 3600
MOST_BYTES = 1_000_000


@require_http_methods(["GET", "POST"])
@needs(Right.EDIT_PLANS, whole=True)
def preview(request: HttpRequest) -> HttpResponse:
    """What a file says. Nothing is stored."""
    if request.method == "GET":
        return _answer(request, {})
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > MOST_BYTES:
        why = "Xin chọn một tệp kế hoạch (JSON)." if file is None else "Tệp lớn hơn 1 MB."
        return _answer(request, {"problems": [why]}, UNPROCESSABLE)
    data, name = file.read(), str(file.name)[:80]
    try:
        plan = read_plan(data, name)
        form = form_of(newest_form(plan, name).text)
    except BadFile as error:
        return _answer(request, {"problems": faults.told(error), "file": name}, UNPROCESSABLE)
    context = {
        "file": name,
        "plan": plan,
        "title": text_in(plan.title, "vi"),
        "findings": check(plan, form),
        **_beside_known(plan),
        "signed": signing.dumps((name, data.decode("utf-8-sig")), salt=SALT, compress=True),
    }
    return _answer(request, context)


@require_POST
@needs(Right.EDIT_PLANS, whole=True)
def confirm(request: HttpRequest) -> HttpResponse:
    """Store what was shown, as a draft."""
    try:
        name, text = signing.loads(request.POST.get("signed", ""), salt=SALT, max_age=GOOD_FOR_S)
        plan = load_plan(text.encode(), name, timezone.now(), request.user.get_username())
    except signing.BadSignature:
        return _answer(request, {"problems": ["Bản xem trước đã hết hạn; xin chọn lại tệp."]}, UNPROCESSABLE)
    except BadFile as error:
        return _answer(request, {"problems": faults.told(error)}, UNPROCESSABLE)
    except Refusal:
        problem = "Trung tâm đã có kế hoạch mang mã này với nội dung khác; hãy sửa tại trang của kế hoạch đó."
        return _answer(request, {"problems": [problem]}, UNPROCESSABLE)
    return redirect("plan", plan.id)


def _beside_known(plan: Plan) -> dict[str, Any]:
    """Where the office knows a plan of this id, what is other about this one."""
    known = PlanFile.objects.filter(plan=plan.id).first()
    return {"known": known is not None, "changes": words.differences(plan_of(known.text), plan) if known else []}


def _answer(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "office/plan_upload.html", {"page": "plans"} | context, status=status)
