"""The kinds of units, as data: `data/kinds.json`, in the order in which they stand under one parent. Knows no unit."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from survey.canonical import nfc
from survey.vietnamese import fold, weak

POINT = "diem"


@dataclass(frozen=True, slots=True)
class Kind:
    """`words`: with which a name of this kind may begin («Xã Nam Đà») and by which it is not sorted."""

    code: str
    label: str
    words: tuple[str, ...]
    also: tuple[str, ...]
    rank: int


@cache
def kinds() -> dict[str, Kind]:
    text = files("central_office.units").joinpath("data", "kinds.json").read_text("utf-8")
    found = (
        Kind(k["code"], k["label"], tuple(k["words"]), tuple(k["also"]), i) for i, k in enumerate(json.loads(text))
    )
    return {kind.code: kind for kind in found}


def label(code: str) -> str:
    return kinds()[code].label if code in kinds() else code


def rank(code: str) -> int:
    return kinds()[code].rank if code in kinds() else len(kinds())


def read_kind(text: str) -> str:
    """The code of a kind told by code, label or one of its words, however it is typed; "" if it is none."""
    return _spellings().get(weak(text.replace("_", " ")), "")


def kind_of_name(name: str) -> str:
    """What «Thị trấn Đắk Mâm» says of its own kind; "" if it says nothing. «Thành phố» may be two kinds: nothing."""
    begun = [kind.code for kind in kinds().values() if any(_begins(name, word) for word in kind.words)]
    return begun[0] if len(begun) == 1 else ""


def bare(name: str, kind: str) -> str:
    """`name` without the word of its kind: what is sorted «theo vần abc», and what people leave out when they type."""
    words = kinds()[kind].words if kind in kinds() else ()
    found = next((word for word in words if _begins(name, word)), "")
    rest = name[len(found) :].strip()
    return name if rest[:2].casefold() == "số" or rest.isdigit() else rest


@cache
def _spellings() -> dict[str, str]:
    """The kind that each word means; of several the highest."""
    found: dict[str, str] = {}
    for kind in kinds().values():
        for each in (kind.code.replace("_", " "), kind.label, *kind.words, *kind.also):
            found.setdefault(weak(each), kind.code)
    return found


def _begins(name: str, word: str) -> bool:
    """Cut before folding: most names begin otherwise, and folding is dear."""
    begun = nfc(name[: 3 * len(word) + 1])
    return begun[len(word) : len(word) + 1] == " " and fold(begun[: len(word)]) == _folded(word)


_folded = cache(fold)
