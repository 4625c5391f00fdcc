"""How kiosk and office show each other that they know a one-time code, and compare keys.

The code never travels. Each side proves that it knows it by an HMAC over both public keys, so that neither a captive
portal nor a listener can put its own key in place of either (docs/decisions/0005). Randomness is handed in.
"""

import hashlib
import hmac

from survey.errors import BadMessage

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
CODE_LETTERS = 20  # 5 name the code, 15 (75 bits) are the secret
NAME_LETTERS = 5


def write_code(randomness: bytes) -> str:
    """A one-time enrolment code from 20 random bytes: `XXXXX-XXXXX-XXXXX-XXXXX`."""
    if len(randomness) != CODE_LETTERS:
        raise ValueError(f"need {CODE_LETTERS} random bytes")
    letters = "".join(ALPHABET[byte % 32] for byte in randomness)
    return "-".join(letters[i : i + 5] for i in range(0, CODE_LETTERS, 5))


def read_code(text: str) -> tuple[str, bytes]:
    """Name (public) and secret of a typed code; case, spaces, dashes and look-alikes are forgiven.

    Raises: BadMessage if it cannot be a code.
    """
    letters = text.upper().translate(str.maketrans("OIL", "011", " -\u2013\t\r\n"))
    if len(letters) != CODE_LETTERS or any(letter not in ALPHABET for letter in letters):
        raise BadMessage("an enrolment code has 20 letters and digits")
    return letters[:NAME_LETTERS], letters[NAME_LETTERS:].encode("ascii")


def proof(who: str, secret: bytes, *parts: bytes) -> str:
    """HMAC-SHA256 by which `who` ("kiosk" or "centre") shows that it knows the code; hexadecimal."""
    message = (
        b"hailong/enrol/1\n" + who.encode("ascii") + b"".join(b"\n" + part.hex().encode("ascii") for part in parts)
    )
    return hmac.new(secret, message, hashlib.sha256).hexdigest()


def same(a: str, b: str) -> bool:
    """Constant-time comparison of two proofs."""
    return hmac.compare_digest(a.encode("utf-8", "replace"), b.encode("utf-8", "replace"))


def fingerprint(public_key: bytes) -> str:
    """What two people read to each other to compare a key: 8 groups of 4 hexadecimal digits (128 bits)."""
    text = hashlib.sha256(public_key).hexdigest()[:32]
    return " ".join(text[i : i + 4] for i in range(0, 32, 4))
