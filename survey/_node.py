"""Reads a JSON document field by field and gathers every problem with its place; for the form and plan readers."""

import json
import re
from collections.abc import Iterator
from typing import Any

from survey.canonical import nfc
from survey.errors import BadFile, Problem

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
LONGEST_TEXT = 2000


def load(data: bytes, source: str) -> dict[str, Any]:
    """The JSON object in `data`; duplicate keys and other roots are refused.

    Raises: BadFile naming `source`, line and column.
    """
    try:
        document = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_no_twins)
    except json.JSONDecodeError as error:
        raise BadFile(source, [Problem(f"line {error.lineno} column {error.colno}", error.msg)]) from None
    except UnicodeDecodeError as error:
        raise BadFile(source, [Problem(f"byte {error.start}", "not UTF-8")]) from None
    except (ValueError, RecursionError) as error:
        raise BadFile(source, [Problem("", str(error))]) from None
    if not isinstance(document, dict):
        raise BadFile(source, [Problem("", "the document is not an object")])
    return document


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen:
            raise ValueError(f"key {key!r} stands twice in one object")
        seen[key] = value
    return seen


class Node:
    """One object of a document. A wrong field is noted in `problems` and read as a harmless default, so that
    every problem of a file is reported at once."""

    def __init__(self, value: Any, place: str, problems: list[Problem]) -> None:
        self.place = place
        self.problems = problems
        self._asked: set[str] = set()
        if not isinstance(value, dict):
            self.problem("", "expected an object")
            value = {}
        self.value: dict[str, Any] = value

    def problem(self, key: str, reason: str) -> None:
        self.problems.append(Problem(f"{self.place}/{key}" if key else self.place, reason))

    def has(self, key: str) -> bool:
        self._asked.add(key)
        return key in self.value

    def string(self, key: str, default: str | None = None) -> str:
        value = self._get(key, default)
        if not isinstance(value, str):
            self._wrong(key, value, "a string")
            return ""
        if len(value) > LONGEST_TEXT:
            self.problem(key, f"longer than {LONGEST_TEXT} characters")
        if any(letter < " " or "\ud800" <= letter <= "\udfff" for letter in value):
            self.problem(key, "holds a control or half character")
        return nfc(value)

    def code(self, key: str, default: str | None = None) -> str:
        value = self.string(key, default)
        if value and not CODE.fullmatch(value):
            self.problem(key, f"{value!r} is not a code (letters, digits, . _ -; at most 40)")
        return value

    def choice(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        value = self.string(key, default)
        if value not in allowed and (value or self.has(key)):
            self.problem(key, f"{value!r} is none of {', '.join(allowed)}")
        return value

    def integer(self, key: str, least: int, most: int, default: int | None = None) -> int:
        value = self._get(key, default)
        if type(value) is not int:
            self._wrong(key, value, "a whole number")
            return least
        if not least <= value <= most:
            self.problem(key, f"{value} is outside {least} to {most}")
        return value

    def flag(self, key: str) -> bool:
        value = self._get(key, False)
        if not isinstance(value, bool):
            self._wrong(key, value, "true or false")
            return False
        return value

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of strings, each like `string`; none where it is absent."""
        value = self._get(key, [])
        if not isinstance(value, list):
            self._wrong(key, value, "a list of strings")
            return ()
        items = Node({str(position): item for position, item in enumerate(value)}, f"{self.place}/{key}", self.problems)
        return tuple(items.string(position) for position in items.value)

    def texts(self, key: str, *, optional: bool = False) -> dict[str, str]:
        """One text in several languages; Vietnamese is always there unless the whole text may be absent."""
        if optional and not self.has(key):
            return {}
        node = self.child(key)
        texts = {}
        for language in list(node.value):
            if not LANGUAGE.fullmatch(language):
                node.problem(language, "is not a language tag")
            texts[language] = node.string(language)
            if not texts[language].strip():
                node.problem(language, "is empty")
        if "vi" not in texts:
            node.problem("vi", "the Vietnamese text is missing")
        return texts

    def child(self, key: str) -> "Node":
        return Node(self._get(key, None), f"{self.place}/{key}", self.problems)

    def children(self, key: str, *, optional: bool = False) -> Iterator["Node"]:
        value = self._get(key, [] if optional else None)
        if not isinstance(value, list):
            self._wrong(key, value, "a list")
            return
        for position, item in enumerate(value):
            node = Node(item, f"{self.place}/{key}/{position}", self.problems)
            yield node
            node.done()

    def done(self) -> None:
        """Unknown keys are errors: a misspelt field must not be silently ignored."""
        for key in self.value:
            if key not in self._asked:
                self.problem(key, "unknown field")

    def _get(self, key: str, default: Any) -> Any:
        self._asked.add(key)
        return self.value.get(key, default)

    def _wrong(self, key: str, value: Any, wanted: str) -> None:
        self.problem(key, "is missing" if value is None else f"expected {wanted}")
