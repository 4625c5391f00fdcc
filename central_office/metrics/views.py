"""`/metrics`: who may read it, and what is written. Figures come from `fleet` and `office`."""

import hmac
from datetime import timedelta
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from central_office.fleet.listing import kiosk_list
from central_office.metrics import fleet, office
from central_office.metrics.text import CONTENT_TYPE, write


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """With a token in the settings for whoever shows it, else for this machine alone."""
    if not _may_read(request):
        head = {"WWW-Authenticate": 'Bearer realm="hailong"'} if settings.METRICS_TOKEN else {}
        return HttpResponse(status=401 if settings.METRICS_TOKEN else 403, headers=head)
    now = timezone.now()
    rows = kiosk_list(now, timedelta(minutes=settings.SILENT_AFTER_MINUTES))
    return HttpResponse(write([*office.families(now), *fleet.families(rows, now)]), content_type=CONTENT_TYPE)


def _may_read(request: HttpRequest) -> bool:
    """A request that a proxy handed on is not of this machine, whatever its address says."""
    if settings.METRICS_TOKEN:
        shown = request.headers.get("Authorization", "")
        return hmac.compare_digest(shown.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    handed_on = {"X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"} & set(request.headers)
    try:
        return not handed_on and ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
