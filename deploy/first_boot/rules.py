"""Rules for single values of a settings table, each said in Vietnamese where it is broken. Knows no table.

A rule takes a value and returns what it must be, or "" where it is that.
"""

import re
from collections.abc import Callable
from typing import Any, TypeAlias

Rule: TypeAlias = Callable[[Any], str]
Value: TypeAlias = str | int | float | bool | list[str] | list[int]
BARE = re.compile(r"[A-Za-z0-9_-]{1,40}")  # a key as it may be repeated on a screen; any other one is only pointed at
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = "|".join(DAYS)
_TIME = "([01][0-9]|2[0-3]):([0-5][0-9])"  # \d would let the digits of other scripts in
_SPAN = re.compile(rf"(?:({_DAY})(?:-({_DAY}))? )?{_TIME}-{_TIME}")


def flag(value: Any) -> str:
    return "" if isinstance(value, bool) else "phải là true hoặc false, không có ngoặc kép"


def text(value: Any) -> str:
    """One line: in a file that is written line by line a break would begin a setting of its own."""
    return "" if isinstance(value, str) and value.isprintable() else "phải là chữ trong ngoặc kép"


def path(value: Any) -> str:
    good = not text(value) and value.startswith("/")
    return "" if good else 'phải là đường dẫn trong ngoặc kép, bắt đầu bằng "/"'


def number(least: float, most: float) -> Rule:
    """A range that holds its ends; "nan" lies in none."""

    def rule(value: Any) -> str:
        good = isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most
        return "" if good else f"phải là số từ {least:g} đến {most:g}"

    return rule


def one_of(*allowed: str | int) -> Rule:
    def rule(value: Any) -> str:
        good = any(type(value) is type(each) and value == each for each in allowed)
        return "" if good else f"phải là {_listed(allowed)}"

    return rule


def some_of(*allowed: str) -> Rule:
    def rule(value: Any) -> str:
        good = isinstance(value, list) and value and all(isinstance(each, str) and each in allowed for each in value)
        return "" if good else f"phải là danh sách, gồm {_listed(allowed)}"

    return rule


def like(pattern: str, example: str, empty: bool = False) -> Rule:
    """A text of one shape. `empty`: or none, which takes the setting back."""
    shape = re.compile(pattern)

    def rule(value: Any) -> str:
        good = isinstance(value, str) and (shape.fullmatch(value) or (empty and not value))
        return "" if good else f"phải là {example}"

    return rule


def pins(*counts: int) -> Rule:
    """BCM numbers on a Pi's header, each once; as many as one of `counts`."""

    def rule(value: Any) -> str:
        if not isinstance(value, list) or any(type(each) is not int or not 0 <= each <= 27 for each in value):
            return "phải là danh sách số chân BCM từ 0 đến 27, ví dụ [5, 6, 13]"
        if len(set(value)) < len(value):
            return "có một chân ghi hai lần"
        many = ", ".join(str(count) for count in counts)
        return "" if len(value) in counts else f"số chân phải là một trong: {many}"

    return rule


def hours(value: Any) -> str:
    good = isinstance(value, list) and all(isinstance(each, str) and _is_span(each) for each in value)
    return "" if good else 'phải là danh sách giờ mở cửa, ví dụ ["07:30-11:30", "sat 07:30-11:30"]'


def _is_span(span: str) -> bool:
    found = _SPAN.fullmatch(span)
    if found is None:
        return False
    from_h, from_min, to_h, to_min = map(int, found.groups()[2:])
    if from_h * 60 + from_min >= to_h * 60 + to_min:
        return False
    return found[1] is None or DAYS.index(found[1]) <= DAYS.index(found[2] or found[1])


def _listed(allowed: tuple[str | int, ...]) -> str:
    names = [f'"{each}"' if isinstance(each, str) else str(each) for each in allowed]
    return " hoặc ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
