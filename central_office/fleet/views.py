"""The pages of the fleet: HTTP in, HTTP out. How each kiosk is comes from `listing`, what is wished from `choosing`."""

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from central_office.fleet import choosing, tables
from central_office.fleet.choosing import ORDERS, Wish
from central_office.fleet.history.models import Change, Kind, Standing
from central_office.fleet.languages import DAYS_SHOWN
from central_office.fleet.listing import KioskRow, Status, kiosk_list, phone_chain
from central_office.fleet.squares import blocks
from central_office.fleet.troubles import Trouble
from central_office.people.access import Right, may, may_whole, needs, scope_of
from central_office.results.spreadsheet import write_csv
from survey.enrolment import fingerprint

ON_A_PAGE = 250
CHANGES_SHOWN = 60
VERSION = re.compile(r"[0-9A-Za-z.+~-]+")  # what a kiosk tells may be anything; only these are offered as a choice


@require_safe
@needs(Right.SEE_KIOSKS)
def kiosks_page(request: HttpRequest) -> HttpResponse:
    everything, wish = _kiosks(request), choosing.read_wish(request.GET)
    rows = choosing.chosen(everything, wish)
    sheet = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("trang"))
    context = {
        "page": "kiosks",
        "kiosks": sheet.object_list,
        "sheet": sheet,
        "found": len(rows),
        "wish": wish,
        "blocks": blocks(everything),
        "now": timezone.now(),
        "silent_after": settings.SILENT_AFTER_MINUTES,
        "may_manage": may(request.user, Right.MANAGE_KIOSKS),
        "may_see_updates": may_whole(request.user, Right.SEE_KIOSKS),
        "may_import_post": may_whole(request.user, Right.HANDLE_INCIDENTS),
        "phones": phone_chain() if scope_of(request.user).is_everywhere else [],
    }
    return render(request, "fleet/kiosks.html", context | _counts(everything) | _choices(everything, wish))


@require_safe
@needs(Right.SEE_KIOSKS)
def kiosk_page(request: HttpRequest, kiosk: str) -> HttpResponse:
    row = next((row for row in _kiosks(request) if row.kiosk == kiosk), None)
    if row is None:
        raise Http404
    changes = Change.objects.filter(kiosk=kiosk).order_by("-at", "-pk")[:CHANGES_SHOWN]
    standing = Standing.objects.filter(kiosk=kiosk).select_related("kiosk").first()
    context = {
        "page": "kiosks",
        "row": row,
        "may_manage": may(request.user, Right.MANAGE_KIOSKS),
        "now": timezone.now(),
        "changes": [(change, Kind(change.kind).label) for change in changes],
        "address": standing.address if standing else "",
        "fingerprint": fingerprint(bytes(standing.kiosk.public_key)) if standing else "",
        "language_days": DAYS_SHOWN,
    }
    return render(request, "fleet/kiosk.html", context)


@require_safe
@needs(Right.SEE_KIOSKS)
def kiosks_csv(request: HttpRequest) -> HttpResponse:
    body = write_csv(tables.KIOSK_HEAD, tables.kiosk_rows(_wished(request)))
    head = {"Content-Disposition": 'attachment; filename="ki-ot.csv"'}
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers=head)


@require_safe
@needs(Right.SEE_KIOSKS)
def kiosks_json(request: HttpRequest) -> HttpResponse:
    body = {"at": timezone.now().isoformat(timespec="seconds"), "kiosks": tables.kiosks_json(_wished(request))}
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def _wished(request: HttpRequest) -> list[KioskRow]:
    return choosing.chosen(_kiosks(request), choosing.read_wish(request.GET))


def _kiosks(request: HttpRequest) -> list[KioskRow]:
    scope = scope_of(request.user)
    rows = kiosk_list(timezone.now(), timedelta(minutes=settings.SILENT_AFTER_MINUTES))
    return [row for row in rows if scope.holds(row.point, row.plan)]


def _counts(rows: list[KioskRow]) -> dict[str, Any]:
    """The cards on top: of everything that the person may see, whatever is wished."""
    standing = [row for row in rows if not row.status.is_gone]
    return {
        "counts": {status.value: sum(row.status is status for row in rows) for status in Status},
        "standing": len(standing),
        "bad": sum(row.weight == "bad" for row in standing),
        "watch": sum(row.weight == "watch" for row in standing),
        "paused": sum(1 for row in rows if row.paused.since),
        "pending": sum(row.pending for row in rows),
        "old_backlog": sum(Trouble.BACKLOG in row.troubles for row in rows),
        "oldest": min((row.oldest_at for row in standing if row.oldest_at), default=None),
        "quarantined": sum(row.quarantined for row in rows),
    }


def _choices(rows: list[KioskRow], wish: Wish) -> dict[str, Any]:
    """What the selections offer: only what is there, and how often."""
    troubles = [(each, sum(each in row.troubles for row in rows)) for each in Trouble]
    states = [(each, sum(row.status is each for row in rows)) for each in Status]
    districts = sorted({row.district for row in rows if row.district.ref}, key=lambda each: each.order)
    return {
        "troubles": [(each, count, wish.address(trouble=each.value)) for each, count in troubles if count],
        "states": [(each, count) for each, count in states if count],
        "districts": districts,
        "versions": choosing.counted([row.version for row in rows if VERSION.fullmatch(row.version)]),
        "orders": [(word, name) for word, (name, _) in ORDERS.items()],
        "without_trouble": wish.address(trouble=""),
        "this_query": wish.address(),
    }
