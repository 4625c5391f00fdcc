"""What an officer chooses from: fields of work, competent agencies, reasons for taking a slip back. All of it data."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.station.errors import BadLists
from survey.errors import BadMessage
from survey.wire import checked_code

SHIPPED = Path(__file__).with_name("lists.json")
FORMAT = 1
MOST_CHOICES, LONGEST_TEXT = 200, 80
Choices = Mapping[str, str]  # code -> Vietnamese text, in the order of the file


@dataclass(frozen=True, slots=True)
class Lists:
    """`own_agency`: code of the agency at this counter, which is chosen unless the officer chooses another; or ""."""

    fields: Choices
    agencies: Choices
    own_agency: str
    void_reasons: Choices


def read_lists(data: bytes, source: str) -> Lists:
    """Raises: BadLists with every problem; `source` is what messages call the file."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadLists(source, [str(error)]) from None
    names = {"station", "fields", "agencies", "own_agency", "void_reasons"}
    if not isinstance(value, dict) or value.keys() != names or value["station"] != FORMAT:
        raise BadLists(source, [f"an object with exactly {', '.join(sorted(names))} is wanted, station {FORMAT}"])
    problems: list[str] = []
    choices = {name: _choices(value[name], name, problems) for name in ("fields", "agencies", "void_reasons")}
    if value["own_agency"] and value["own_agency"] not in list(choices["agencies"]):
        problems.append("own_agency: is none of the agencies")
    if not choices["void_reasons"]:
        problems.append("void_reasons: at least one is wanted")
    if problems:
        raise BadLists(source, problems)
    return Lists(choices["fields"], choices["agencies"], value["own_agency"], choices["void_reasons"])


def _choices(value: Any, name: str, problems: list[str]) -> dict[str, str]:
    if not isinstance(value, list) or len(value) > MOST_CHOICES:
        problems.append(f"{name}: a list of at most {MOST_CHOICES} is wanted")
        return {}
    found: dict[str, str] = {}
    for number, item in enumerate(value):
        if not isinstance(item, dict) or item.keys() != {"code", "text"}:
            problems.append(f"{name}/{number}: code and text are wanted")
            continue
        code, text = _code(item["code"]), item["text"]
        if not code or code in found:
            problems.append(f"{name}/{number}: {item['code']!r} is no code, or stands there twice")
        elif not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT or not text.isprintable():
            problems.append(f"{name}/{number}: a text of at most {LONGEST_TEXT} letters is wanted")
        else:
            found[code] = unicodedata.normalize("NFC", text)
    return found


def _code(value: Any) -> str:
    try:
        return checked_code(value)
    except BadMessage:
        return ""
