"""The intake API: HTTP in, HTTP out. Reads, verifies and refuses here; what a message does is decided in the apps."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import ValidationError

from central_office import api_document as document
from central_office import problem
from central_office.border import address_of, body_of, failed
from central_office.feed.api import router as feed
from central_office.fleet import enrolment, heartbeat, languages, offers, panels, pauses, service, throttle
from central_office.fleet.history.looking import keep_address
from central_office.fleet.models import EnrolmentCode, Kiosk
from central_office.intake import gaps
from central_office.intake.ledger import Known, judge_for, kiosk_named
from central_office.intake.models import Incident, Record
from central_office.intake.receive import receive
from central_office.keys import KeyMissing, genuine, read_centre_key, sign_with
from central_office.results import notices
from central_office.slips import forget, handing
from central_office.slips import notes as slip_notes
from central_office.updates import news as updates
from survey import enrolment as shared
from survey import slip_notes as slip_messages
from survey import wire
from survey.canonical import Value, decode, digest
from survey.errors import BadMessage, NotCanonical
from survey.identifier import quarter_of

MOST_MESSAGE_BYTES = 16 * 1024
MOST_SLIPS_BYTES = 512 * 1024  # 200 notes with 16 facts each
MOST_WRONG_PROOFS = 30  # from one address in a quarter of an hour

log = logging.getLogger(__name__)
api = NinjaAPI(
    title="Hài Lòng: tiếp nhận",
    version="1",
    description=document.DESCRIPTION,
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)
api.add_router("/v1/feed", feed)


def _json(data: bytes) -> HttpResponse:
    return HttpResponse(data, content_type="application/json")


def _sign(message: bytes) -> bytes:
    return sign_with(read_centre_key(settings.CENTRE_KEY_PATH), message)


def _kiosk(name: object) -> Known:
    """The enrolled kiosk of this name: key and revocation. Raises: BadMessage, Refused."""
    found = kiosk_named(wire.checked_code(name))
    if found is None:
        raise problem.Refused(problem.NOT_ENROLLED, "no kiosk of this name")
    return found


def _check_signature(kiosk: Known, kind: str, body: bytes, signature: bytes) -> None:
    if not genuine(kiosk.public_key, wire.signed_bytes(kind, body), signature):
        raise problem.Refused(problem.NOT_ENROLLED, "the signature is not this kiosk's")
    _check_may_deliver(kiosk)


def _check_may_deliver(kiosk: Known) -> None:
    """Answers of a kiosk that nobody has confirmed stay on it. Raises: Refused."""
    if kiosk.revoked:
        raise problem.Refused(problem.REVOKED)
    if kiosk.waits:
        raise problem.Refused(problem.WAITS)


@api.post("/v1/batches", url_name="batches", openapi_extra=document.BATCHES, summary="Deliver a batch of answers")
def batches(request: HttpRequest) -> HttpResponse:
    """Every record gets a verdict in the signed receipt; whatever is not refused there is on the centre's disk."""
    packed = body_of(request, wire.CONTENT_TYPE, wire.MOST_PACKED_BYTES)
    batch = wire.read_batch(packed)
    kiosk = _kiosk(batch.head.kiosk)
    _check_signature(kiosk, "batch", batch.head.encode(), batch.signature)
    return _json(receive(batch, judge_for(kiosk.name), _sign, timezone.now()))


@api.post("/v1/heartbeats", url_name="heartbeats", openapi_extra=document.HEARTBEATS, summary="Tell of a kiosk")
def heartbeats(request: HttpRequest) -> HttpResponse:
    """Keeps backlog and head; answers, signed, with the centre's time, the pauses it has and what changed for it."""
    data = body_of(request, "application/json", MOST_MESSAGE_BYTES)
    kiosk, body = _signed_body("heartbeat", data)
    now = timezone.now()
    beat = heartbeat.read_heartbeat(body)
    if kiosk.revoked:  # hears that it is to stop, signed as everything is, and nothing else
        order = service.order(Kiosk.objects.get(kiosk=kiosk.name), beat.service)
        stopped: dict[str, Value] = {"v": 1, "kiosk": kiosk.name, "now": _instant(now), "service": order.fields()}
        return _json(wire.write_message("time", stopped, _sign))
    stored = Record.objects.filter(kiosk_id=beat.kiosk, seq=beat.seq).values_list("digest", flat=True).first()

    def note_fork(detail: str) -> None:
        made = {"code": "head", "raw": data, "detail": detail, "noticed_at": quarter_of(now)}
        key = {"kind": "fork", "kiosk": beat.kiosk, "seq": beat.seq, "digest": beat.head}
        Incident.objects.get_or_create(**key, defaults=made)

    before = Kiosk.objects.get(kiosk=beat.kiosk)
    keep_address(beat.kiosk, address_of(request))
    if heartbeat.take(beat, None if stored is None else bytes(stored).hex(), note_fork, now):
        gaps.note_missing(beat.kiosk, gaps.Told(beat.seq, beat.pending, beat.quarantined), data, now)
        for alarm in panels.alarms(panels.panel_rows(before.panels, before.panel_counts), beat):
            _note_panel(beat, alarm, data, now)
    told: dict[str, Value] = {"v": 1, "kiosk": beat.kiosk, "now": _instant(now)}
    told |= service.news(before, beat.service)
    today = timezone.localdate(now)
    told |= offers.news(beat.asks, before, now)
    told |= notices.news(beat.notice, before.plan, before.point, today) | _slip_news(beat, before, now)
    told |= updates.news(body.get("system"), before, now)
    if beat.pauses:
        told["pauses"] = list[Value](pauses.known(beat.kiosk, beat.pauses))
    if beat.languages:
        told["languages"] = languages.keep(beat.kiosk, beat.languages)
    return _json(wire.write_message("time", told, _sign))


def _instant(now: datetime) -> str:
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def _slip_news(beat: heartbeat.Heartbeat, kiosk: Kiosk, now: datetime) -> dict[str, Value]:
    """What changes the kiosk's slips; destroys what is due as well. Nothing that fails here stops the heartbeat."""
    try:
        forget.forget_due(now, _sign)
        return handing.news(beat.slips, kiosk, timezone.localdate(now))
    except KeyMissing as error:
        log.error("slips.key_missing", extra={"fields": {"code": error.code, "hint": error.hint}})
    except Exception:  # border: housekeeping of slips; the kiosk asks again with its next heartbeat
        log.exception("slips.left_out", extra={"fields": {"kiosk": beat.kiosk}})
    return {}


@api.post("/v1/slips", url_name="slips", openapi_extra=document.SLIPS, summary="Tell of a counter's slips")
def slips(request: HttpRequest) -> HttpResponse:
    """Keeps which slips were printed and which taken back; the signed reply names those that need not be told again."""
    data = body_of(request, "application/json", MOST_SLIPS_BYTES)
    kiosk, notes = slip_messages.read_slips(_delivered("slips", data))
    held = slip_notes.keep(kiosk, notes, data, timezone.now())
    return _json(wire.write_message("slips_held", slip_messages.write_held(kiosk, held), _sign))


def _delivered(kind: str, data: bytes) -> dict[str, Value]:
    """The body of a message by a kiosk that may deliver. Raises: BadMessage, Refused."""
    kiosk, body = _signed_body(kind, data)
    _check_may_deliver(kiosk)
    return body


def _signed_body(kind: str, data: bytes) -> tuple[Known, dict[str, Value]]:
    """A kiosk and the body of the message that names it and that it has signed. Raises: BadMessage, Refused."""
    kiosk = _kiosk(wire.read_message(kind, data, None).get("kiosk"))

    def is_from_kiosk(message: bytes, signature: bytes) -> bool:
        return genuine(kiosk.public_key, message, signature)

    try:
        body = wire.read_message(kind, data, is_from_kiosk)
    except BadMessage as error:
        raise problem.Refused(problem.NOT_ENROLLED, str(error)) from None
    return kiosk, body


def _note_panel(beat: heartbeat.Heartbeat, alarm: panels.Alarm, data: bytes, now: datetime) -> None:
    log.warning("panel.reported", extra={"fields": {"kiosk": beat.kiosk, "code": alarm.code}})
    key = {"kind": "panel", "kiosk": beat.kiosk, "seq": beat.seq, "digest": digest(alarm.detail.encode())}
    made = {"code": alarm.code, "raw": data, "detail": alarm.detail, "noticed_at": quarter_of(now)}
    Incident.objects.get_or_create(**key, defaults=made)


@api.post("/v1/enrolments", url_name="enrolments", openapi_extra=document.ENROLMENTS, summary="Enrol a kiosk")
def enrolments(request: HttpRequest) -> HttpResponse:
    """Takes a one-time code's proof and the kiosk's public key; gives the centre's key, the assignment and the form."""
    asked = _enrolment_request(body_of(request, "application/json", MOST_MESSAGE_BYTES))
    now, who = timezone.now(), "enrol " + address_of(request)
    if throttle.wait_s(who, MOST_WRONG_PROOFS, now):
        raise problem.Refused(problem.TOO_MANY)
    centre_key = bytes(read_centre_key(settings.CENTRE_KEY_PATH).verify_key)
    reply = enrolment.enrol(asked, centre_key, now)
    if isinstance(reply, enrolment.Refusal):
        throttle.failed(who, now)
        if reply is enrolment.Refusal.USED:
            _note_second_use(asked, now)
        raise problem.Refused(problem.CODE_REFUSED, "ask the office for a new code", str(reply))
    return _json(reply)


def _note_second_use(asked: enrolment.Request, now: datetime) -> None:
    """A code that comes again from another machine: a copied card, or a list in wrong hands. Told once of a code: who
    has but read its name, which is no secret, makes no second incident."""
    first = EnrolmentCode.objects.filter(name=asked.name).values_list("kiosk", flat=True).first() or ""
    again = enrolment.kiosk_id(asked.public_key)
    key = {"kind": "enrolment", "kiosk": first, "seq": 0, "digest": digest(asked.name.encode())}
    detail = f"the code by which it came in was used again, by {again}"
    made = {"code": "code_again", "raw": asked.raw, "detail": detail, "noticed_at": quarter_of(now)}
    if Incident.objects.get_or_create(**key, defaults=made)[1]:
        log.warning("enrolment.repeated", extra={"fields": {"kiosk": first, "again": again}})


def _enrolment_request(data: bytes) -> enrolment.Request:
    body = decode(data)
    if not isinstance(body, dict) or body.keys() != {"v", "name", "public_key", "proof"} or body["v"] != 1:
        raise problem.Refused(problem.WRONG_FIELDS, "expected v, name, public_key and proof")
    name, key, proof = body["name"], body["public_key"], body["proof"]
    if not isinstance(name, str) or len(name) != shared.NAME_LETTERS or set(name) - set(shared.ALPHABET):
        raise problem.Refused(problem.WRONG_FIELDS, "name is not the first group of a code")
    if not all(isinstance(value, str) and document.HEX64.fullmatch(value) for value in (key, proof)):
        raise problem.Refused(problem.WRONG_FIELDS, "public_key and proof are 64 hexadecimal digits")
    return enrolment.Request(name, bytes.fromhex(str(key)), str(proof), data)


def _handle(error: type[Exception], answer: Callable[[Any], HttpResponse]) -> None:
    api.add_exception_handler(error, lambda _request, raised: answer(raised))


_handle(problem.Refused, lambda error: problem.reply(error.kind, error.detail, error.why))
_handle(BadMessage, lambda error: problem.reply(problem.BAD_MESSAGE, str(error)))
_handle(NotCanonical, lambda error: problem.reply(problem.BAD_MESSAGE, str(error)))
_handle(UnreadablePostError, lambda _error: problem.reply(problem.BAD_MESSAGE, "the body ended early"))
_handle(heartbeat.WrongFields, lambda error: problem.reply(problem.WRONG_FIELDS, str(error)))
_handle(ValidationError, lambda _error: problem.reply(problem.WRONG_FIELDS))
_handle(OperationalError, lambda _error: problem.reply(problem.BUSY))  # locked, full, unreachable: all pass with time
api.add_exception_handler(Exception, failed)
