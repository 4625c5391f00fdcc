"""The page on which an officer takes in what came by stick, and fetches the receipts. HTTP only.

The receipts travel in the page itself, signed by the office, and come back as a file: nothing waits on the server.
"""

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from central_office.people.access import Right, needs
from central_office.posted.importing import Outcome, take
from central_office.posted.words import WHY
from central_office.rounds.catalogue import plan_of
from central_office.rounds.models import PlanFile
from survey.form import text_in
from survey.post import MOST_BYTES, write_receipts

SALT = "central_office.posted.views"
GOOD_FOR_S = 24 * 3600
MOST_FILES = 50
RECEIPTS_NAME = "bien-nhan.hlr"
UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.HANDLE_INCIDENTS, whole=True)
def post_page(request: HttpRequest) -> HttpResponse:
    """The form; after a POST also what became of each file."""
    if request.method != "POST":
        return render(request, "office/posted.html", {"page": "kiosks"})
    files = request.FILES.getlist("file")
    if not 0 < len(files) <= MOST_FILES:
        problem = "Xin chọn tệp." if not files else f"Mỗi lần tối đa {MOST_FILES} tệp."
        return render(request, "office/posted.html", {"page": "kiosks", "problem": problem}, status=UNPROCESSABLE)
    outcomes = [_taken(str(file.name)[:80], file, request.user.get_username()) for file in files]
    receipts = [receipt.decode("ascii") for outcome in outcomes for receipt in outcome.receipts]
    names = _point_names(outcomes)
    context: dict[str, Any] = {
        "page": "kiosks",
        "rows": [(each, names.get((each.plan, each.point), each.point), WHY.get(each.why, "")) for each in outcomes],
        "refused_files": sum(1 for each in outcomes if each.why),
        "accepted": sum(each.accepted for each in outcomes),
        "receipts": signing.dumps(receipts, salt=SALT, compress=True) if receipts else "",
    }
    return render(request, "office/posted.html", context)


@require_POST
@needs(Right.HANDLE_INCIDENTS, whole=True)
def receipts_file(request: HttpRequest) -> HttpResponse:
    """The receipts that the page just showed, as the file that goes back to the kiosks."""
    try:
        receipts = signing.loads(request.POST.get("receipts", ""), salt=SALT, max_age=GOOD_FOR_S)
    except signing.BadSignature:
        return redirect("posted")
    data = write_receipts([receipt.encode("ascii") for receipt in receipts])
    headers = {"Content-Disposition": f'attachment; filename="{RECEIPTS_NAME}"'}
    return HttpResponse(data, content_type="application/octet-stream", headers=headers)


def _taken(name: str, file: Any, actor: str) -> Outcome:
    if (file.size or 0) > MOST_BYTES:
        return Outcome(name, "too_large")
    return take(name, file.read(), actor, timezone.now())


def _point_names(outcomes: list[Outcome]) -> dict[tuple[str, str], str]:
    """What the points of the outcomes are called."""
    names = {}
    for row in PlanFile.objects.filter(plan__in={each.plan for each in outcomes}):
        for allocation in plan_of(row.text).allocations:
            names[row.plan, allocation.point.code] = text_in(allocation.point.name, "vi")
    return names
