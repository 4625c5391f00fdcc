"""A code of digits and what the configuration keeps of it: a salted scrypt hash. Compares; counts no tries."""

import hashlib
import hmac
import re
from collections.abc import Callable

LEAST_DIGITS, MOST_DIGITS = 6, 10
SALT_BYTES, HASH_BYTES = 16, 32
COST, BLOCK, LANES = 2**14, 8, 1  # 16 MB and about a tenth of a second on a Pi: ten million guesses take days
MEMORY_BYTES = 64 * 1024 * 1024
_CODE = re.compile(rf"[0-9]{{{LEAST_DIGITS},{MOST_DIGITS}}}")
_HASH = re.compile(rf"scrypt\${COST}\${BLOCK}\${LANES}\$([0-9a-f]{{{2 * SALT_BYTES}}})\$([0-9a-f]{{{2 * HASH_BYTES}}})")


def is_code(text: str) -> bool:
    """Six to ten digits of which not all are the same."""
    return bool(_CODE.fullmatch(text)) and len(set(text)) > 1


def is_hash(text: str) -> bool:
    """Whether `make_hash` could have written it."""
    return bool(_HASH.fullmatch(text))


def make_hash(code: str, randomness: Callable[[int], bytes]) -> str:
    """What `kiosk.toml` keeps. Raises: ValueError for what is no code."""
    if not is_code(code):
        raise ValueError(f"a code is {LEAST_DIGITS} to {MOST_DIGITS} digits, not all the same")
    salt = randomness(SALT_BYTES)
    return f"scrypt${COST}${BLOCK}${LANES}${salt.hex()}${_stretched(code, salt).hex()}"


def matches(code: str, kept: str) -> bool:
    """Whether `kept` was made of `code`; False for "" and for what is no hash."""
    found = _HASH.fullmatch(kept)
    if found is None:
        return False
    return hmac.compare_digest(_stretched(code, bytes.fromhex(found[1])), bytes.fromhex(found[2]))


def _stretched(code: str, salt: bytes) -> bytes:
    return hashlib.scrypt(
        code.encode("ascii"), salt=salt, n=COST, r=BLOCK, p=LANES, maxmem=MEMORY_BYTES, dklen=HASH_BYTES
    )
