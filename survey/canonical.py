"""The one byte form of everything that is hashed or signed: canonical JSON.

Sorted keys, no spaces, UTF-8, NFC, integers and strings only (no float has one spelling everywhere, and null and
absent would be two ways to say one thing). Knows nothing of what the values mean.
"""

import hashlib
import json
import unicodedata
from typing import TypeAlias, cast

from survey.errors import NotCanonical

Value: TypeAlias = "int | str | list[Value] | dict[str, Value]"

LARGEST_INTEGER = 2**53 - 1  # RFC 8785 3.2.2.3: beyond this other languages lose digits
DEEPEST = 16
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def encode(value: object) -> bytes:
    """Canonical bytes of `value`.

    Raises: NotCanonical for floats, booleans, null, text outside NFC, lone surrogates, nesting deeper than 16.
    """
    _check(value, 0)
    try:
        return dumps(value).encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical(f"text is not Unicode: {error.reason}") from None


def encode_layout(value: object) -> bytes:
    """Canonical bytes of a value whose types the caller has checked; half the time of `encode`, on a tap's path.

    Raises: NotCanonical for text outside NFC and lone surrogates.
    """
    text = dumps(value)
    _check_text(text)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical(f"text is not Unicode: {error.reason}") from None


def decode(data: bytes) -> Value:
    """The value of canonical bytes.

    Raises: NotCanonical if the bytes are anything but what `encode` would give for that value.
    """
    try:
        value: Value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NotCanonical(f"not JSON: {error}") from None
    if encode(value) != data:
        raise NotCanonical("not in canonical order, spacing or escaping")
    return value


def decode_layout(data: bytes) -> object:
    """The value of bytes whose order, spacing, escaping and NFC are canonical; types are the caller's to check.

    A third of the time of `decode`: for records, where the centre checks the type of every leaf anyway.
    Raises: NotCanonical.
    """
    try:
        text = data.decode("utf-8")
        value = json.loads(text)
        canonical = dumps(value) == text and (text.isascii() or unicodedata.is_normalized("NFC", text))
    except (ValueError, RecursionError) as error:
        raise NotCanonical(f"not JSON: {error}") from None
    if not canonical:
        raise NotCanonical("not in canonical order, spacing, escaping or normal form")
    return cast(object, value)


def dumps(value: object) -> str:
    """Sorted, compact JSON text; the caller has checked the types."""
    return _ENCODER.encode(value)


def digest(data: bytes) -> str:
    """SHA-256 of `data`, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def nfc(text: str) -> str:
    """`text` in Unicode normal form C, the only form that is stored (Vietnamese keyboards give both)."""
    return unicodedata.normalize("NFC", text)


def _check(value: object, depth: int) -> None:
    if depth > DEEPEST:
        raise NotCanonical(f"nested deeper than {DEEPEST}")
    kind = type(value)
    if kind is str:
        _check_text(value)  # type: ignore[arg-type]
    elif kind is int:
        if not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:  # type: ignore[operator]
            raise NotCanonical("integer beyond 2^53 - 1")
    elif kind is dict:
        for key, child in value.items():  # type: ignore[attr-defined]
            if type(key) is not str:
                raise NotCanonical("a key is not a string")
            _check_text(key)
            _check(child, depth + 1)
    elif kind is list:
        for child in value:  # type: ignore[attr-defined]
            _check(child, depth + 1)
    else:
        raise NotCanonical(f"{kind.__name__} is not an integer, string, list or object")


def _check_text(text: str) -> None:
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        raise NotCanonical("text is not in Unicode normal form C")
