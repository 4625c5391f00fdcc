"""Draws the diagrams and fills the lists of `docs/terminal`: `python -m firmware_bridge.wiring docs/terminal`."""

import argparse
import os
import sys
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

from firmware_bridge.wiring.diagram import diagram
from firmware_bridge.wiring.tables import SIZES, fill, parts_table, pins_table


def load(name: str) -> dict[str, Any]:
    """`pins` or `parts`."""
    return tomllib.loads((files("firmware_bridge.wiring") / f"{name}.toml").read_text("utf-8"))


def drawings() -> dict[str, str]:
    """Every diagram: file name → SVG."""
    return {f"wiring-{buttons}.svg": diagram(load("pins"), buttons) for buttons in SIZES}


def tables() -> dict[str, str]:
    """Every list of the document, by the name of its place."""
    pins, parts = load("pins"), load("parts")
    return {"pins": pins_table(pins), "linh kiện": parts_table(parts, "vi"), "parts": parts_table(parts, "en")}


def main(arguments: list[str] | None = None) -> int:
    """Write them into the folder named; its README.md keeps all but its lists."""
    parser = argparse.ArgumentParser(prog="python -m firmware_bridge.wiring", description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(arguments).folder
    for name, drawing in drawings().items():
        (folder / name).write_text(drawing, "utf-8")
    document = folder / "README.md"
    document.write_text(fill(document.read_text("utf-8"), tables()), "utf-8")
    return os.EX_OK


if __name__ == "__main__":
    sys.exit(main())
