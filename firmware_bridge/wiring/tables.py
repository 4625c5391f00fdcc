"""The lists of `docs/terminal/README.md`, as Markdown, from the data beside this file. Knows no file."""

from typing import Any

SIZES = (3, 4, 5)
_HEADS = {
    "vi": ("Linh kiện", "Thông số", "Nên chọn", "Tránh"),
    "en": ("Part", "Specification", "Look for", "Avoid"),
}


def parts_table(parts: dict[str, Any], language: str) -> str:
    """One row a part; how many a box of three, four and five buttons needs."""
    name, specification, want, avoid = _HEADS[language]
    rows = [[name, *map(str, SIZES), specification, want, avoid], ["---", "--:", "--:", "--:", "---", "---", "---"]]
    for part in parts["part"]:
        words = part[language]
        counts = map(str, part["quantity"])
        rows.append([words["name"], *counts, words["specification"], words["want"], words["avoid"]])
    return _table(rows)


def pins_table(pins: dict[str, Any]) -> str:
    """One row a pin that is used, in the order of the drawing."""
    rows = [["Nano", "ATmega328P", "hangs on it", "wire"], ["---"] * 4]
    for number, button in enumerate(pins["button"], 1):
        colours = button["wire"]
        rows.append(
            [button["switch"]["pin"], button["switch"]["port"], f"switch {number}, to ground", _colour(colours)]
        )
        lamp = f"lamp {number}, 330 Ω, to ground"
        rows.append([button["lamp"]["pin"], button["lamp"]["port"], lamp, f"{_colour(colours)}, striped"])
    rows.append([pins["link"]["pin"], pins["link"]["port"], "link lamp, on the board", "–"])
    rows.append(
        [pins["buzzer"]["pin"], pins["buzzer"]["port"], "active buzzer, to ground", _colour(pins["buzzer"]["wire"])]
    )
    for count, strap in pins["strap"].items():
        rows.append([strap["pin"], strap["port"], f"to ground for {count} buttons", "black"])
    for name in ("SDA", "SCL"):
        part = pins["memory"][name]
        rows.append([part["pin"], part["port"], f"FRAM, {name}", _colour(part["wire"])])
    rows.append([pins["reset"]["pin"], "RESET", "J1, then 10 µF to ground", _colour(pins["reset"]["wire"])])
    return _table(rows)


def fill(document: str, tables: dict[str, str]) -> str:
    """`document` with each table between its marks `<!-- name -->` and `<!-- /name -->`. Raises: ValueError."""
    for name, table in tables.items():
        before, opening, rest = document.partition(f"<!-- {name} -->")
        _, closing, after = rest.partition(f"<!-- /{name} -->")
        if not opening or not closing:
            raise ValueError(f"no place for {name}")
        document = f"{before}{opening}\n\n{table}\n{closing}{after}"
    return document


def _colour(wire: dict[str, str]) -> str:
    return f"{wire['vi']} ({wire['en']})"


def _table(rows: list[list[str]]) -> str:
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)
