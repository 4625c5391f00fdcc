"""Sets single values in a TOML text and leaves every other line, comments too, as a technician wrote it."""

import json
import re
import tomllib

HEADER = re.compile(r"^\s*\[")


def set_value(text: str, table: str, key: str, value: str | int) -> str:
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
    if tomllib.loads(made) != wanted:
        raise ValueError(f"{key}: the file is written in a way that cannot be changed line by line")
    return made


def _span(lines: list[str], table: str) -> tuple[int | None, int]:
    """The lines of a table, its header not among them."""
    heads = [n for n, line in enumerate(lines) if HEADER.match(line)] + [len(lines)]
    if not table:
        return 0, heads[0]
    for place, number in enumerate(heads[:-1]):
        if re.fullmatch(rf"\s*\[\s*{re.escape(table)}\s*\]\s*(#.*)?", lines[number]):
            return number + 1, heads[place + 1]
    return None, 0
