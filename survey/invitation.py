"""The one-time code of a slip and the permanent code of a point: what they say, and how they are spelt and proved.

A code is made at the counter without a network and judged anywhere that holds the point's key: it says which point
(and with it plan and form), the last day on which it may be used, and nothing of a dossier. What leaves the counter,
and what the centre keeps, is never the code but its `token`. Randomness and keys are handed in (docs/decisions/0013).

20 letters of 5 bits: 20 bits number of the point, 12 bits last day, 32 bits nonce, 31 bits of HMAC-SHA256, and one
letter that checks the others.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urlsplit

from survey.enrolment import ALPHABET
from survey.errors import SurveyError

LETTERS, GROUP, UNIT_LETTERS = 20, 5, 5
KEY_BYTES, NONCE_BYTES, TOKEN_HEX = 32, 4, 32
NUMBER_BITS, DAY_BITS, NONCE_BITS, PROOF_BITS = 20, 12, 32, 31
MOST_NUMBER = (1 << NUMBER_BITS) - 1
EPOCH = date(2025, 1, 1)
LAST_DAY = EPOCH + timedelta(days=(1 << DAY_BITS) - 1)
LONGEST_SHOWN = 512  # what a scanner or a finger may bring; a URL of ours has some 60 letters
SLIP_PATH, UNIT_PATH = "P", "U"
TOKEN = re.compile(rf"[0-9a-f]{{{TOKEN_HEX}}}")
SOURCE = "slip/"  # what the outbox remembers a used slip by, followed by its token

_FORGIVEN = str.maketrans("OIL", "011", " -\u2013\u2014\u00a0\t\r\n")
_GF32_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive: its powers of x pass through every letter but 0


class Wrong(StrEnum):
    NOT_A_CODE = "not_a_code"  # some other text
    WRONG_CHECK = "wrong_check"  # of the right shape, but a letter is wrong: somebody mistyped


class BadCode(SurveyError):
    """A text that is no code of ours; `kind` says which way."""

    code = "bad_code"
    hint = "Type the twenty letters under the QR code again, or show it to the scanner."

    def __init__(self, kind: Wrong) -> None:
        self.kind = kind
        super().__init__(kind.value)


@dataclass(frozen=True, slots=True)
class Code:
    """A code whose check letter is right; whether a counter made it, only `is_genuine` tells.

    `number`: of the point, see survey.slip_setup. `last_day`: the last on which it may be used, at the counter's place.
    """

    letters: str

    @property
    def number(self) -> int:
        return _number(self.letters[:-1]) >> (DAY_BITS + NONCE_BITS + PROOF_BITS)

    @property
    def last_day(self) -> date:
        days = _number(self.letters[:-1]) >> (NONCE_BITS + PROOF_BITS) & ((1 << DAY_BITS) - 1)
        return EPOCH + timedelta(days=days)

    @property
    def text(self) -> str:
        """As it is printed to be typed: `XXXXX-XXXXX-XXXXX-XXXXX`."""
        return grouped(self.letters)

    def is_genuine(self, key: bytes) -> bool:
        """Whether it was made with the key of its point, to the last letter: else one slip would have 32 tokens."""
        value = _number(self.letters[:-1])
        proof = (value & ((1 << PROOF_BITS) - 1)).to_bytes(4, "big")
        genuine = hmac.compare_digest(proof, _proof(value >> PROOF_BITS, key).to_bytes(4, "big"))
        return genuine and _check(self.letters[:-1]) == self.letters[-1]

    def is_over(self, today: date) -> bool:
        return today > self.last_day


def make_code(number: int, last_day: date, nonce: bytes, key: bytes) -> Code:
    """A new code of the point `number`, good until the end of `last_day`; `nonce`: 4 bytes of the system's randomness.

    Raises: ValueError for a number, day, nonce or key that no code can say.
    """
    days = (last_day - EPOCH).days
    if not 0 <= number <= MOST_NUMBER or not 0 <= days < (1 << DAY_BITS):
        raise ValueError(f"a code cannot say point {number} or day {last_day}")
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"need {NONCE_BYTES} random bytes")
    said = (number << DAY_BITS | days) << NONCE_BITS | int.from_bytes(nonce, "big")
    letters = _letters(said << PROOF_BITS | _proof(said, key), LETTERS - 1)
    return Code(letters + _check(letters))


def read_code(shown: str) -> Code:
    """The code in what was scanned or typed: bare, grouped, in small letters, or as the address on the slip.

    Raises: BadCode; nothing else, whatever the text.
    """
    letters = _tidy(shown, SLIP_PATH)
    if len(letters) != LETTERS or set(letters) - set(ALPHABET):
        raise BadCode(Wrong.NOT_A_CODE)
    if _check(letters[:-1]) != letters[-1]:
        raise BadCode(Wrong.WRONG_CHECK)
    return Code(letters)


def token_of(code: Code, key: bytes) -> str:
    """What stands for the code in a record and at the centre, 32 hexadecimal digits: without the key of the point it
    leads nowhere, and with the key destroyed nobody can lead it back."""
    return hmac.new(key, b"hailong/slip/1\n" + code.letters.encode("ascii"), hashlib.sha256).hexdigest()[:TOKEN_HEX]


def unit_code(number: int) -> str:
    """The permanent code of a point, five letters with their check letter: on posters, for everyone, no secret."""
    if not 0 <= number <= MOST_NUMBER:
        raise ValueError(f"a code cannot say point {number}")
    letters = _letters(number, UNIT_LETTERS - 1)
    return letters + _check(letters)


def read_unit_code(shown: str) -> int:
    """The number of the point in what was scanned or typed. Raises: BadCode."""
    letters = _tidy(shown, UNIT_PATH)
    if len(letters) != UNIT_LETTERS or set(letters) - set(ALPHABET):
        raise BadCode(Wrong.NOT_A_CODE)
    if _check(letters[:-1]) != letters[-1]:
        raise BadCode(Wrong.WRONG_CHECK)
    return _number(letters[:-1])


def slip_url(base: str, code: Code) -> str:
    """What a slip's QR code holds: the address of its form in capitals, for which a QR code needs the least room; the
    bare letters where the office has no address (`base` "")."""
    return _url(base, SLIP_PATH, code.letters)


def unit_url(base: str, number: int) -> str:
    """What a poster's QR code holds, like `slip_url`."""
    return _url(base, UNIT_PATH, unit_code(number))


def shown_url(url: str) -> str:
    """The address as people read it: scheme and host in small letters, the code's as they are."""
    head, slash, letters = url.rpartition("/")
    host, between, path = head.rpartition("/")
    return f"{host.lower()}{between}{path}{slash}{letters}" if "://" in url else url


def grouped(letters: str) -> str:
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))


def _url(base: str, path: str, letters: str) -> str:
    if not base:
        return letters
    parts = urlsplit(base)
    if parts.path.strip("/"):  # a path may tell capitals from small letters
        return f"{parts.scheme.upper()}://{parts.netloc.upper()}{parts.path.rstrip('/')}/{path}/{letters}"
    return f"{parts.scheme.upper()}://{parts.netloc.upper()}/{path}/{letters}"


def _tidy(shown: str, path: str) -> str:
    """The letters of what was shown; "" for what is far too long, or is the address of something else."""
    text = shown[: LONGEST_SHOWN + 1].strip().upper()
    if len(text) > LONGEST_SHOWN:
        return ""
    if "/" in text:
        head, _, text = text.split("?")[0].split("#")[0].rstrip("/").rpartition("/")
        if head.rpartition("/")[2] != path:
            return ""
    return text.translate(_FORGIVEN)


def _proof(said: int, key: bytes) -> int:
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes")
    mac = hmac.new(key, b"hailong/invitation/1\n" + said.to_bytes(8, "big"), hashlib.sha256).digest()
    return int.from_bytes(mac[:4], "big") & ((1 << PROOF_BITS) - 1)


def _letters(value: int, count: int) -> str:
    return "".join(ALPHABET[value >> 5 * place & 31] for place in reversed(range(count)))


def _number(letters: str) -> int:
    value = 0
    for letter in letters:
        value = value << 5 | ALPHABET.index(letter)
    return value


def _check(letters: str) -> str:
    """One Reed–Solomon symbol over GF(32): every wrong letter and every two that changed places show."""
    total = 0
    for place, letter in enumerate(letters):
        total ^= _times(ALPHABET.index(letter), place + 1)
    return ALPHABET[total]


@lru_cache(maxsize=1024)
def _times(value: int, power: int) -> int:
    """`value` times x to the `power` in GF(32)."""
    for _ in range(power):
        value = value << 1 ^ (_GF32_POLYNOMIAL if value & 16 else 0)
    return value
