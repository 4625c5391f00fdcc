"""How a kiosk comes in: a one-time code, a proof in both directions, an assignment. Knows no HTTP.

The code itself never travels (survey.wire, docs/decisions/0005). Its secret is erased at use, after five wrong proofs,
and when its time is over: a quarter of an hour, or the days of its batch (docs/decisions/0020).
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from central_office.fleet.models import Assignment, EnrolmentBatch, EnrolmentCode, Kiosk
from central_office.rounds.catalogue import form_of, plan_of
from central_office.rounds.models import PlanFile
from survey import assignment
from survey import enrolment as shared
from survey.canonical import digest, encode
from survey.form import FormRef
from survey.plan import Plan

log = logging.getLogger(__name__)
VALID_FOR = timedelta(minutes=15)
MOST_WRONG = 5
FORMAT = 1


class NoSuchPoint(Exception):
    """The plan or its point does not exist."""

    code = "no_such_point"
    hint = "List the plans with `hailong-office plan list`."


class Refusal(StrEnum):
    """Why a code lets nobody in; told to whoever names it, for a name of five letters is no secret."""

    WRONG = "wrong"  # no such code, a wrong proof, or burnt
    EXPIRED = "expired"
    USED = "used"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Request:
    """`raw`: the request's bytes, by which a repetition is known."""

    name: str
    public_key: bytes
    proof: str
    raw: bytes


def kiosk_id(public_key: bytes) -> str:
    return "k-" + digest(public_key)[:12]


def make_code(
    plan: str,
    point: str,
    randomness: bytes,
    now: datetime,
    *,
    made_by: str = "",
    replaces: str = "",
    batch: EnrolmentBatch | None = None,
) -> str:
    """A new one-time code for a kiosk at `point`; `randomness`: 20 bytes. Raises: NoSuchPoint.

    `replaces`: the kiosk that ends when the new one has come in. A code of a batch holds as long as its batch.
    """
    known = PlanFile.objects.filter(plan=plan).first()
    if known is None or plan_of(known.text).allocation(point) is None:
        raise NoSuchPoint(f"plan {plan!r} has no point {point!r}")
    text = shared.write_code(randomness)
    name, secret = shared.read_code(text)
    forget_old(now)
    EnrolmentCode.objects.create(
        **{"name": name, "secret": secret, "plan": plan, "point": point, "replaces": replaces, "batch": batch},
        **{"made_at": now, "made_by": made_by, "expires_at": batch.expires_at if batch else now + VALID_FOR},
    )
    log.info("enrolment.offered", extra={"fields": {"plan": plan, "point": point}})
    return text


def forget_old(now: datetime) -> int:
    """Erase the secrets and replies that have outlived their quarter of an hour; how many codes had any."""
    old = EnrolmentCode.objects.filter(expires_at__lte=now).exclude(secret=b"", reply=b"")  # else every row, each time
    return old.update(secret=b"", reply=b"")


def enrol(request: Request, centre_key: bytes, now: datetime) -> bytes | Refusal:
    """The reply for the kiosk, or why it is refused. Whatever is counted is committed in both cases."""
    forget_old(now)
    with transaction.atomic():
        code = EnrolmentCode.objects.select_for_update().filter(name=request.name).first()
        if code is None:
            return Refusal.WRONG
        if refusal := _refusal(code, request, now):
            return refusal
        if code.used_at is not None:
            return bytes(code.reply)
        if not _proves(request, bytes(code.secret)):
            _count_wrong(code)
            return Refusal.WRONG
        return _admit(code, request, centre_key, now)


def _refusal(code: EnrolmentCode, request: Request, now: datetime) -> Refusal | None:
    """None for a code that is open, or whose own kiosk repeats its request since the reply was lost."""
    if code.used_at is not None and code.request != digest(request.raw):
        return Refusal.USED
    if code.batch is not None and code.batch.cancelled_at is not None:
        return Refusal.CANCELLED
    if code.expires_at <= now or (code.used_at is not None and not code.reply):
        return Refusal.EXPIRED
    return None


def _proves(request: Request, secret: bytes) -> bool:
    return bool(secret) and shared.same(shared.proof("kiosk", secret, request.public_key), request.proof)


def _count_wrong(code: EnrolmentCode) -> None:
    code.wrong += 1
    if code.wrong >= MOST_WRONG:
        code.secret = b""
    code.save()
    log.warning("enrolment.refused", extra={"fields": {"code_name": code.name, "wrong": code.wrong}})


def _admit(code: EnrolmentCode, request: Request, centre_key: bytes, now: datetime) -> bytes | Refusal:
    name = kiosk_id(request.public_key)
    place = {"plan": code.plan, "point": code.point}
    waits = {"waits_since": now if code.batch else None}
    kiosk, made = Kiosk.objects.get_or_create(
        kiosk=name, defaults={"public_key": request.public_key, "enrolled_at": now, **place, **waits}
    )
    if kiosk.revoked_at is not None or kiosk.kind or bytes(kiosk.public_key) != request.public_key:
        return Refusal.WRONG
    if not made:  # somebody stood before it with a new code: it is no longer retired
        Kiosk.objects.filter(kiosk=name).update(enrolled_at=now, retired_at=None, successor="", **place, **waits)
    Assignment.objects.get_or_create(kiosk=kiosk, **place, defaults={"since": now})
    if code.replaces and code.replaces != name:
        Kiosk.objects.filter(kiosk=code.replaces, retired_at=None).update(retired_at=now, successor=name)
    reply = _reply(name, code, request, centre_key)
    code.used_at, code.kiosk, code.request, code.reply, code.secret = now, name, digest(request.raw), reply, b""
    code.save()
    log.info("kiosk.enrolled", extra={"fields": {"kiosk": name, **place}})
    return reply


def _reply(kiosk: str, code: EnrolmentCode, request: Request, centre_key: bytes) -> bytes:
    given, form = assignment_for(kiosk, code.plan, code.point)
    proof = shared.proof("centre", bytes(code.secret), centre_key, request.public_key, given.encode(), form.encode())
    fields = {"v": FORMAT, "centre_key": centre_key.hex(), "assignment": given.fields()}
    return encode(fields | {"form": form, "proof": proof})


def assignment_for(kiosk: str, plan: str, point: str) -> tuple[assignment.Assignment, str]:
    """What a kiosk at this point is to ask now, and the text of its form. Raises: NoSuchPoint."""
    loaded = PlanFile.objects.select_related("form").filter(plan=plan).first()
    given = assignment_in(plan_of(loaded.text), form_of(loaded.form.text).ref, kiosk, point) if loaded else None
    if loaded is None or given is None:
        raise NoSuchPoint(f"plan {plan!r} has no point {point!r}")
    return given, loaded.form.text


def assignment_in(plan: Plan, form: FormRef, kiosk: str, point: str) -> assignment.Assignment | None:
    """None where the plan has no such point."""
    allocation = plan.allocation(point)
    if allocation is None:
        return None
    return assignment.Assignment(kiosk, plan.id, point, allocation.point.name, _office(plan.issuer), form)


def _office(issuer: str) -> Mapping[str, str]:
    return {"vi": issuer}
