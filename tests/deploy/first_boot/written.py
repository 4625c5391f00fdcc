"""A technician's file as a test writes it, and what becomes of the kiosk's own."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.first_boot.files import Places, settings_of
from deploy.first_boot.wanted import BadFile, read_wanted
from kiosk.config import Config, read_config
from kiosk.errors import BadConfig

PORT = "/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0"
KEPT = f"scrypt$16384$8$1${'5' * 32}${'a' * 64}"


def lines(document: Mapping[str, Any]) -> str:
    """As TOML."""
    head = [f"{key} = {value(each)}" for key, each in document.items() if not is_table(key, each)]
    for name, table in document.items():
        if is_table(name, table):
            rows, brackets = (table, "[[{}]]") if isinstance(table, list) else ([table], "[{}]")
            for row in rows:
                head += [brackets.format(name), *(f"{key} = {value(each)}" for key, each in row.items())]
    return "\n".join(head) + "\n"


def is_table(name: str, each: Any) -> bool:
    return isinstance(each, dict) or (name == "panel" and bool(each))


def value(each: Any) -> str:
    if isinstance(each, dict):
        return "{" + ", ".join(f"{key} = {value(child)}" for key, child in each.items()) + "}"
    return json.dumps(each, ensure_ascii=False).replace("NaN", "nan").replace("Infinity", "inf")


def written(root: Path, document: Mapping[str, Any]) -> str:
    """What becomes of kiosk.toml. Raises: BadFile."""
    wanted = read_wanted(("version = 1\n" + lines(document)).encode())
    return settings_of(wanted, Places(root)).get("kiosk.toml", "")


def read(text: str) -> Config:
    return read_config(text.encode(), "kiosk.toml")


def tried(root: Path, document: Mapping[str, Any]) -> str | None:
    """What becomes of kiosk.toml; None: the file is refused."""
    try:
        return written(root, document)
    except BadFile:
        return None


def is_read(document: Mapping[str, Any]) -> bool:
    """By the kiosk, had it stood alone in its file."""
    try:
        read('data_directory = "/x"\n' + lines(document))
    except BadConfig:
        return False
    return True
