"""How long a page stood open, carried by the page itself: the centre keeps no instant for it. Signed by the office."""

from datetime import datetime

from django.core.signing import Signer
from django.utils.crypto import constant_time_compare

LONGEST_S = 600  # a page that stood open longer was left, not read


def write(name: str, question: str, now: datetime) -> str:
    """What the page of this draft's question carries."""
    second = int(now.timestamp())
    return f"{second}.{_proof(name, question, second)}"


def stood_s(text: str, name: str, question: str, now: datetime) -> int:
    """Whole seconds since then, at most `LONGEST_S`; 0 for what this office did not write for this page."""
    second, _, proof = text.partition(".")
    if not second.isdecimal() or not second.isascii() or len(second) > 12:
        return 0
    if not constant_time_compare(proof, _proof(name, question, int(second))):
        return 0
    return min(max(int(now.timestamp()) - int(second), 0), LONGEST_S)


def _proof(name: str, question: str, second: int) -> str:
    return Signer(salt="hailong.phone.stamp").signature(f"{name} {question} {second}")
