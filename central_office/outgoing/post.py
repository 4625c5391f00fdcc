"""The office's outgoing box: whatever is to be told is put in here, inside the transaction of what it tells of.

It is delivered by `sending`, at least once; the message's id is the same at each try, so that its receiver can tell.
"""

import json
import secrets
from datetime import datetime

from central_office.outgoing import kinds
from central_office.outgoing.kinds import Payload
from central_office.outgoing.models import Message, Subscriber
from survey.canonical import nfc

LONGEST_SUBJECT = 200


def queue(kind: str, subject: str, payload: Payload, now: datetime, only: int | None = None) -> int:
    """Have every subscriber of `kind` told (`only`: this one); how many those are.

    `subject`: one line in Vietnamese. `payload`: fields of the kind (outgoing.kinds), numbers and codes only.
    Raises: UnfitMessage.
    """
    kinds.check(kind, payload)
    asked = Subscriber.objects.filter(removed_at=None).order_by("id")
    told = [row for row in asked if kinds.wants(row.kinds, kind) and only in (None, row.pk)]
    if not told:
        return 0
    message = "msg_" + secrets.token_hex(16)
    line = one_line(subject)
    said = {"id": message, "kind": kind, "subject": line, "data": dict(payload)}  # no second: the sending tells it
    body = json.dumps(said, ensure_ascii=False, sort_keys=True)
    same = {"message": message, "kind": kind, "subject": line, "body": body}
    Message.objects.bulk_create([Message(subscriber=row, queued_at=now, due_at=now, **same) for row in told])
    return len(told)


def one_line(text: str) -> str:
    """No line break reaches a header."""
    return " ".join(nfc(text).split())[:LONGEST_SUBJECT]
