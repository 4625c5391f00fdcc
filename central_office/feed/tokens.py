"""Tokens by which other systems take the feed: shown once, kept as digests, with an end. Knows no page."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from central_office.feed.holder import Holder
from central_office.feed.models import Token
from central_office.intake.store import rows
from central_office.people.audit import note
from central_office.people.grants import restricted_plans
from central_office.rounds.catalogue import plan_of
from central_office.rounds.models import PlanFile

PREFIX = "hlf_"
START_LETTERS = 10
LONGEST_NAME = 80
MOST_DAYS = 400
MOST_A_MINUTE = 120


class TokenRefused(Exception):
    """A token that cannot be made as asked; `text` for the person who asked."""

    code = "token_refused"
    hint = "docs/feeds.md"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a new token shall be for. `plans`, `points`: none: all; `days`: how long it holds."""

    name: str
    days: int = 365
    plans: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    comments: bool = False


def make(wish: Wish, actor: str, now: datetime) -> str:
    """Make it; its text, which is nowhere to be had again. Raises: TokenRefused with every fault."""
    if faults := faults_of(wish):
        raise TokenRefused(" ".join(faults))
    text = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        made = Token.objects.create(
            name=wish.name.strip(),
            digest=_digest(text),
            start=text[:START_LETTERS],
            plans=sorted(set(wish.plans)),
            points=sorted(set(wish.points)),
            comments=wish.comments,
            made_at=now,
            made_by=actor,
            expires_at=now + timedelta(days=wish.days),
        )
        said = {"name": made.name, "plans": made.plans, "points": made.points, "comments": int(wish.comments)}
        note(actor, "token.made", str(made.pk), {**said, "days": wish.days})
    return text


def revoke(number: int, actor: str, now: datetime) -> bool:
    """Make the token worthless from now on; whether it was worth something. Raises: Token.DoesNotExist."""
    with transaction.atomic():
        token = Token.objects.select_for_update().get(pk=number)
        if token.revoked_at is not None:
            return False
        Token.objects.filter(pk=number).update(revoked_at=now)
        note(actor, "token.revoked", str(number), {"name": token.name})
    return True


def holder_of(text: str, now: datetime) -> Holder | None:
    """Whose token this is; None for one that is unknown, revoked or past its end."""
    found = Token.objects.filter(digest=_digest(text), revoked_at=None, expires_at__gt=now).first()
    if found is None:
        return None
    plans, points = (frozenset(codes) or None for codes in (found.plans, found.points))
    return Holder(found.pk, found.name, plans, points, found.comments, restricted_plans())


def wait_s(holder: Holder, now: datetime) -> int:
    """Count one more use; seconds until the next minute where there were too many in this one, else 0."""
    minute, second = divmod(int(now.timestamp()), 60)
    asked = rows(
        "UPDATE feed_token SET asked = CASE WHEN minute = %s THEN asked + 1 ELSE 1 END, minute = %s "
        "WHERE id = %s RETURNING asked",
        *(minute, minute, holder.id),
    )
    return 60 - second if asked and asked[0][0] > MOST_A_MINUTE else 0


def faults_of(wish: Wish) -> list[str]:
    """What is wrong with it, in sentences for whoever typed it."""
    faults = []
    if not wish.name.strip() or len(wish.name) > LONGEST_NAME:
        faults.append(f"Xin ghi tên hệ thống nhận dữ liệu, không quá {LONGEST_NAME} ký tự.")
    if not 1 <= wish.days <= MOST_DAYS:
        faults.append(f"Thời hạn từ 1 đến {MOST_DAYS} ngày.")
    plans = {row.plan: plan_of(row.text) for row in PlanFile.objects.all()}
    faults += [f"Không có kế hoạch «{plan[:40]}»." for plan in wish.plans if plan not in plans]
    known = {a.point.code for plan in plans.values() for a in plan.allocations}
    return faults + _unknown(wish.points, known)


def _unknown(points: Collection[str], known: Collection[str]) -> list[str]:
    return [f"Không có điểm tiếp nhận «{point[:40]}»." for point in points if point not in known]


def _digest(text: str) -> str:
    """A token has 256 random bits: nobody tries them, so a plain digest keeps it."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
