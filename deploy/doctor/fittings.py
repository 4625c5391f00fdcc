"""Checks of what hangs on the machine: screen, touch, buttons, printer, scanner, sound. Reads /sys, /proc, settings."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.doctor.finding import Finding, good, none, wrong
from deploy.doctor.machine import CONNECT_S, Machine, at
from deploy.doctor.units import show

TOUCH = re.compile(r"touch|raspberrypi-ts|goodix|ft5", re.IGNORECASE)
DIRECT = re.compile(r"^B: PROP=.*[2367abefABEF]$", re.MULTILINE)  # INPUT_PROP_DIRECT is bit 1
MUTED = re.compile(r"\[off\]|\[0%\]")
SPEAKING = ("Master", "PCM", "Headphone", "Speaker", "HDMI", "Digital")
LATEST_START_S = 120.0


def check_screen(machine: Machine) -> list[Finding]:
    screen = at(machine.settings("kiosk"), dict, "screen") or {}
    if at(screen, bool, "on") is False:
        return [none("screen", "máy chỉ có hộp nút")]
    ports = [path.parent for path in machine.glob("sys/class/drm/card*-*/status")]
    lit = [port for port in ports if machine.text(_inside(machine, port / "status")) == "connected"]
    found: list[Finding] = _frames(machine)
    if not ports:
        return found or [none("screen", "máy này không cho biết cổng màn hình")]
    if not lit:
        return [wrong("screen_unplugged", ports=", ".join(port.name for port in ports)), *found]
    dark = [port for port in lit if machine.text(_inside(machine, port / "enabled")) == "disabled"]
    if len(dark) == len(lit):
        found.insert(0, wrong("screen_off", port=dark[0].name))
    mode = (machine.text(_inside(machine, lit[0] / "modes")) or "?").split("\n")[0][:20]
    turned = at(screen, int, "rotation") or 0
    return found or [good("screen", f"{lit[0].name}, {mode}, xoay {turned}° (hình và cảm ứng)")]


def _frames(machine: Machine) -> list[Finding]:
    """systemd hears the kiosk's beat only after a frame was drawn (kiosk/notify.py)."""
    unit = show(machine).get("hailong-kiosk.service")
    if unit is None:
        return []
    limit_s, beat_us = unit.seconds("WatchdogUSec"), unit.number("WatchdogTimestampMonotonic")
    if unit["ActiveState"] == "active" and limit_s and beat_us:
        silent_s = machine.up_s() - beat_us / 1e6
        return [wrong("frames_stopped", seconds=int(silent_s))] if silent_s > limit_s else []
    began_us = unit.number("InactiveExitTimestampMonotonic")
    if unit["ActiveState"] == "activating" and unit["SubState"] == "start" and began_us:
        waiting_s = machine.up_s() - began_us / 1e6
        return [wrong("frames_stopped", seconds=int(waiting_s))] if waiting_s > LATEST_START_S else []
    return []


def check_touch(machine: Machine) -> list[Finding]:
    screen = at(machine.settings("kiosk"), dict, "screen") or {}
    if at(screen, bool, "on") is False:
        return [none("touch", "máy chỉ có hộp nút")]
    if not machine.settings("kiosk"):
        return [none("touch", "chưa có kiosk.toml")]
    device = at(screen, str, "device")
    if device:
        return [good("touch", device)] if machine.has(device) else [wrong("touch_missing", device=device)]
    blocks = (machine.text("proc/bus/input/devices") or "").split("\n\n")
    panels = [block for block in blocks if DIRECT.search(block) or TOUCH.search(_name(block))]
    return [good("touch", _name(panels[0]))] if panels else [wrong("touch_missing", device="chưa ghi trong kiosk.toml")]


def _name(block: str) -> str:
    match = re.search(r'^N: Name="([^"\n]{0,80})', block, re.MULTILINE)
    return match[1] if match else ""


def check_buttons(machine: Machine) -> list[Finding]:
    panels = [each for each in at(machine.settings("kiosk"), list, "panel") or [] if isinstance(each, dict)]
    if not panels:
        return [none("buttons")]
    found = [finding for panel in panels for finding in _port(machine, panel)]
    found += [] if found else [finding for told in _told(machine) for finding in _condition(told)]
    return found or [good("buttons", ", ".join(_panel_name(panel) for panel in panels))]


def _panel_name(panel: Mapping[str, Any]) -> str:
    return at(panel, str, "name") or "buttons"


def _port(machine: Machine, panel: Mapping[str, Any]) -> list[Finding]:
    device = at(panel, str, "device")
    if at(panel, str, "kind") == "gpio" and not machine.glob("dev/gpiochip*"):
        return [wrong("buttons_port_missing", device="/dev/gpiochip0", panel=_panel_name(panel))]
    if not device:
        return []
    if not machine.has(device):
        return [wrong("buttons_port_missing", device=device, panel=_panel_name(panel))]
    holders = [name for name in _holders(machine, device) if "kiosk" not in name]
    return [wrong("buttons_port_held", device=device, holder=holders[0])] if holders else []


def _holders(machine: Machine, device: str) -> list[str]:
    """The command lines of the processes that have `device` open."""
    found = []
    real = machine.path(device).resolve()
    for link in machine.glob("proc/[0-9]*/fd/*"):
        try:
            held = link.resolve() == real
        except (OSError, RuntimeError):
            continue
        if held:
            command = (link.parent.parent / "cmdline").relative_to(machine.root)
            found.append((machine.text(command) or "?")[:60])
    return found


def _told(machine: Machine) -> list[Mapping[str, Any]]:
    return [each for each in at(machine.agent()[1], list, "panels") or [] if isinstance(each, dict)]


def _condition(told: Mapping[str, Any]) -> list[Finding]:
    trouble, panel = at(told, str, "trouble"), at(told, str, "panel") or "?"
    try:
        return [wrong(f"buttons_{trouble}", panel=panel)] if trouble else []
    except KeyError:  # of a newer kiosk
        return [wrong("buttons_silent", panel=panel)]


def check_printer(machine: Machine) -> list[Finding]:
    printer = at(machine.settings("station"), dict, "printer")
    if printer is None:
        return [none("printer")]
    kind = at(printer, str, "kind") or "serial"
    if kind == "network":
        return _net_printer(machine, at(printer, str, "host") or "?", at(printer, int, "port") or 9100)
    if kind == "usb":
        classes = [
            machine.text(_inside(machine, path)) for path in machine.glob("sys/bus/usb/devices/*/bInterfaceClass")
        ]
        return [good("printer", "USB")] if "07" in classes else [wrong("printer_missing", device="USB")]
    device = at(printer, str, "device") or "?"
    return [good("printer", device)] if machine.has(device) else [wrong("printer_missing", device=device)]


def _net_printer(machine: Machine, host: str, port: int) -> list[Finding]:
    try:
        with machine.connect(host, port) as line:
            line.settimeout(CONNECT_S)
    except (OSError, ValueError, OverflowError):
        return [wrong("printer_unreachable", host=host, port=port)]
    return [good("printer", f"{host}:{port}")]


def check_scanner(machine: Machine) -> list[Finding]:
    tables = [at(machine.settings(name), dict, "scanner") for name in ("kiosk", "station")]
    devices = [at(table, str, "device") or "?" for table in tables if table is not None]
    missing = [wrong("scanner_missing", device=device) for device in devices if not machine.has(device)]
    return missing or ([good("scanner", ", ".join(devices))] if devices else [none("scanner")])


def check_sound(machine: Machine) -> list[Finding]:
    settings = machine.settings("kiosk")
    wanted = (at(settings, str, "voice", "aloud") or "off") != "off" or at(settings, bool, "sound", "on")
    cards = machine.text("proc/asound/cards") or ""
    there = bool(re.search(r"^\s*[0-9]+ \[", cards, re.MULTILINE))
    if not wanted:
        return [none("sound", "quầy này không dùng âm thanh")]
    if not there:
        return [wrong("sound_missing")]
    muted = _muted(machine.run(["amixer", "scontents"], False).text)
    return [wrong("sound_muted", control=muted)] if muted else [good("sound", cards.split("\n")[0].strip()[:60])]


def _muted(contents: str) -> str:
    """The first control on the way to the loudspeaker that lets nothing through."""
    for block in contents.split("Simple mixer control ")[1:]:
        name = block.split("'")[1] if block.count("'") > 1 else ""
        playing = [line for line in block.split("\n") if "Playback" in line and "[" in line]
        if name.startswith(SPEAKING) and playing and all(MUTED.search(line) for line in playing):
            return name
    return ""


def _inside(machine: Machine, path: Path) -> Path:
    return path.relative_to(machine.root)
