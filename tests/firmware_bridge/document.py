"""The tables of PROTOCOL.md as data: what it prints is what is tested."""

from functools import cache
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "firmware_bridge" / "PROTOCOL.md"


@cache
def tables() -> dict[tuple[str, str], list[list[str]]]:
    """By heading and first cell of the header: the cells of each row after the header; backquotes taken off."""
    found: dict[tuple[str, str], list[list[str]]] = {}
    heading, rows = "", None
    for line in DOCUMENT.read_text("utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            rows = None
        elif rows is None:
            rows = found.setdefault((heading, cells[0]), [])
        elif not line.startswith("|--"):
            rows.append(cells)
    return found
