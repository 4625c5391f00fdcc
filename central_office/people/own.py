"""A person's own pages: where one begins, the password, the second factor. HTTP in, HTTP out."""

from typing import Any, cast

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe
from django_otp import DEVICE_ID_SESSION_KEY

from central_office.fleet import throttle
from central_office.people import accounts, audit, second_factor
from central_office.people.access import MUST_CHANGE, held_back, must_have_second_factor
from central_office.people.menu import home_of
from central_office.people.sign_in import MOST_PER_NAME
from central_office.people.words import assignments_in_words

UNPROCESSABLE = 422


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return redirect(home_of(request.user) if request.user.is_authenticated else "results")


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    if first := held_back(request):
        return redirect(first)
    user = cast(User, request.user)
    context = {
        "page": "account",
        "roles": assignments_in_words(user),
        "has_factor": second_factor.has(user),
        "codes_left": second_factor.left(user),
    }
    return render(request, "office/account.html", context)


class Password(PasswordChangeView):
    """The person's own new password; every other session of theirs ends with the old one."""

    template_name = "office/password.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        first = MUST_CHANGE in self.request.session
        return super().get_context_data(**more) | {"page": "account", "must_change": first}

    def form_invalid(self, form: PasswordChangeForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=UNPROCESSABLE)

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        self.success_url = home_of(self.request.user)
        done = super().form_valid(form)
        self.request.session.pop(MUST_CHANGE, None)
        accounts.password_changed(cast(User, self.request.user))
        return done


@sensitive_post_parameters("code", "password")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def factor(request: HttpRequest) -> HttpResponse:
    """Take up, replace or give up the second factor."""
    user = cast(User, request.user)
    has = second_factor.has(user)
    if MUST_CHANGE in request.session:
        return redirect("password")
    if has and DEVICE_ID_SESSION_KEY not in request.session:
        logout(request)  # signed in before the factor was taken up elsewhere
        return redirect("login")
    if request.method != "POST":
        return _page(request, user, has)
    if has and not _password_is_right(request, user):
        return _page(request, user, has, UNPROCESSABLE, problem="Mật khẩu chưa đúng.")
    act = {"confirm": _confirm, "codes": _codes, "remove": _remove}.get(request.POST.get("do", ""), _confirm)
    return act(request, user, has)


def _confirm(request: HttpRequest, user: User, has: bool) -> HttpResponse:
    done = second_factor.confirm(user, request.POST.get("code", "")[:20])
    if done is None:
        problem = "Mã chưa đúng. Xin đợi ứng dụng hiện mã mới rồi nhập lại."
        return _page(request, user, has, UNPROCESSABLE, problem=problem, replacing=has)
    device, codes = done
    request.session[DEVICE_ID_SESSION_KEY] = device
    request.session.cycle_key()
    accounts.end_sessions(user, keep=str(request.session.session_key))
    return _page(request, user, True, codes=codes)


def _codes(request: HttpRequest, user: User, has: bool) -> HttpResponse:
    return _page(request, user, has, codes=second_factor.renew_codes(user) if has else [])


def _remove(request: HttpRequest, user: User, has: bool) -> HttpResponse:
    if must_have_second_factor(user):
        return _page(request, user, has, UNPROCESSABLE, problem="Vai trò của bạn bắt buộc có xác thực hai lớp.")
    if second_factor.remove(user):
        audit.note(user.get_username(), "second_factor.removed", user.get_username())
    request.session.pop(DEVICE_ID_SESSION_KEY, None)
    return redirect("account")


def _page(request: HttpRequest, user: User, has: bool, status: int = 200, **more: Any) -> HttpResponse:
    replacing = bool(more.pop("replacing", request.GET.get("doi") == "1"))
    context: dict[str, Any] = {
        "page": "account",
        "has_factor": has,
        "codes_left": second_factor.left(user),
        "required": must_have_second_factor(user),
        "digits_of": settings.OTP_TOTP_ISSUER,
    }
    if not has or (replacing and "codes" not in more):
        device = second_factor.begun(user)
        context |= {"drawing": second_factor.drawing(device), "secret": second_factor.secret_of(device)}
    return render(request, "office/second_factor.html", context | more, status=status)


def _password_is_right(request: HttpRequest, user: User) -> bool:
    """Asked again before the factor of a person is changed: the table may have been left unattended."""
    name, now = f"login name {user.get_username().casefold()}", timezone.now()
    if throttle.wait_s(name, MOST_PER_NAME, now):
        return False
    right = user.check_password(request.POST.get("password", ""))
    if not right:
        throttle.failed(name, now)
    return right
