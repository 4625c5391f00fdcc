"""How a process's settings file (TOML) becomes a frozen dataclass: unknown keys refused, all problems listed at once.

Knows no file: the text is handed in. Supported field types: str, int, float, bool, Path, and list[dict] for tables.
"""

import dataclasses
import tomllib
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from survey.errors import BadFile, Problem

Settings = TypeVar("Settings")
TOML_NAMES = {str: "a string", int: "a whole number", float: "a number", bool: "true or false", Path: "a path"}


def read_settings(cls: type[Settings], text: str, source: str) -> Settings:
    """An instance of the dataclass `cls` from TOML; fields without a default are required.

    Raises: BadFile naming every unknown key, missing key and wrong type.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadFile(source, [Problem("", str(error))]) from None
    problems: list[Problem] = []
    fields = {field.name: field for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
    hints = get_type_hints(cls)
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in fields:
            problems.append(Problem(f"/{key}", f"unknown key; known are {', '.join(sorted(fields))}"))
        elif (converted := _converted(hints[key], value)) is None:
            problems.append(Problem(f"/{key}", f"expected {TOML_NAMES.get(hints[key], 'a list of tables')}"))
        else:
            values[key] = converted
    problems.extend(
        Problem(f"/{name}", "is missing")
        for name, field in fields.items()
        if name not in table and field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    )
    if problems:
        raise BadFile(source, problems)
    return cls(**values)


def _converted(wanted: Any, value: Any) -> Any:
    """`value` as the type of its field; None when it does not fit (TOML has no null)."""
    if wanted is Path:
        return Path(value) if isinstance(value, str) and value else None
    if wanted is float and type(value) is int:
        return float(value)
    if wanted in (str, int, float, bool):
        return value if type(value) is wanted else None
    return value if isinstance(value, list) and all(isinstance(item, dict) for item in value) else None
