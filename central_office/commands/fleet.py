"""Kiosks on the command line: a code for a new one, the end of an old one, and the key they all trust."""

import secrets
from argparse import Namespace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from central_office.commands import say
from central_office.config import Config
from central_office.fleet import service
from central_office.fleet.enrolment import VALID_FOR, make_code
from central_office.fleet.models import Kiosk
from central_office.keys import read_centre_key
from central_office.people import audit
from central_office.rounds.catalogue import plan_of
from central_office.rounds.models import PlanFile
from survey.enrolment import CODE_LETTERS, fingerprint


def enrol(arguments: Namespace, _config: Config) -> int:
    now = timezone.now()
    if arguments.all:
        return _enrol_all(arguments.plan, now)
    with transaction.atomic():
        actor = audit.operator()
        code = make_code(arguments.plan, arguments.point, secrets.token_bytes(CODE_LETTERS), now, made_by=actor)
        audit.note(actor, "kiosk.code_made", arguments.point, {"plan": arguments.plan})
    until = timezone.localtime(now + VALID_FOR)
    say(f"Mã ghi danh, dùng một lần / one-time code: {code}")
    say(f"Có hiệu lực đến / valid until: {until:%H:%M:%S %d/%m/%Y}")
    say(f"Khóa trung tâm / centre key: {_fingerprint()}")
    return 0


def _enrol_all(plan: str, now: datetime) -> int:
    """A line «point code» for each point of the plan, for whoever prepares many kiosks at once (R-114)."""
    points = [allocation.point.code for allocation in plan_of(PlanFile.objects.get(plan=plan).text).allocations]
    with transaction.atomic():
        codes = [(point, make_code(plan, point, secrets.token_bytes(CODE_LETTERS), now)) for point in points]
        audit.note(audit.operator(), "kiosk.codes_made", plan, {"points": len(points)})
    for point, code in codes:
        say(f"{point} {code}")
    return 0


def revoke(arguments: Namespace, _config: Config) -> int:
    """Takes effect with the kiosk's next message; its answers so far stay."""
    if service.revoke(arguments.kiosk, audit.operator(), timezone.now()):
        say(f"Đã thu hồi / revoked: {arguments.kiosk}")
        return 0
    say(f"Không có ki-ốt này, hoặc đã thu hồi / no such kiosk, or revoked before: {arguments.kiosk}")
    return 1


def keys(_arguments: Namespace, _config: Config) -> int:
    key = bytes(read_centre_key(settings.CENTRE_KEY_PATH).verify_key)
    say(f"Khóa trung tâm / centre key: {_fingerprint()}  {key.hex()}")
    for kiosk in Kiosk.objects.order_by("kiosk"):
        say(f"{kiosk.kiosk}: {fingerprint(bytes(kiosk.public_key))}  {_state(kiosk)}")
    return 0


def _state(kiosk: Kiosk) -> str:
    if kiosk.revoked_at:
        return "đã thu hồi / revoked"
    if kiosk.retired_at:
        return f"đã thay bằng / replaced by {kiosk.successor}"
    waits = "  chờ xác nhận / waits to be confirmed" if kiosk.waits_since else ""
    return "điện thoại / phones" if kiosk.kind else kiosk.point + waits


def _fingerprint() -> str:
    return fingerprint(bytes(read_centre_key(settings.CENTRE_KEY_PATH).verify_key))
