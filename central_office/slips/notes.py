"""What counters tell of their slips: each kept once however often it is told, a void for ever; what does not fit is
kept aside as an incident and holds up nothing (law 4). Knows no HTTP.
"""

import logging
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from central_office.fleet.models import Assignment
from central_office.intake import store
from central_office.intake.models import Incident, Redemption
from central_office.rounds.catalogue import form_of
from central_office.rounds.models import FormFile
from central_office.slips.models import Slip
from central_office.slips.numbers import Place, place_of
from survey.canonical import digest
from survey.form import AnswerValue, Form
from survey.form_file import allows
from survey.identifier import quarter_of
from survey.slip_notes import PREFILL, SlipNote, SlipState

log = logging.getLogger(__name__)
WRONG_POINT, WRONG_FACT, DIFFERS, VOID_AFTER_USE = "wrong_point", "wrong_fact", "slip_differs", "void_after_use"


def keep(kiosk: str, notes: Collection[SlipNote], message: bytes, now: datetime) -> list[str]:
    """Store `notes`, told in the signed `message`; the tokens that need not be told again, durably.

    A note of a place where the kiosk never stood is kept aside only: its token is named all the same, for telling it
    again would change nothing.
    """
    with transaction.atomic(durable=True):
        found: dict[str, str] = {}
        if any(note.state is SlipState.VOID for note in notes):
            store.lock_slips(void=True)  # a use at the same moment sees the void, or is seen
        for note in sorted(notes, key=lambda each: each.token):  # one order for all: two messages cannot deadlock
            for code in _keep(kiosk, note):
                found.setdefault(code, note.token)
        for code, token in found.items():
            _note(kiosk, code, token, message, now)
    return [note.token for note in notes]


def _keep(kiosk: str, note: SlipNote) -> list[str]:
    """The codes of what was wrong with the note."""
    place = place_of(note.number)
    if place is None or not Assignment.objects.filter(kiosk_id=kiosk, plan=place.plan, point=place.point).exists():
        return [WRONG_POINT]
    facts = _allowed(place, note.facts)
    told = {"day": note.day, "state": str(note.state), "facts": facts, "agency": note.agency, "kiosk": kiosk}
    told |= {"dossier": note.dossier}
    told |= {"late": note.late, "notice": note.notice, "apology": note.apology, "number": note.number}
    row, made = Slip.objects.get_or_create(token=note.token, defaults=told)
    wrong = [] if facts == dict(note.facts) else [WRONG_FACT]
    if not made and any(getattr(row, name) != told[name] for name in told if name not in ("state", "kiosk")):
        wrong.append(DIFFERS)  # the first telling stands
    if note.state is SlipState.VOID and row.number == note.number:
        if not made:
            Slip.objects.filter(token=note.token).exclude(state=SlipState.VOID).update(state=SlipState.VOID)
        if (made or row.state != SlipState.VOID) and Redemption.objects.filter(token=note.token).exists():
            wrong.append(VOID_AFTER_USE)
    return wrong


def _allowed(place: Place, facts: Mapping[str, AnswerValue]) -> dict[str, AnswerValue]:
    """Those that the form takes from a counter."""
    form = _form(place)
    asked = {q.code: q for q in form.questions if q.prefill == PREFILL} if form else {}
    return {code: value for code, value in facts.items() if code in asked and allows(asked[code], value)}


def _form(place: Place) -> Form | None:
    text = FormFile.objects.filter(digest=place.form.digest).values_list("text", flat=True).first()
    return form_of(text) if text else None


def _note(kiosk: str, code: str, token: str, message: bytes, now: datetime) -> None:
    log.warning("slip.refused", extra={"fields": {"kiosk": kiosk, "code": code}})
    key = {"kind": "slip", "kiosk": kiosk, "seq": 0, "digest": digest(code.encode() + message)}
    made = {"code": code, "raw": message, "detail": f"slip {token}", "noticed_at": quarter_of(now)}
    Incident.objects.get_or_create(**key, defaults=made)
