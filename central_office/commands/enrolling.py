"""Kiosks that come in by the hundred, are confirmed, replaced and ended, on the command line."""

import os
import secrets
import tomllib
from argparse import Namespace

from django.db import transaction
from django.utils import timezone

from central_office.commands import say
from central_office.config import Config
from central_office.enrolling import cards
from central_office.enrolling.address import is_takeable
from central_office.fleet import service
from central_office.fleet.enrolment import VALID_FOR, NoSuchPoint, make_code
from central_office.fleet.models import Kiosk
from central_office.people import audit
from survey.enrolment import CODE_LETTERS
from survey.errors import BadFile

PEM = "-----BEGIN CERTIFICATE-----"


def prepare(arguments: Namespace, config: Config) -> int:
    """A folder with one `hailong.toml` a point, and the list of them; exit 65 for a file that cannot be used."""
    url = arguments.centre_url or config.public_url
    try:
        common = arguments.common.read_text("utf-8") if arguments.common else ""
        authority = arguments.ca.read_text("ascii") if arguments.ca else ""
        lines = arguments.points.read_text("utf-8").split() if arguments.points else None
        if odd := tomllib.loads(common).keys() - cards.COMMON:
            raise ValueError(f"{arguments.common}: {', '.join(sorted(odd))}: only {', '.join(cards.COMMON)}")
        cards.parted(common)
        if authority and PEM not in authority:
            raise ValueError(f"{arguments.ca}: no PEM certificate")
        if not url:
            raise ValueError("--centre-url: thiếu / is wanted: office.toml has no public_url")
        if not is_takeable(url):
            raise ValueError(
                f"--centre-url {url!r}: không máy nào nhận / no kiosk takes it: https://host[:port][/path]"
            )
        if not 1 <= arguments.days <= cards.MOST_DAYS:
            raise ValueError(f"--days: 1 … {cards.MOST_DAYS}")
        if arguments.out.exists():
            raise ValueError(f"{arguments.out}: đã có / it is there")
        made = cards.prepare(arguments.plan, lines, arguments.days, audit.operator(), timezone.now())
    except (ValueError, OSError, NoSuchPoint, BadFile) as error:
        say(f"Không lập được / cannot prepare: {error}")
        return os.EX_DATAERR
    cards.write(arguments.out, made, cards.Common(url, authority, common))
    say(f"Lô / batch {made.number}: {len(made.cards)} thẻ / cards → {arguments.out}")
    say(f"Hết hạn / expires: {timezone.localtime(made.expires_at):%H:%M %d/%m/%Y}")
    return 0


def cancel(arguments: Namespace, _config: Config) -> int:
    left = service.cancel(arguments.batch, audit.operator(), timezone.now())
    if left is None:
        say(f"Không có lô này, hoặc đã hủy / no such batch, or cancelled before: {arguments.batch}")
        return 1
    say(f"Đã hủy / cancelled: {left} mã chưa dùng / unused codes")
    return 0


def confirm(arguments: Namespace, _config: Config) -> int:
    kiosks = list(arguments.kiosk)
    if arguments.all:
        waits = Kiosk.objects.filter(plan=arguments.all).exclude(waits_since=None)
        kiosks += waits.values_list("kiosk", flat=True)
    done = service.confirm(kiosks, audit.operator())
    say(f"Đã xác nhận / confirmed: {done}")
    return int(not done)


def replace(arguments: Namespace, _config: Config) -> int:
    now, actor = timezone.now(), audit.operator()
    old = Kiosk.objects.filter(kiosk=arguments.kiosk, kind="").first()
    if old is None:
        say(f"Không có ki-ốt này / no such kiosk: {arguments.kiosk}")
        return 1
    with transaction.atomic():
        code = make_code(old.plan, old.point, secrets.token_bytes(CODE_LETTERS), now, made_by=actor, replaces=old.kiosk)
        audit.note(actor, "kiosk.code_made", old.point, {"plan": old.plan, "replaces": old.kiosk})
    say(f"Mã cho máy thay, dùng một lần / one-time code: {code}")
    say(f"Có hiệu lực đến / valid until: {timezone.localtime(now + VALID_FOR):%H:%M:%S %d/%m/%Y}")
    return 0


def revoke(arguments: Namespace, config: Config) -> int:
    from central_office.commands.fleet import revoke as old_command

    return old_command(arguments, config)


def restore(arguments: Namespace, _config: Config) -> int:
    try:
        done = service.restore(arguments.kiosk, audit.operator(), alone=arguments.alone)
    except service.SamePerson as error:
        say(f"Người thu hồi không tự khôi phục (thêm --alone) / {error}; {error.hint}")
        return os.EX_NOPERM
    say(f"Đã cho dùng lại / restored: {arguments.kiosk}" if done else f"Không có / not revoked: {arguments.kiosk}")
    return int(not done)
