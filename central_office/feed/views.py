"""The page of what leaves the office: addresses, tokens, subscribers, what could not be delivered. HTTP only."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from central_office.feed import communes
from central_office.feed.models import Token
from central_office.outgoing.kinds import NAMES_VI
from central_office.outgoing.models import Message, Subscriber
from central_office.outgoing.sending import DEAD, WAITING
from central_office.people.access import Right, may, needs, scope_of, visible
from central_office.rounds.catalogue import plan_of
from central_office.rounds.models import PlanFile

MOST_LETTERS = 50
FEEDS = (
    ("answers", "Phiếu trả lời, theo thứ tự đến; tiếp từ con trỏ của lần trước"),
    ("plans", "Kế hoạch"),
    ("forms", "Mẫu phiếu, mọi phiên bản"),
    ("units", "Đơn vị và đơn vị kế tiếp"),
    ("kiosks", "Ki-ốt"),
    ("figures", "Kết quả của một kế hoạch (?plan=), đã che số quá nhỏ"),
)


@require_safe
@needs(Right.TAKE_FEED)
def feeds_page(request: HttpRequest) -> HttpResponse:
    return page(request)


@require_safe
@needs(Right.TAKE_FEED)
def communes_csv(request: HttpRequest) -> HttpResponse:
    """The plan's table by commune, of the points that the person may see."""
    asked = request.GET.get("plan", "").replace("\0", "")
    found = [row for row in visible(request.user, PlanFile.objects.select_related("form")) if row.plan == asked]
    if not found:
        raise Http404
    table = communes.table(found[0], scope_of(request.user, plan=asked).points)
    headers = {"Content-Disposition": f'attachment; filename="theo-xa-{asked}.csv"'}
    return HttpResponse(communes.csv_bytes(table), content_type="text/csv; charset=utf-8", headers=headers)


def page(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    """The whole page; `more`: what a form just did, or what is wrong with it beside what was typed."""
    plans = [plan_of(row.text) for row in visible(request.user, PlanFile.objects.order_by("plan"), Right.TAKE_FEED)]
    context: dict[str, Any] = {
        "page": "feeds",
        "base": request.build_absolute_uri("/api/v1/feed/"),
        "feeds": FEEDS,
        "document": reverse("api:openapi-json"),
        "plans": plans,
        "typed": {},
        "wrong": {},
    }
    if may(request.user, Right.MANAGE_PEOPLE):
        context |= _managed()
    return render(request, "feed/feeds.html", context | more, status=status)


def _managed() -> Mapping[str, Any]:
    now = timezone.now()
    tokens = list(Token.objects.order_by("-id"))
    letters = Message.objects.filter(state__in=(DEAD, WAITING)).exclude(tries=0).select_related("subscriber")
    return {
        "manages": True,
        "tokens": [(row, row.revoked_at is None and row.expires_at > now) for row in tokens],
        "subscribers": [
            (row, [NAMES_VI.get(kind, kind) for kind in row.kinds.split()])
            for row in Subscriber.objects.filter(removed_at=None).order_by("id")
        ],
        "letters": letters.order_by("-id")[:MOST_LETTERS],
        "kinds": NAMES_VI.items(),
    }
