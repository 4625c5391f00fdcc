"""The append-only log of every change that a person makes. Knows no page; each writer says in a line what it did.

Each line names the digest of the line before and is signed by the centre; the head, signed too, says which line is the
last. What goes in is who did what to what: never an answer, never a password.
"""

import getpass
import logging
from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from central_office.keys import KeyMissing, read_centre_key
from central_office.people.models import AuditHead, AuditLine
from survey import wire
from survey.canonical import Value, digest, encode, nfc

log = logging.getLogger(__name__)
FORMAT = 1
KIND, HEAD_KIND = "audit", "audit-head"  # of message, for the signatures
LONGEST_ACTOR, LONGEST_ACTION, LONGEST_TARGET = 160, 60, 200


def note(actor: str, action: str, target: str, detail: Mapping[str, object] | None = None) -> None:
    """Log that `actor` (a user's name, or "cli:NAME") did `action` ("plan.approved") to `target` ("krong-no-2023").

    `detail`: text, integers, lists and objects of them. Call it inside the transaction of the change: they stand or
    fall together. It is best called last there: on PostgreSQL other writers of the log wait until that ends.
    """
    with transaction.atomic():
        head = AuditHead.objects.select_for_update().get(pk=1)
        number, at = head.number + 1, timezone.now().replace(microsecond=0)
        columns = {
            "actor": nfc(str(actor))[:LONGEST_ACTOR],
            "action": str(action)[:LONGEST_ACTION],
            "target": nfc(str(target))[:LONGEST_TARGET],
        }
        said = {"v": FORMAT, "number": number, "prev": head.digest, "at": at.strftime("%Y-%m-%dT%H:%M:%SZ")}
        line = encode(said | columns | {"detail": _normal(dict(detail or {}))})
        AuditLine.objects.create(number=number, line=line, signature=sign(KIND, line), at=at, **columns)
        head.number, head.digest = number, digest(line)
        head.signature = sign(HEAD_KIND, head_bytes(number, head.digest))
        head.save()
    fields = {"number": number, "digest": digest(line), "action": columns["action"]}
    transaction.on_commit(lambda: log.info("audit.noted", extra={"fields": fields}))


def alone() -> None:
    """Let no other writer of the log go on until this transaction ends: for checks that two changes could pass."""
    AuditHead.objects.select_for_update().get(pk=1)


def operator() -> str:
    """The actor of a command: who is signed in to the machine."""
    try:
        return f"cli:{getpass.getuser()}"
    except (OSError, KeyError):  # a container without a passwd entry
        return "cli:?"


def head_bytes(number: int, last: str) -> bytes:
    return encode({"v": FORMAT, "number": number, "digest": last})


def sign(kind: str, message: bytes) -> bytes:
    """The centre's signature, or none where its key is missing; `audit check` tells of such lines."""
    try:
        key = read_centre_key(settings.CENTRE_KEY_PATH)
    except KeyMissing:
        return b""
    return key.sign(wire.signed_bytes(kind, message)).signature


def _normal(value: object) -> Value:
    """The same in Unicode normal form C, which canonical bytes ask for; what is none of their values as text."""
    if isinstance(value, list):
        return [_normal(each) for each in value]
    if isinstance(value, dict):
        return {nfc(str(key)): _normal(each) for key, each in value.items()}
    return int(value) if isinstance(value, int) else nfc(str(value))
