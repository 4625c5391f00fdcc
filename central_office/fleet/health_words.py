"""What the doctor's codes (survey.health) are called at the office, in Vietnamese. Decides nothing."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from survey.health import UNKNOWN


@cache
def words() -> Mapping[str, str]:
    """By code."""
    text = files("central_office.fleet").joinpath("data/health.json").read_text("utf-8")
    return dict(json.loads(text))


def named(codes: Iterable[str]) -> list[str]:
    """The words of `codes`; of one that this office does not know those of UNKNOWN, once."""
    known = words()
    return list(dict.fromkeys(known.get(code, known[UNKNOWN]) for code in codes))
