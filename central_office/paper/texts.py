"""The office's own words on paper, as data: the shipped ones, and those of a province that says it otherwise."""

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from central_office.paper.errors import Unprintable
from central_office.paper.lettering import without_letters
from survey.errors import BadFile, Problem
from survey.form import Texts, text_in

SHIPPED = Path(__file__).parent / "texts.json"
MAY_BE_EMPTY = frozenset({"heading", "helpers", "promise"})


@dataclass(frozen=True, slots=True)
class PosterTexts:
    """`heading`: name of the body that asks, as its documents are headed (a Party body's is not the State's); empty
    takes the plan's issuer. `step1`…`step3`: what to do. `helpers`: the rule for who helps at the counter."""

    heading: Texts
    headline: Texts
    scan: Texts
    address: Texts
    step1: Texts
    step2: Texts
    step3: Texts
    promise: Texts
    helpers: Texts
    from_: Texts
    to: Texts
    unit: Texts


@dataclass(frozen=True, slots=True)
class FormTexts:
    """`only_if` … `chosen`, `any_at` … `or_lower`: the words around a number and an answer in a condition."""

    promise: Texts
    scan: Texts
    number: Texts
    once: Texts
    office: Texts
    question: Texts
    only_if: Texts
    chosen: Texts
    any_at: Texts
    or_lower: Texts
    skip: Texts
    yes: Texts
    no: Texts
    page: Texts


OwnTexts = TypeVar("OwnTexts", PosterTexts, FormTexts)
PARTS: dict[type, str] = {PosterTexts: "poster", FormTexts: "form"}


def load_texts(kind: type[OwnTexts], own: Path | None = None) -> OwnTexts:
    """The shipped texts, with those that the file `own` gives in their place. Raises: BadFile, OSError."""
    known = {field.name.rstrip("_") for field in fields(kind)}
    found = _part(SHIPPED, PARTS[kind])
    if own is not None:
        given = _part(own, PARTS[kind])
        if problems := list(_problems(given, known, PARTS[kind])):
            raise BadFile(own.name, problems)
        found |= given
    return kind(**{field.name: found[field.name.rstrip("_")] for field in fields(kind)})


def _part(path: Path, part: str) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text("utf-8-sig"))
    except ValueError as error:
        raise BadFile(path.name, [Problem("", f"no JSON: {error}")]) from error
    if not isinstance(document, dict) or not isinstance(document.get(part, {}), dict):
        raise BadFile(path.name, [Problem(f"/{part}", "is not an object")])
    if unknown := sorted(document.keys() - set(PARTS.values())):
        raise BadFile(path.name, [Problem(f"/{key}", "is unknown") for key in unknown])
    return dict(document.get(part, {}))


def _problems(given: dict[str, Any], known: set[str], part: str) -> list[Problem]:
    found = []
    for key, value in given.items():
        place = f"/{part}/{key}"
        if key not in known:
            found.append(Problem(place, "is unknown"))
        elif not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            found.append(Problem(place, "is not an object of texts by language"))
        elif not str(value.get("vi", "")).strip() and (key not in MAY_BE_EMPTY or value):
            found.append(Problem(f"{place}/vi", "is missing"))
    return found


def check_language(main: Texts, texts: "list[Texts]", language: str) -> None:
    """Refuse a language in which `main` says nothing, or whose letters the font has not: an empty box is no word.

    Raises: Unprintable.
    """
    if not main.get(language):
        raise Unprintable(f"there are no texts in language {language!r}", f"There are: {', '.join(sorted(main))}.")
    missing = "".join(sorted({c for each in texts for c in without_letters(text_in(each, language))}))
    if missing:
        raise Unprintable(
            f"the print font has no letters {missing[:20]!r} (language {language})",
            "Print in another language (--language vi), or leave these characters out.",
        )


def all_texts(texts: PosterTexts | FormTexts) -> list[Texts]:
    return [getattr(texts, field.name) for field in fields(texts)]
