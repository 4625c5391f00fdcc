"""Login with a lockout: five wrong passwords for a name, or twenty from an address, and both wait. Knows no figure."""

import logging

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from central_office.border import address_of
from central_office.fleet import throttle

log = logging.getLogger(__name__)
MOST_PER_NAME = 5
MOST_PER_ADDRESS = 20


class OfficeLogin(LoginView):
    template_name = "office/login.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Refuses before the password is looked at, so that a locked name tells nothing."""
        name, address = _who(request)
        now = timezone.now()
        wait_s = max(throttle.wait_s(name, MOST_PER_NAME, now), throttle.wait_s(address, MOST_PER_ADDRESS, now))
        if wait_s:
            context = self.get_context_data(form=AuthenticationForm(request), wait_minutes=wait_s // 60 + 1)
            response = self.render_to_response(context, status=429)
            response["Retry-After"] = str(wait_s)
            return response
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        for who in _who(self.request):
            throttle.failed(who, timezone.now())
        log.warning("login.failed", extra={"fields": {"address": address_of(self.request)}})
        return super().form_invalid(form)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        throttle.forgive(_who(self.request)[0])
        return super().form_valid(form)


def _who(request: HttpRequest) -> tuple[str, str]:
    name = request.POST.get("username", "").casefold().replace("\0", "")[:150]
    return f"login name {name}", f"login from {address_of(request)}"
