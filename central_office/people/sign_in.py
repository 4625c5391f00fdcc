"""Signing in: password, then the second factor where the person has one. Nobody is signed in halfway.

Five wrong passwords or codes for a name, or twenty from an address, and both wait. Knows no figure.
"""

import logging
import time
from typing import Any

from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import DEVICE_ID_SESSION_KEY

from central_office.border import address_of
from central_office.fleet import throttle
from central_office.people import accounts, audit, second_factor
from central_office.people.menu import home_of

log = logging.getLogger(__name__)
MOST_PER_NAME = 5
MOST_PER_ADDRESS = 20
HALF = "half_signed_in"  # in the session: the password was right, the code is still asked for
HALF_GOOD_FOR_S = 300
BACKEND = "django.contrib.auth.backends.ModelBackend"


class OfficeLogin(LoginView):
    template_name = "office/login.html"
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        return home_of(self.request.user)

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Refuses before the password is looked at, so that a locked name tells nothing."""
        wait_s = _wait_s(_typed(request), request)
        if wait_s:
            context = self.get_context_data(form=AuthenticationForm(request), wait_minutes=wait_s // 60 + 1)
            return _told_to_wait(self.render_to_response(context, status=429), wait_s)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        _failed(_typed(self.request), self.request)
        return super().form_invalid(form)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        throttle.forgive(_typed(self.request))
        if accounts.one_time_expired(user):
            return self.render_to_response(self.get_context_data(form=form, expired=True), status=403)
        if not second_factor.has(user):
            return super().form_valid(form)
        self.request.session.cycle_key()
        self.request.session[HALF] = {
            "user": user.pk,
            "hash": user.get_session_auth_hash(),
            "until": int(time.time()) + HALF_GOOD_FOR_S,
            "next": self.get_redirect_url(),
        }
        return redirect("login_code")


@sensitive_post_parameters("code")
@csrf_protect
def login_code(request: HttpRequest) -> HttpResponse:
    """The second step: six digits or a recovery code."""
    half: dict[str, Any] = request.session.get(HALF, {})
    user = _half_known(half)
    if user is None:
        request.session.pop(HALF, None)
        return redirect("login")
    name = f"login code {user.get_username().casefold()}"
    if wait_s := _wait_s(name, request):
        page = render(request, "office/login_code.html", {"wait_minutes": wait_s // 60 + 1}, status=429)
        return _told_to_wait(page, wait_s)
    if request.method != "POST":
        return render(request, "office/login_code.html")
    device = second_factor.verify(user, request.POST.get("code", "")[:40])
    if not device:
        _failed(name, request)
        return render(request, "office/login_code.html", {"wrong": True}, status=422)
    throttle.forgive(name)
    del request.session[HALF]
    login(request, user, BACKEND)
    request.session[DEVICE_ID_SESSION_KEY] = device
    return redirect(half["next"] or home_of(request.user))


def _half_known(half: dict[str, Any]) -> User | None:
    """Who gave the right password a moment ago, if the account and its password are still what they were."""
    if not half or half["until"] < time.time():
        return None
    user = User.objects.filter(pk=half["user"], is_active=True).first()
    return user if user is not None and user.get_session_auth_hash() == half["hash"] else None


def _typed(request: HttpRequest) -> str:
    return f"login name {request.POST.get('username', '').casefold()}".replace("\0", "")[:161]


def _address(request: HttpRequest) -> str:
    return f"login from {address_of(request)}"


def _wait_s(name: str, request: HttpRequest) -> int:
    now = timezone.now()
    return max(throttle.wait_s(name, MOST_PER_NAME, now), throttle.wait_s(_address(request), MOST_PER_ADDRESS, now))


def _failed(name: str, request: HttpRequest) -> None:
    now = timezone.now()
    locked_before = _wait_s(name, request)
    for who in (name, _address(request)):
        throttle.failed(who, now)
    log.warning("login.failed", extra={"fields": {"address": address_of(request)}})
    if not locked_before and _wait_s(name, request):
        known = User.objects.filter(username__iexact=name.split(" ", 2)[2]).first()
        # A name that is none may be a password typed in the wrong field.
        audit.note("", "login.locked", known.get_username() if known else "?", {"address": address_of(request)})


def _told_to_wait(response: HttpResponse, wait_s: int) -> HttpResponse:
    response["Retry-After"] = str(wait_s)
    return response
