"""Kiosks on the command line: a code for a new one, the end of an old one, and the key they all trust."""

import secrets
from argparse import Namespace

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from central_office.commands import say
from central_office.config import Config
from central_office.fleet.enrolment import VALID_FOR, make_code
from central_office.fleet.models import Kiosk
from central_office.keys import read_centre_key
from central_office.people import audit
from survey.enrolment import CODE_LETTERS, fingerprint


def enrol(arguments: Namespace, _config: Config) -> int:
    now = timezone.now()
    with transaction.atomic():
        code = make_code(arguments.plan, arguments.point, secrets.token_bytes(CODE_LETTERS), now)
        audit.note(audit.operator(), "kiosk.code_made", arguments.point, {"plan": arguments.plan})
    until = timezone.localtime(now + VALID_FOR)
    say(f"Mã ghi danh, dùng một lần / one-time code: {code}")
    say(f"Có hiệu lực đến / valid until: {until:%H:%M:%S %d/%m/%Y}")
    say(f"Khóa trung tâm / centre key: {_fingerprint()}")
    return 0


def revoke(arguments: Namespace, _config: Config) -> int:
    """Takes effect with the kiosk's next message; its answers so far stay."""
    with transaction.atomic():
        changed = Kiosk.objects.filter(kiosk=arguments.kiosk, revoked_at=None).update(revoked_at=timezone.now())
        if changed:
            audit.note(audit.operator(), "kiosk.revoked", arguments.kiosk)
    if changed:
        say(f"Đã thu hồi / revoked: {arguments.kiosk}")
        return 0
    say(f"Không có ki-ốt này, hoặc đã thu hồi / no such kiosk, or revoked before: {arguments.kiosk}")
    return 1


def keys(_arguments: Namespace, _config: Config) -> int:
    key = bytes(read_centre_key(settings.CENTRE_KEY_PATH).verify_key)
    say(f"Khóa trung tâm / centre key: {_fingerprint()}  {key.hex()}")
    for kiosk in Kiosk.objects.order_by("kiosk"):
        state = "đã thu hồi / revoked" if kiosk.revoked_at else "điện thoại / phones" if kiosk.kind else kiosk.point
        say(f"{kiosk.kiosk}: {fingerprint(bytes(kiosk.public_key))}  {state}")
    return 0


def _fingerprint() -> str:
    return fingerprint(bytes(read_centre_key(settings.CENTRE_KEY_PATH).verify_key))
