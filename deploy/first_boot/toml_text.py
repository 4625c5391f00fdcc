"""Sets single values in a TOML text and leaves every other line, comments too, as a technician wrote it."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from itertools import pairwise

from deploy.first_boot.rules import Value

HEADER = re.compile(r"^\s*\[")


def set_value(text: str, table: str, key: str, value: Value) -> str:
    """`text` with `key` of `table` ("" for the top) set. Raises: ValueError where that is not what comes out of it."""
    line = f"{key} = {json.dumps(value, ensure_ascii=False)}"
    lines = text.splitlines()
    first, last = _span(lines, table)
    if first is None:
        lines += ["", f"[{table}]", line]
    else:
        own = re.compile(rf"^\s*{re.escape(key)}\s*=")
        found = [n for n in range(first, last) if own.match(lines[n])]
        if found:
            lines[found[0]] = line
        else:
            lines.insert(first, line)
    made = "\n".join(lines) + "\n"
    wanted = tomllib.loads(text)
    (wanted.setdefault(table, {}) if table else wanted)[key] = value
    return _checked(made, wanted, key)


def drop_table(text: str, name: str) -> str:
    """`text` without [`name`], or without every [[`name`]]. Raises: ValueError as `set_value` does."""
    lines = text.splitlines()
    heads = [n for n, line in enumerate(lines) if HEADER.match(line)] + [len(lines)]
    kept = lines[: heads[0]]
    for first, after in pairwise(heads):
        keeps = first
        if re.fullmatch(rf"\s*\[\[?\s*{re.escape(name)}\s*\]\]?\s*(#.*)?", lines[first]):
            keeps = after
            while keeps > first + 1 and re.match(r"\s*(#|$)", lines[keeps - 1]):
                keeps -= 1  # what stands before the next table belongs to that
        kept += lines[keeps:after]
    wanted = tomllib.loads(text)
    wanted.pop(name, None)
    return _checked("\n".join(kept) + "\n", wanted, name)


def set_tables(text: str, name: str, rows: Sequence[Mapping[str, Value]]) -> str:
    """`text` with these [[`name`]] in the place of those that were there. Raises: ValueError as `set_value` does."""
    made = drop_table(text, name)
    for row in rows:
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in row.items()]
        made = "\n".join([made.rstrip("\n"), "", f"[[{name}]]", *lines, ""])
    wanted = tomllib.loads(text)
    wanted.pop(name, None)
    if rows:
        wanted[name] = [dict(row) for row in rows]
    return _checked(made, wanted, name)


def _checked(made: str, wanted: Mapping[str, object], what: str) -> str:
    try:
        if tomllib.loads(made) == wanted:
            return made
    except tomllib.TOMLDecodeError:
        pass
    raise ValueError(f"{what}: tệp cài đặt trong máy viết theo kiểu không sửa từng dòng được")


def _span(lines: list[str], table: str) -> tuple[int | None, int]:
    """The lines of a table, its header not among them."""
    heads = [n for n, line in enumerate(lines) if HEADER.match(line)] + [len(lines)]
    if not table:
        return 0, heads[0]
    for place, number in enumerate(heads[:-1]):
        if re.fullmatch(rf"\s*\[\s*{re.escape(table)}\s*\]\s*(#.*)?", lines[number]):
            return number + 1, heads[place + 1]
    return None, 0
