"""The page on which a plan's form version is chosen. HTTP in, HTTP out."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from central_office.people.access import Right, may, needs, scope_of
from central_office.rounds import history
from central_office.rounds.catalogue import Refusal, form_of
from central_office.rounds.form_choice import use, versions
from central_office.rounds.models import PlanFile
from central_office.rounds.views import UNPROCESSABLE, plan_file_or_404
from survey.form import text_in


@require_http_methods(["GET", "POST"])
@needs(Right.SEE_COUNTS, answers=False)
def form_choice(request: HttpRequest, plan: str) -> HttpResponse:
    plan_file = plan_file_or_404(plan)
    if request.method == "GET":
        return _page(request, plan_file)
    if not _may_choose(request, plan):
        raise PermissionDenied
    chosen, anyway = request.POST.get("version", "").replace("\0", "")[:40], "anyway" in request.POST
    try:
        use(plan, plan_file.form.form, chosen, request.user.get_username(), timezone.now(), anyway=anyway)
    except Refusal as refusal:
        return _page(request, plan_file, str(refusal), UNPROCESSABLE)
    return redirect("form_choice", plan)


def _may_choose(request: HttpRequest, plan: str) -> bool:
    """A version is every point's; that of an approved plan is chosen by whoever may approve."""
    approved = history.stage_of(plan) in (history.Stage.APPROVED, history.Stage.PUBLISHED)
    right = Right.APPROVE_PLANS if approved else Right.EDIT_PLANS
    return may(request.user, right) and scope_of(request.user, right, plan).points is None


def _page(request: HttpRequest, plan_file: PlanFile, problem: str = "", status: int = 200) -> HttpResponse:
    form = form_of(plan_file.form.text)
    context = {
        "page": "plans",
        "plan": plan_file.plan,
        "form": form,
        "title": text_in(form.title, "vi"),
        "versions": versions(plan_file, scope_of(request.user).points),
        "problem": problem,
        "may_edit": _may_choose(request, plan_file.plan),
    }
    return render(request, "office/form_choice.html", context, status=status)
