"""One sealed file: opened, checked whole, then fed to the intake batch by batch as the line would. Knows no page.

Whatever was broken off in the middle is taken in by importing the file again: what is stored is a duplicate.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.public import SealedBox
from nacl.signing import SigningKey

from central_office.fleet.models import Kiosk
from central_office.intake.ledger import judge_for, kiosk_named
from central_office.intake.receive import receive
from central_office.keys import genuine, read_centre_key, sign_with
from central_office.people import audit
from survey import wire
from survey.errors import BadMessage
from survey.post import Post, PostRefused, read_batches, read_post

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file. `why`: "" or the code of a refusal; then nothing of the file was stored."""

    file: str
    why: str = ""
    kiosk: str = ""
    plan: str = ""
    point: str = ""
    accepted: int = 0
    duplicate: int = 0
    refused: int = 0
    receipts: tuple[bytes, ...] = ()


def take(name: str, data: bytes, actor: str, now: datetime) -> Outcome:
    """Take one file in. `name`: what people call it; `actor`: as in the log of who did what. Raises: KeyMissing."""
    try:
        post, batches = opened(data)
    except PostRefused as error:
        return _refused(name, error.code)
    except BadMessage:
        return _refused(name, "damaged")
    return _stored(name, post, batches, actor, now)


def _refused(name: str, why: str) -> Outcome:
    log.warning("sealed.refused", extra={"fields": {"why": why}})
    return Outcome(name, why)


def opened(data: bytes) -> tuple[Post, tuple[wire.Batch, ...]]:
    """The file's batches, each signed by the kiosk that the file names. Raises: PostRefused, BadMessage, KeyMissing."""
    key = read_centre_key(settings.CENTRE_KEY_PATH)
    post = read_post(data, bytes(key.verify_key), lambda sealed: _unsealed(key, sealed))
    batches = read_batches(post)
    kiosk = kiosk_named(post.kiosk)
    if kiosk is None:
        raise PostRefused("not_enrolled", f"no kiosk {post.kiosk}")
    if not all(genuine(kiosk.public_key, wire.signed_bytes("batch", b.head.encode()), b.signature) for b in batches):
        raise PostRefused("other_kiosk", "a batch in it is not signed by its kiosk")
    if kiosk.revoked:
        raise PostRefused("revoked", f"{post.kiosk} is revoked")
    if kiosk.waits:  # answers of a kiosk that nobody has confirmed stay on it, as by the line
        raise PostRefused("waits", f"{post.kiosk} waits to be confirmed")
    return post, batches


def _unsealed(key: SigningKey, sealed: bytes) -> bytes:
    try:
        return SealedBox(key.to_curve25519_private_key()).decrypt(sealed)
    except CryptoError as error:
        raise ValueError(str(error)) from None


def _stored(name: str, post: Post, batches: Iterable[wire.Batch], actor: str, now: datetime) -> Outcome:
    key = read_centre_key(settings.CENTRE_KEY_PATH)
    receipts, judge = [], judge_for(post.kiosk)
    accepted = duplicate = refused = 0
    for batch in batches:
        data = receive(batch, judge, lambda message: sign_with(key, message), now, by_line=False)
        said = wire.read_receipt(data, batch.head, lambda message, mark: genuine(bytes(key.verify_key), message, mark))
        receipts.append(data)
        accepted, duplicate = accepted + said.accepted, duplicate + said.duplicate
        refused += len(said.refusals)
    counts = {"accepted": accepted, "duplicate": duplicate, "refused": refused}
    audit.note(actor, "post.imported", post.kiosk, {"file": name[:80], **counts})
    log.info("sealed.imported", extra={"fields": {"kiosk": post.kiosk, **counts}})
    place = Kiosk.objects.get(kiosk=post.kiosk)
    return Outcome(name, "", post.kiosk, place.plan, place.point, accepted, duplicate, refused, tuple(receipts))


def read_capped(path: Path, most: int) -> bytes:
    """The file, at most one byte more than it may have. Raises: OSError."""
    with path.open("rb") as file:
        return file.read(most + 1)
