"""The forms of the page: tokens made and revoked, subscribers added, tried and removed. HTTP only."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from central_office.feed import tokens
from central_office.feed.models import Token
from central_office.feed.views import page
from central_office.outgoing import subscribers
from central_office.outgoing.models import Subscriber
from central_office.people.access import Right, needs

UNPROCESSABLE = 422


@require_POST
@needs(Right.MANAGE_PEOPLE)
def change_tokens(request: HttpRequest) -> HttpResponse:
    """Makes one, whose text is on the page that follows and nowhere else, or revokes one."""
    actor, now = request.user.get_username(), timezone.now()
    if request.POST.get("do") == "revoke":
        try:
            tokens.revoke(_number(request), actor, now)
        except Token.DoesNotExist:
            return _wrong(request, "token", ["Không có mã truy cập này."])
        return redirect("feeds")
    wish = _token_wish(request)
    if faults := tokens.faults_of(wish):
        return _wrong(request, "token", faults)
    return page(request, made_token=tokens.make(wish, actor, now), made_name=wish.name)


@require_POST
@needs(Right.MANAGE_PEOPLE)
def change_subscribers(request: HttpRequest) -> HttpResponse:
    """Adds one, with its secret shown once, has a test sent, or removes one."""
    actor, now, do = request.user.get_username(), timezone.now(), request.POST.get("do", "")
    try:
        if do == "remove":
            subscribers.remove(_number(request), actor, now)
            return redirect("feeds")
        if do == "test":
            subscribers.queue_test(_number(request), actor, now)
            return page(request, done="Tin thử sẽ được gửi trong vòng một phút.")
    except Subscriber.DoesNotExist:
        return _wrong(request, "subscriber", ["Không có nơi nhận này."])
    wish = subscribers.Wish(
        request.POST.get("name", "").strip(),
        request.POST.get("channel", ""),
        request.POST.get("address", "").strip(),
        tuple(request.POST.getlist("kinds")),
    )
    if faults := subscribers.faults_of(wish):
        return _wrong(request, "subscriber", faults)
    made = subscribers.add(wish, actor, now)
    return page(request, made_secret=made.secret, made_name=made.name, done=f"Đã thêm nơi nhận «{made.name}».")


def _wrong(request: HttpRequest, which: str, faults: list[str]) -> HttpResponse:
    """The page again with everything that was typed."""
    typed: dict[str, Any] = {**request.POST.dict(), "kinds": request.POST.getlist("kinds"), "which": which}
    typed["plans"] = request.POST.getlist("plans")
    return page(request, UNPROCESSABLE, wrong={which: faults}, typed=typed)


def _token_wish(request: HttpRequest) -> tokens.Wish:
    days = request.POST.get("days", "")
    return tokens.Wish(
        name=request.POST.get("name", "").strip(),
        days=int(days) if days.isascii() and days.isdecimal() and len(days) < 6 else 0,
        plans=tuple(request.POST.getlist("plans")),
        points=tuple(request.POST.get("points", "").replace(",", " ").split()),
        comments=request.POST.get("comments") == "1",
    )


def _number(request: HttpRequest) -> int:
    text = request.POST.get("number", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0
