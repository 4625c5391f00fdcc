"""What this counter has, from usb.toml and from the kiosk's own settings. Opens no device.

The kiosk's HID scanner is named there by a link under /dev/input that exists only once the device works; the port or
the label in the link's name is what it is known by before.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

from deploy.usb.policy import Keyboard, Rules

USB_SETTINGS = Path("/etc/hailong/usb.toml")
KIOSK_SETTINGS = Path("/etc/hailong/kiosk.toml")
KEYS = {"port", "vendor", "product", "label"}
_BY_PATH = re.compile(r"/dev/input/by-path/.*?-usb(?:v\d)?-\d+:([\d.]+):\d+\.\d+-event(?:-kbd)?")
_BY_ID = re.compile(r"/dev/input/by-id/usb-(.+?)(?:-if\d+)?-event-kbd")
_HEX4 = re.compile(r"[0-9a-f]{4}")


class BadSettings(ValueError):
    """A settings file that cannot be used."""

    code = "bad_settings"
    hint = "Sửa /etc/hailong/usb.toml; trong lúc đó mọi bàn phím, thẻ nhớ và mạng USB đều bị chặn."


def read_rules(usb: Path = USB_SETTINGS, kiosk: Path = KIOSK_SETTINGS) -> Rules:
    """The rules of this machine; a file that is not there adds none. Raises: BadSettings, OSError."""
    table = _table(usb)
    if odd := table.keys() - {"network", "keyboard"}:
        raise BadSettings(f"{usb}: unknown key {', '.join(sorted(odd))}")
    network, rows = table.get("network", False), table.get("keyboard", [])
    if type(network) is not bool or not isinstance(rows, list):
        raise BadSettings(f"{usb}: network is true or false, keyboard a list of tables")
    keyboards = [_keyboard(row, usb) for row in rows]
    scanner = _table(kiosk).get("scanner", {})
    if isinstance(scanner, dict) and scanner.get("kind") == "hid":
        keyboards += scanner_of(str(scanner.get("device", "")))
    return Rules(tuple(keyboards), network)


def scanner_of(device: str) -> list[Keyboard]:
    """The keyboard that a link under /dev/input leads to; none for a name that tells neither port nor label."""
    if found := _BY_PATH.fullmatch(device):
        return [Keyboard(port=found[1])]
    if found := _BY_ID.fullmatch(device):
        return [Keyboard(label=found[1])]
    return []


def _keyboard(row: Any, source: Path) -> Keyboard:
    if not isinstance(row, dict) or row.keys() - KEYS or not all(isinstance(value, str) for value in row.values()):
        raise BadSettings(f"{source}: [[keyboard]] has {', '.join(sorted(KEYS))}, all of them text")
    ids = [row[name] for name in ("vendor", "product") if name in row]
    if not all(map(_HEX4.fullmatch, ids)):
        raise BadSettings(f"{source}: vendor and product are four hexadecimal digits in lower case")
    if not any(row.get(name) for name in ("port", "vendor", "label")):
        raise BadSettings(f"{source}: a [[keyboard]] needs a port, a vendor or a label")
    return Keyboard(**row)


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"{path}: {error}") from None
