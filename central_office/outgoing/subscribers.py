"""Who is told by the office of its own accord: added, removed and tried by a person. Knows no page."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from central_office.outgoing import kinds, post
from central_office.outgoing.addresses import AddressRefused, check_url
from central_office.outgoing.models import Subscriber
from central_office.people.audit import note

WEBHOOK, EMAIL = "webhook", "email"
LONGEST_NAME = 80
MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,180}[A-Za-z0-9])?\.[A-Za-z]{2,24}")


class SubscriberRefused(Exception):
    """A subscriber that cannot be added as asked; the text is for the person who asked."""

    code = "subscriber_refused"
    hint = "docs/feeds.md"


@dataclass(frozen=True, slots=True)
class Wish:
    """`channel`: "webhook" or "email"; `kinds`: of messages."""

    name: str
    channel: str
    address: str
    kinds: tuple[str, ...]


def add(wish: Wish, actor: str, now: datetime) -> Subscriber:
    """Its `secret` is shown now and never again. Raises: SubscriberRefused with every fault."""
    if faults := faults_of(wish):
        raise SubscriberRefused(" ".join(faults))
    secret = "whsec_" + secrets.token_urlsafe(32) if wish.channel == WEBHOOK else ""
    asked = " ".join(sorted(set(wish.kinds)))
    said = {"name": wish.name.strip(), "channel": wish.channel, "address": wish.address.strip(), "kinds": asked}
    with transaction.atomic():
        made = Subscriber.objects.create(secret=secret, made_at=now, made_by=actor, **said)
        note(actor, "subscriber.added", str(made.pk), said)
    return made


def remove(number: int, actor: str, now: datetime) -> bool:
    """Whether it was there until now. Raises: Subscriber.DoesNotExist."""
    with transaction.atomic():
        found = Subscriber.objects.select_for_update().get(pk=number)
        if found.removed_at is not None:
            return False
        Subscriber.objects.filter(pk=number).update(removed_at=now, secret="")
        note(actor, "subscriber.removed", str(number), {"name": found.name})
    return True


def queue_test(number: int, actor: str, now: datetime) -> int:
    """Have a test message sent to this one; 0 where it was removed. Raises: Subscriber.DoesNotExist."""
    with transaction.atomic():
        found = Subscriber.objects.get(pk=number)
        text = "Đây là thư thử của hệ thống Hài Lòng. Nhận được thư này nghĩa là việc gửi đã thông."
        note(actor, "subscriber.tested", str(number), {"name": found.name})
        return post.queue(kinds.TEST, "Thử gửi từ hệ thống Hài Lòng", {"text": text}, now, only=number)


def faults_of(wish: Wish) -> list[str]:
    """What is wrong with it, in sentences for whoever typed it."""
    faults = []
    if not wish.name.strip() or len(wish.name) > LONGEST_NAME:
        faults.append(f"Xin ghi tên nơi nhận, không quá {LONGEST_NAME} ký tự.")
    if wish.channel not in (WEBHOOK, EMAIL):
        faults.append("Xin chọn cách gửi: webhook hoặc thư điện tử.")
    elif wish.channel == EMAIL and not MAIL.fullmatch(wish.address.strip()):
        faults.append("Địa chỉ thư điện tử chưa đúng, ví dụ: canbo@example.gov.vn.")
    elif wish.channel == WEBHOOK:
        faults += _unfit(wish.address.strip())
    unknown = [kind for kind in wish.kinds if not kinds.is_wish(kind)]
    faults += [f"Không có loại tin «{kind[:40]}»." for kind in unknown]
    if not wish.kinds:
        faults.append("Xin chọn ít nhất một loại tin.")
    if len(" ".join(wish.kinds)) > 200:
        faults.append("Quá nhiều loại tin cho một nơi nhận.")
    return faults


def _unfit(url: str) -> list[str]:
    try:
        check_url(url, private=settings.OUTGOING_PRIVATE)
    except AddressRefused:
        return [
            "Địa chỉ webhook phải bắt đầu bằng https:// và không chứa tên đăng nhập, ví dụ: https://hub.example.gov.vn/nhan."
        ]
    return []
