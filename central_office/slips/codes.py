"""Codes that the office itself makes, for forms on paper. Knows no paper."""

import secrets
from datetime import date

from central_office.slips.keys import key_of
from central_office.slips.numbers import number_of
from survey.invitation import NONCE_BYTES, Code, make_code


def office_codes(plan: str, point: str, count: int, last_day: date) -> list[Code]:
    """`count` new codes of the point, no two the same, good until the end of `last_day`.

    Raises: NoSuchPoint; ValueError for a day that no code can say; NoKey when the plan is long over.
    """
    number = number_of(plan, point)
    key = key_of(number)
    found: dict[str, Code] = {}
    while len(found) < count:
        code = make_code(number, last_day, secrets.token_bytes(NONCE_BYTES), key)
        found[code.letters] = code
    return list(found.values())
