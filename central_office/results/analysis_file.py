"""An analysis as a file and back, exactly: canonical JSON, the plan inside as its own file's text. Knows no figure.

The dataclasses of `analysis` are the layout; a new part with a default leaves older files readable. What is None is
left out, truth is 1 or 0, an instant is in UTC, a day is YYYY-MM-DD: one value has one spelling.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from central_office.results.analysis import Analysis
from survey.canonical import Value, decode, encode
from survey.errors import NotCanonical
from survey.plan import Plan
from survey.plan_file import read_plan

FORMAT = 1
KIND = "hailong-analysis"


class BadAnalysis(Exception):
    """Bytes that are no analysis of a known format."""

    code = "bad_analysis"
    hint = "Take the file from the frozen round again; a newer one needs a newer office."


def write_analysis(analysis: Analysis, plan_text: str) -> bytes:
    """Canonical bytes; `plan_text`: the file that the plan was read from. Raises: BadAnalysis if it is another's."""
    if plan_of(plan_text) != analysis.plan:
        raise BadAnalysis("the plan's text says something else than the analysis")
    parts = cast("dict[str, Value]", _write(analysis, leave_out="plan"))
    return encode({"v": FORMAT, "kind": KIND, "plan": plan_text, "analysis": parts})


def read_analysis(data: bytes) -> tuple[Analysis, str]:
    """The analysis, and the text of its plan's file. Raises: BadAnalysis; BadFile for the plan."""
    try:
        said: Any = decode(data)
    except NotCanonical as error:
        raise BadAnalysis(str(error)) from None
    if not isinstance(said, dict) or (said.get("v"), said.get("kind")) != (FORMAT, KIND):
        raise BadAnalysis("not an analysis of format 1")
    text, parts = said.get("plan"), said.get("analysis")
    if not isinstance(text, str) or not isinstance(parts, dict):
        raise BadAnalysis("plan or analysis is missing")
    return cast(Analysis, _read_parts(Analysis, parts, {"plan": plan_of(text)})), text


def plan_of(text: str) -> Plan:
    return read_plan(text.encode(), "plan")


def _write(value: object, leave_out: str = "") -> Value:
    if is_dataclass(value):
        held = ((part.name, getattr(value, part.name)) for part in fields(value))
        return {name: _write(each) for name, each in held if each is not None and name != leave_out}
    if isinstance(value, Mapping):
        return {_key(key): _write(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_write(each) for each in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else int(cast(int, value))


def _key(key: object) -> str:
    return key.isoformat() if isinstance(key, date) else str(key)


def _read(kind: Any, value: Any) -> Any:
    """`value` as the type `kind` that the dataclass names."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _read(next(each for each in inner if each is not types.NoneType), value)
    if origin is tuple and len(inner) == 2 and inner[1] is Ellipsis:
        return tuple(_read(inner[0], each) for each in _as(list, value))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {_read(inner[0], key): _read(inner[1], each) for key, each in _as(dict, value).items()}
    if is_dataclass(kind):
        return _read_parts(kind, _as(dict, value), {})
    return _leaf(kind, value)


def _leaf(kind: Any, value: Any) -> Any:
    if kind is bool and value in (0, 1):
        return bool(value)
    if kind in (int, str):
        return _as(kind, value)
    readers: Mapping[Any, Callable[[str], Any]] = {datetime: datetime.fromisoformat, date: date.fromisoformat}
    reader = readers.get(kind) or (kind if isinstance(kind, type) and issubclass(kind, StrEnum) else None)
    try:
        if reader is not None:
            return reader(_as(str, value))
    except ValueError as error:
        raise BadAnalysis(str(error)) from None
    raise BadAnalysis(f"{value!r} is no {kind}")


def _as(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise BadAnalysis(f"{value!r} is no {kind.__name__}")
    return value


def _read_parts(kind: Any, said: Mapping[str, Any], known: Mapping[str, Any]) -> Any:
    hints = get_type_hints(kind)
    if unknown := said.keys() - hints.keys():
        raise BadAnalysis(f"{kind.__name__} knows no {', '.join(sorted(unknown))}")
    parts = dict(known)
    for part in fields(kind):
        if part.name in said:
            parts[part.name] = _read(hints[part.name], said[part.name])
        elif part.name not in parts and part.default is MISSING and part.default_factory is MISSING:
            if types.NoneType not in get_args(hints[part.name]):
                raise BadAnalysis(f"{kind.__name__} lacks {part.name}")
            parts[part.name] = None
    return kind(**parts)
