"""The centre's own kiosk: seals what was answered on a phone, or keyed in, into a chain like any other.

Knows no page. Record, batch, receipt, tallies, chain and single use are the intake's: nothing here stores an answer.
"""

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction

from central_office.fleet.enrolment import kiosk_id
from central_office.fleet.models import Assignment, Kiosk
from central_office.intake import ledger, receive
from central_office.intake.store import rows
from central_office.keys import read_centre_key, sign_with
from central_office.slips.keys import virtual_key
from survey import wire
from survey.identifier import quarter_of
from survey.record import GENESIS, Submission, seal

KIND = "phone"
KIOSK, BOOT = "phone", "0" * 16  # stand in a draft until it is sealed; there is nothing to boot


class NotSealed(Exception):
    """The centre's own intake refused the answer: the form or the plan does not take it."""

    code = "not_sealed"
    hint = "Check the answers with survey.record.check_answers before they are sealed."


def seal_answer(submission: Submission, now: datetime) -> bool:
    """Store the finished answer durably; `kiosk` and `boot` of it are replaced by the virtual kiosk's.

    False when its slip was used, made void or withdrawn meanwhile: the answer is stored all the same and not counted
    (withdrawn: only its tombstone). The same submission id again stores nothing and gives the same reply.
    Raises: NotSealed, BadRecord.
    """
    with transaction.atomic(durable=True):
        return seal_within(submission, now)


def seal_within(submission: Submission, now: datetime) -> bool:
    """`seal_answer` inside the caller's transaction, so that its draft goes with the same commit."""
    key = virtual_key()
    name = _kiosk(bytes(key.verify_key), submission.plan, submission.point, now)
    ledger.lock_kiosk(name)
    if (stored := _stored(name, submission.id)) is not None:
        return stored
    seq, prev = _end(name)
    sealed = seal(replace(submission, kiosk=name, boot=BOOT), seq + 1, prev)
    _, packed = wire.write_batch(name, [sealed], lambda message: key.sign(message).signature)
    reply = receive.receive_within(wire.read_batch(packed), ledger.judge_for(name), _sign, now)
    if reply.refused:
        raise NotSealed(f"{submission.plan} {submission.point}: {reply.refused[0].code}")
    return not reply.taken.uncounted


def _kiosk(public_key: bytes, plan: str, point: str, now: datetime) -> str:
    """The virtual kiosk's name, with its row and its place made where they are new."""
    name, place = kiosk_id(public_key), {"plan": plan, "point": point}
    if rows("SELECT 1 FROM fleet_assignment WHERE kiosk_id = %s AND plan = %s AND point = %s", name, plan, point):
        return name
    quarter = quarter_of(now)  # of an answer: law 6
    made = {"public_key": public_key, "kind": KIND, "enrolled_at": quarter, **place}
    Kiosk.objects.get_or_create(kiosk=name, defaults=made)
    Assignment.objects.get_or_create(kiosk_id=name, **place, defaults={"since": quarter})
    return name


def _stored(name: str, record: str) -> bool | None:
    """Whether the virtual kiosk's record of this id counts; None if there is none."""
    found = rows(
        "SELECT c.counted FROM intake_record r JOIN intake_cell c ON c.id = r.cell_id "
        "WHERE r.id = %s AND r.kiosk_id = %s",
        *(record.replace("-", ""), name),
    )
    return bool(found[0][0]) if found else None


def _end(name: str) -> tuple[int, str]:
    """Number and digest of the last record of the chain."""
    found = rows("SELECT seq, digest FROM intake_record WHERE kiosk_id = %s ORDER BY seq DESC LIMIT 1", name)
    return (found[0][0], bytes(found[0][1]).hex()) if found else (0, GENESIS)


def _sign(message: bytes) -> bytes:
    return sign_with(read_centre_key(settings.CENTRE_KEY_PATH), message)
