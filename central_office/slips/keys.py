"""The keys of points' codes, and the one that the centre's own virtual kiosk signs with. Knows no code and no record.

A point's key is an HMAC under the office's slip key of the point's number and its salt: with the salt erased nobody can
make that key again, the office included.
"""

import hashlib
import hmac

from django.conf import settings
from nacl.signing import SigningKey

from central_office.fleet.models import Kiosk
from central_office.keys import KeyMissing, make_slip_key, read_slip_key
from central_office.slips.models import SlipPoint


class NoKey(Exception):
    """The number has no key: never allotted, or destroyed after its plan was over."""

    code = "no_slip_key"
    hint = "The slips of this point can no longer be judged; print new ones for the present plan."


def key_of(number: int) -> bytes:
    """The 32 bytes with which the codes of this point are made and judged. Raises: NoKey, KeyMissing."""
    salt = SlipPoint.objects.filter(number=number).values_list("salt", flat=True).first()
    if not salt:
        raise NoKey(f"number {number}")
    return _derived(b"hailong/slip key/1\n" + number.to_bytes(3, "big") + bytes(salt))


def make_sure() -> None:
    """The office's slip key is there: made if nothing was ever derived from one. A lost key is not made anew, for
    every slip in citizens' hands would be refused without a word. Raises: KeyMissing."""
    if settings.SLIP_KEY_PATH.exists():
        return
    if SlipPoint.objects.exists() or Kiosk.objects.exclude(kind="").exists():
        raise KeyMissing(f"{settings.SLIP_KEY_PATH} is gone")
    make_slip_key(settings.SLIP_KEY_PATH)


def virtual_key() -> SigningKey:
    """The virtual kiosk's Ed25519 key; the same as long as the office's slip key is. Raises: KeyMissing."""
    make_sure()
    return SigningKey(_derived(b"hailong/virtual kiosk/1\n"))


def _derived(label: bytes) -> bytes:
    return hmac.new(read_slip_key(settings.SLIP_KEY_PATH), label, hashlib.sha256).digest()
