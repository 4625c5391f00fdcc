"""What `hailong.toml` may set of `kiosk.toml`: the kiosk's own names and rules, written a second time. Opens nothing.

A kiosk that cannot read its settings does not start, and an image has nobody to mend them: so nothing may pass here
that the kiosk refuses. tests/deploy/first_boot/test_both_readers.py holds both to one list.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from deploy.first_boot.rules import BARE, Rule, flag, hours, like, number, one_of, path, pins, some_of, text

Table: TypeAlias = Mapping[str, Any]
LANGUAGES = ("vi", "en", "km", "mww")
KEYPAD_KEYS = (
    "[a-z0-9]|enter|space|home|end|page_(up|down)|left|right|up|down|pad_([0-9]|divide|multiply|minus|plus|enter)"
)
KEY_NAME = like(KEYPAD_KEYS, 'tên một phím, ví dụ "left", "enter", "pad_4"', empty=True)
BAUDS = (1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200)
LONGEST_NAME, MOST_PANELS = 40, 8
KEYPAD_PANEL = "keypad"  # the kiosk's own name for three keys on pins
TABLES: Mapping[str, Mapping[str, Rule]] = MappingProxyType(
    {
        "": {"language": one_of(*LANGUAGES), "languages": some_of(*LANGUAGES), "open": hours},
        "screen": {
            "on": flag,
            "width": number(0, 8192),
            "height": number(0, 8192),
            "rotation": one_of(0, 90, 180, 270),
            "dpi": number(40, 600),
            "input": one_of("mouse", "mtdev"),
            "device": text,
            "dim_after_s": number(0, 3600),
            "motion": flag,
        },
        "timeouts": {
            "idle_s": number(5, 600),
            "warning_s": number(20, 600),
            "thanks_s": number(1, 60),
            "retry_s": number(0.1, 60),
            "double_strike_s": number(0.3, 2),
        },
        "voice": {
            "aloud": one_of("off", "headphones", "speaker"),
            "device": text,
            "volume_db": number(-40, 0),
            "speed": number(80, 300),
        },
        "sound": {"on": flag, "volume_db": number(-40, 0)},
        "keypad": {
            "previous": KEY_NAME,
            "next": KEY_NAME,
            "choose": KEY_NAME,
            "repeat_s": number(0.05, 2),
            "pins": pins(0, 3),
        },
        "scanner": {"kind": one_of("serial", "hid"), "device": path, "baud": one_of(*BAUDS)},
    }
)
PANEL: Mapping[str, Rule] = MappingProxyType(
    {
        "kind": one_of("serial", "gpio"),
        "name": text,
        "device": path,
        "box": like("(?!0{8})[0-9a-f]{8}", '8 chữ số hệ mười sáu, ví dụ "5eed1e57"', empty=True),
        "buttons": one_of(3, 4, 5),
        "button_pins": pins(*range(1, 6)),
        "lamp_pins": pins(*range(6)),
        "refractory_ms": number(0, 65535),
        "lamp_ms": number(1, 60_000),
    }
)
# What the kiosk knows and this file does not: the reason, as the technician is told it.
LEFT_OUT: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("", "data_directory"): "chỗ để phiếu là của máy, không đổi được ở đây",
        ("screen", "backlight"): "máy tự tìm đèn của màn hình",
        ("voice", "recordings"): "tệp ghi âm không nằm trong hailong.toml, phải chép vào máy",
        ("keypad", "control_socket"): "chỉ để thử, không có ở máy thật",
        ("panel", "control_socket"): "chỉ để thử, không có ở máy thật",
    }
)


def faults(table: str, values: Table, rules: Mapping[str, Rule], where: str = "") -> list[str]:
    """Unknown keys and values that break their rule. `where`: how the technician is pointed to the table."""
    place = where or (f"[{table}] " if table else "")
    found = []
    for key, value in values.items():
        broken = rules[key](value) if key in rules else LEFT_OUT.get((table, key), "không có mục này")
        if broken:
            found.append(f"{place}{shown(key)}: {broken}")
    return found


def shown(key: str) -> str:
    """A key as it may stand on a screen: no text of a stranger's stick does."""
    return key if BARE.fullmatch(key) else "(tên lạ)"


def faults_together(document: Table, changed: frozenset[str]) -> list[str]:
    """What is wrong with whole settings whose single values are right: `document` as it would stand in kiosk.toml.

    `changed`: the tables that the technician's file sets; what was wrong before is not its fault.
    """
    found: list[str] = []
    top = _usable(document, TABLES[""])
    screen, keypad, scanner = (_usable(document.get(name), TABLES[name]) for name in ("screen", "keypad", "scanner"))
    rows = document.get("panel", [])
    panels = [_usable(each, PANEL) for each in rows] if isinstance(rows, list) else []
    if "" in changed and top.get("language", "vi") not in top.get("languages", ["vi", "en"]):
        found.append("language: phải là một trong các thứ tiếng của languages")
    if "screen" in changed and (screen.get("input", "mouse") == "mtdev") != bool(screen.get("device", "")):
        found.append('[screen] device: đi với input = "mtdev", và chỉ với nó')
    if "scanner" in changed and scanner and not scanner.get("device"):
        found.append("[scanner] device: còn thiếu")
    if changed & {"screen", "panel", "scanner"} and screen.get("on", True) is False:
        found += ["[screen] on: máy không có màn hình thì phải có [[panel]]"] if not panels else []
        found += ["[scanner]: máy quét cần có màn hình"] if scanner else []
    if "keypad" in changed:
        found += _keypad(keypad)
    if "panel" in changed:
        found += [fault for place, panel in enumerate(panels, 1) for fault in _panel(panel, _where(place))]
    if changed & {"panel", "keypad"}:
        found += _shared(panels, keypad.get("pins", []))
    return found


def _usable(table: Any, rules: Mapping[str, Rule]) -> Table:
    """What may be compared: a hand may have written anything into the machine's own file."""
    values = table if isinstance(table, dict) else {}
    return {key: value for key, value in values.items() if key in rules and not rules[key](value)}


def _where(place: int) -> str:
    return f"[[panel]] thứ {place}: "


def _keypad(keypad: Table) -> list[str]:
    names = [keypad.get(key, "") for key in ("previous", "next", "choose")]
    if any(names) and not all(names):
        return ["[keypad] previous, next, choose: phải có đủ cả ba phím"]
    return ["[keypad]: hai việc dùng chung một phím"] if all(names) and len(set(names)) < len(names) else []


def _panel(panel: Table, where: str) -> list[str]:
    found, name = [], panel.get("name", "buttons")
    if not 1 <= len(name) <= LONGEST_NAME:
        found.append(f"{where}name có từ 1 đến {LONGEST_NAME} ký tự")
    if panel.get("kind", "serial") == "serial":
        return found if panel.get("device") else [*found, f"{where}thiếu device"]
    buttons, lamps = panel.get("button_pins", []), panel.get("lamp_pins", [])
    if not buttons:
        found.append(f"{where}thiếu button_pins")
    if lamps and len(lamps) != len(buttons):
        found.append(f"{where}lamp_pins phải nhiều bằng button_pins")
    if set(buttons) & set(lamps):
        found.append(f"{where}có một chân ghi hai lần")
    return found


def _shared(panels: Sequence[Table], keypad_pins: Sequence[int]) -> list[str]:
    """What two of them would take from each other; keys on pins are a row of buttons too."""
    names = [panel.get("name", "buttons") for panel in panels] + ([KEYPAD_PANEL] if keypad_pins else [])
    devices = [Path(panel["device"]).resolve() for panel in panels if panel.get("device")]
    boxes = [panel["box"] for panel in panels if panel.get("box")]
    used = [
        pin
        for panel in panels
        if panel.get("kind") == "gpio"
        for pin in {*panel.get("button_pins", []), *panel.get("lamp_pins", [])}
    ]
    twice = {"tên (name)": names, "cổng (device)": devices, "hộp (box)": boxes, "chân": [*used, *keypad_pins]}
    found = [  # not which: no text of a stranger's stick stands on a screen
        f"[[panel]], [keypad]: hai hàng nút dùng chung một {what}"
        for what, all_of in twice.items()
        if len(set(all_of)) < len(all_of)
    ]
    many = len(panels) + bool(keypad_pins)
    return [*found, f"[[panel]]: nhiều nhất {MOST_PANELS} hàng nút"] if many > MOST_PANELS else found
