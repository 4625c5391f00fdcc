"""Finds in a comment what tells who wrote it: telephone, identity card, e-mail. Pure; what it finds is kept nowhere.

It is shown to its writer before sending, at the kiosk and on the phone, and to nobody else. Names are not looked for:
too many words are names.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

MOST_GROUPS = 14  # digits parted one by one
_RUN = re.compile(r"\+?\d+(?:[ .\-]{1,3}\d+)*")
_DIGITS = re.compile(r"\d+")
_WORD = r"(?<![\w.+\-])[^\W_][\w.+\-]*"  # from its first letter on: no second try within a word
_AT = r"\s?(?:@|\(at\)|\[at\]|\ba còng\b)\s?"
_DOMAIN = r"[^\W_][\w\-]*(?:\s?(?:\.|\bchấm\b)\s?[^\W\d_]{2,})+"
_SERVICE = r"(?:gmail|yahoo|outlook|hotmail|icloud)\s?(?:\.|\bchấm\b)\s?com\b"
_EMAIL = re.compile(rf"{_WORD}{_AT}{_DOMAIN}|{_WORD}{_AT}(?:gmail|yahoo)\b|{_WORD}\s{_SERVICE}", re.IGNORECASE)
_MOBILE = re.compile(r"(?:84|0)0?[35789]\d{8}")
_LANDLINE = re.compile(r"(?:84|0)2\d{9}")
_OLD_MOBILE = re.compile(r"01[2689]\d{8}")  # eleven digits, until 2018; people still write them
_MONEY = re.compile(r"\s?(?:đ|đồng|vnđ|vnd|triệu|tỷ|tỉ|nghìn|ngàn)(?!\w)", re.IGNORECASE)


class Kind(StrEnum):
    PHONE = "phone"
    IDENTITY = "identity"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Finding:
    """`text` as it stands in the comment, from `start`."""

    kind: Kind
    text: str
    start: int


def found(text: str) -> tuple[Finding, ...]:
    """All that looks personal in `text`, in its order, without overlaps."""
    emails = [Finding(Kind.EMAIL, match[0].strip(), match.start()) for match in _EMAIL.finditer(text)]
    numbers = [finding for run in _RUN.finditer(text) for finding in _numbers(run, text)]
    kept = [one for one in numbers if not any(_meet(one, email) for email in emails)]
    return tuple(sorted([*emails, *kept], key=lambda finding: finding.start))


def _meet(one: Finding, other: Finding) -> bool:
    return one.start < other.start + len(other.text) and other.start < one.start + len(one.text)


def _numbers(run: re.Match[str], text: str) -> list[Finding]:
    """Numbers made of neighbouring groups of one run of digits: telephones first, then the earliest and longest."""
    candidates = sorted(_candidates(run, text), key=lambda one: (one.kind is not Kind.PHONE, one.start, -len(one.text)))
    kept: list[Finding] = []
    for one in candidates:
        if not any(_meet(one, other) for other in kept):
            kept.append(one)
    return kept


def _candidates(run: re.Match[str], text: str) -> Iterator[Finding]:
    groups = [(run.start() + m.start(), run.start() + m.end()) for m in _DIGITS.finditer(run[0])]
    for first, (start, _) in enumerate(groups):
        for last in range(first, min(first + MOST_GROUPS, len(groups))):
            end = groups[last][1]
            kind = _kind([text[a:b] for a, b in groups[first : last + 1]], text[end:])
            if kind is not None:
                yield Finding(kind, text[start:end], start)


def _kind(groups: list[str], after: str) -> Kind | None:
    """What `groups` of digits are, if anything. An amount of money has groups of three as an identity number has."""
    digits = "".join(groups)
    if any(form.fullmatch(digits) for form in (_MOBILE, _LANDLINE, _OLD_MOBILE)):
        return Kind.PHONE
    if len(digits) not in (9, 12) or _MONEY.match(after) or _is_amount(groups):
        return None
    if len(digits) == 12 and digits[0] == "0":
        return Kind.IDENTITY
    lengths = {len(group) for group in groups}
    return Kind.IDENTITY if min(lengths) > 1 or lengths == {1} else None


def _is_amount(groups: list[str]) -> bool:
    """Round thousands: 200.000.000, 1500000000."""
    return groups[-1].endswith("000") and groups[0][0] != "0"
