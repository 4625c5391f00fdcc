"""Answers under way: each tap is on the disk when `save` returns, and sealed once when `finish` does. Knows no page.

One draft per slip, however many phones show it, and one per opened page of a unit's code. A slip's code is no secret
of the citizen alone (a counter can print it again): only the address of the first tap opens or changes what it began.
How long pages stood open is added up by the caller; no instant finer than a quarter-hour is kept (law 6).
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from central_office.intake.lines import PLAN_ZONE
from central_office.intake.models import Redemption
from central_office.intake.store import rows
from central_office.phone import crowd
from central_office.phone.entry import Entry
from central_office.phone.models import Draft
from central_office.rounds.catalogue import form_of
from central_office.rounds.models import FormFile
from central_office.slips.keys import NoKey, key_of
from central_office.slips.models import Slip
from central_office.slips.virtual import BOOT, KIOSK, seal_within
from survey.form import Answers, AnswerValue, Form
from survey.form_file import allows
from survey.identifier import RANDOM_BYTES, make_id, quarter_of, write_quarter
from survey.invitation import Code, token_of
from survey.record import (
    LONGEST_SITTING_S,
    Channel,
    Clock,
    State,
    Submission,
    is_complete,
    read_draft,
    settle,
    write_draft,
)
from survey.slip_notes import PREFILL


class End(StrEnum):
    """What became of an answer that somebody finished."""

    SENT = "sent"
    NOTHING = "nothing"  # there was none
    LATE = "late"  # the slip was used elsewhere meanwhile: stored, not counted


@dataclass(frozen=True, slots=True)
class Held:
    """`sent`: the answer is sealed; then nothing of it can be seen here any more.

    `is_elsewhere`: it was begun from another address, and nothing of it is shown at this one.
    """

    answers: Answers = field(default_factory=dict)
    sent: bool = False
    is_elsewhere: bool = False


def look(entry: Entry) -> Held:
    """What is under way, for who has the address it was begun from."""
    found = rows("SELECT body, proof FROM phone_draft WHERE name = %s", entry.name)
    if not found:
        return Held()
    if found[0][1] != entry.proof:
        return Held(is_elsewhere=True)
    body = bytes(found[0][0])
    return Held(read_draft(body).answers) if body else Held(sent=True)


def save(entry: Entry, question: str, value: "AnswerValue | None", stood_s: int, now: datetime) -> bool:
    """Keep the answer to `question`, or take it back (None); durable when this returns.

    `stood_s`: seconds for which the question stood open, 0 before the first answer. False: the slip was used, the
    answer sent, or one begun from another address, meanwhile.
    """
    with transaction.atomic(durable=True):
        draft = _locked(entry.name)
        if draft is None and value is None:
            return True
        if draft is None:
            draft, made = Draft.objects.get_or_create(name=entry.name, defaults=_new(entry, question, value, now))
            if made:
                return _begun(entry, draft, now)
            draft = _locked(entry.name)
        if draft is None or not draft.body or draft.proof != entry.proof:
            return False
        _change(draft, question, value, stood_s, now)
    return True


def finish(name: str, now: datetime, proof: str | None = None) -> End:
    """Seal the draft as it stands; the record is stored, and the draft gone, with one commit.

    `proof`: of the address from which somebody asks for it; None: it is due.
    """
    with transaction.atomic(durable=True):
        draft = _locked(name)
        if draft is None or proof not in (None, draft.proof):
            return End.NOTHING
        if not draft.body:
            return End.SENT
        said = read_draft(bytes(draft.body))
        form = form_of(FormFile.objects.values_list("text", flat=True).get(digest=said.form.digest))
        counted = seal_within(closed(said, form, *_known(said.slip)), now)
        if said.slip:  # its token says from now on that it was used
            draft.delete()
        else:  # whoever opens its address again is told that it was sent
            Draft.objects.filter(name=name).update(body=b"", touched_at=quarter_of(now))
    return End.SENT if counted else End.LATE


def drop(code: Code) -> None:
    """Erase what is under way with a slip that was taken back."""
    try:
        token = token_of(code, key_of(code.number))
    except NoKey:
        return
    Draft.objects.filter(name=f"slip/{token}").delete()


def closed(said: Submission, form: Form, facts: Mapping[str, AnswerValue], agency: str) -> Submission:
    """`said` as it is sealed: with what the counter supplied, without answers to what is no longer asked."""
    answers = settle(form, said.answers)
    for code, value in facts.items():
        question = form.question(code)
        if question is not None and question.prefill == PREFILL and allows(question, value):
            answers[code] = value
    state = State.COMPLETE if is_complete(form, answers) else State.PARTIAL
    return replace(said, answers=answers, state=state, agency=agency)


def _locked(name: str) -> Draft | None:
    return Draft.objects.select_for_update().filter(name=name).first()


def _known(token: str) -> tuple[Mapping[str, AnswerValue], str]:
    """Facts and agency that the counter has told of the slip so far."""
    slip = Slip.objects.filter(token=token).first() if token else None
    return (slip.facts, slip.agency) if slip else ({}, "")


def _new(entry: Entry, question: str, value: "AnswerValue | None", now: datetime) -> dict[str, object]:
    assert value is not None
    here = now.astimezone(PLAN_ZONE)
    said = Submission(
        id=make_id(here, secrets.token_bytes(RANDOM_BYTES)),
        kiosk=KIOSK,
        boot=BOOT,
        quarter=write_quarter(here),
        clock=Clock.SYNCHRONISED,
        form=entry.place.form,
        plan=entry.place.plan,
        point=entry.place.point,
        channel=Channel.QR,
        state=State.PARTIAL,
        duration_s=0,
        flags=(),
        answers={question: value},
        slip=entry.token,
    )
    row = {"number": entry.number, "proof": entry.proof, "last_day": entry.last_day, "touched_at": quarter_of(now)}
    return row | {"body": write_draft(said)}


def _begun(entry: Entry, draft: Draft, now: datetime) -> bool:
    """The row is ours alone now. A slip that was used just before is seen here at the latest."""
    if entry.token:
        if Redemption.objects.filter(token=entry.token).exists():
            transaction.set_rollback(True)
            return False
        return True
    if flags := crowd.flags_at(entry.number, now):
        said = read_draft(bytes(draft.body))
        Draft.objects.filter(name=draft.name).update(body=write_draft(replace(said, flags=flags)))
    return True


def _change(draft: Draft, question: str, value: "AnswerValue | None", stood_s: int, now: datetime) -> None:
    said = read_draft(bytes(draft.body))
    answers = {code: answer for code, answer in said.answers.items() if code != question}
    if value is not None:
        answers[question] = value
    if not answers:  # a comment was all there was, and its writer has deleted it
        draft.delete()
        return
    duration_s = min(said.duration_s + stood_s, LONGEST_SITTING_S)
    body = write_draft(replace(said, answers=answers, duration_s=duration_s))
    Draft.objects.filter(name=draft.name).update(body=body, touched_at=quarter_of(now))
