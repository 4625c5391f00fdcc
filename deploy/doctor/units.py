"""Checks of our services, settings, versions and updates, as systemd, RAUC and our own commands tell of them."""

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any

from deploy.doctor.finding import Finding, good, none, wrong
from deploy.doctor.machine import COMMAND_S, HUNG, MISSING, Machine, at, table_in, whole

PROPERTIES = (
    "Id LoadState ActiveState SubState UnitFileState Type Result NRestarts WatchdogUSec WatchdogTimestampMonotonic "
    "InactiveExitTimestampMonotonic"
)
UNITS = ("hailong-*.service", "hailong-kiosk.service", "hailong-agent.service")
LASTING = ("hailong-kiosk.service", "hailong-agent.service", "hailong-station.service")
MANY_RESTARTS = 3
PART = re.compile(r"([0-9.]{1,12})(us|ms|s|min|h|d|w)\b")
SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
CHECKED = (("kiosk", "hailong-kiosk"), ("agent", "hailong-agent"), ("station", "hailong-station"))
FIRST_BOOT = "first-boot.json"
OPEN_WINDOW = "run/hailong/usb-open"
UNDER_WAY = ("installing", "installed", "trying")
REFUSED = "repository.refused"


class Unit(dict[str, str]):
    """The properties of one unit; what systemd did not say is ""."""

    def __missing__(self, key: str) -> str:
        return ""

    def number(self, key: str) -> int:
        return whole(self[key]) or 0

    def seconds(self, key: str) -> float:
        """Of a time span such as «1min 30s»; 0 for none."""
        try:
            return sum(float(count) * SECONDS[unit] for count, unit in PART.findall(self[key]))
        except ValueError:
            return 0.0


def show(machine: Machine) -> Mapping[str, Unit]:
    """Our units by name; empty where there is no systemd or none is installed."""
    command = ["systemctl", "show", "--no-pager", *(f"--property={name}" for name in PROPERTIES.split()), *UNITS]
    text: str = machine.once("units", lambda: machine.run(command, False)).text
    found = [Unit(line.split("=", 1) for line in block.split("\n") if "=" in line) for block in text.split("\n\n")]
    return {unit["Id"]: unit for unit in found if unit["Id"] and unit["LoadState"] == "loaded"}


def check_services(machine: Machine) -> list[Finding]:
    units = show(machine)
    if not units:
        return [none("services", "không chạy bằng systemd")]
    found = [finding for name, unit in sorted(units.items()) for finding in _unit(name, unit)]
    running = [name.removesuffix(".service") for name, unit in sorted(units.items()) if unit["ActiveState"] == "active"]
    return found or [good("services", ", ".join(running))]


def _unit(name: str, unit: Unit) -> Iterable[Finding]:
    if unit["ActiveState"] == "failed":
        yield wrong("service_failed", unit=name, why=unit["Result"] or "?")
    elif name in LASTING and unit["ActiveState"] == "inactive" and unit["UnitFileState"] == "enabled":
        yield wrong("service_stopped", unit=name)
    if unit.number("NRestarts") >= MANY_RESTARTS:
        yield wrong("service_restarting", unit=name, count=unit.number("NRestarts"))


def check_settings(machine: Machine) -> list[Finding]:
    found, right = _first_boot(machine), []
    for name, command in CHECKED:
        file = f"{machine.settings_directory}/{name}.toml"
        if not machine.has(file):
            continue
        output = machine.run([command, "--config", str(machine.path(file)), "--check-config"], False)
        if output.status in (MISSING, 0):
            right += [name] if output.status == 0 else []
        elif output.status == HUNG:
            found.append(wrong("check_slow", "settings", seconds=int(COMMAND_S)))
        elif output.status == os.EX_CONFIG:
            found.append(wrong("settings_wrong", file=file, why=(output.error or output.text).strip().split("\n")[0]))
    return found or [good("settings", ", ".join(right)) if right else none("settings", "chưa có tệp cấu hình")]


def _first_boot(machine: Machine) -> list[Finding]:
    """What the technician's hailong.toml was refused for at the start (deploy/first_boot)."""
    told = table_in(machine.text((machine.data() / FIRST_BOOT).relative_to(machine.root)) or "")
    problems = [each for each in at(told, list, "problems") or [] if isinstance(each, str)]
    if not problems or at(told, str, "fault") == "disk":  # of the disk tells the disk's own check
        return []
    file = f"{machine.settings_directory}/*.toml" if at(told, str, "fault") == "settings" else "hailong.toml"
    return [wrong("settings_wrong", file=file, why=problems[0])]


def slots(machine: Machine) -> Mapping[str, Any]:
    """What RAUC says, asked once; empty where there is none."""
    command = ["rauc", "status", "--output-format=json"]
    return table_in(machine.once("rauc", lambda: machine.run(command, False)).text)


def versions(machine: Machine) -> dict[str, str]:
    """What runs here, by name; only what is known."""
    told, release = machine.agent()[1], machine.text("etc/os-release") or ""
    base = re.search(r'^PRETTY_NAME="?([^"\n]{0,60})', release, re.MULTILINE)
    form = [at(told, str, "form", name) or "" for name in ("id", "version")]
    model = (machine.text("proc/device-tree/model") or machine.text("sys/class/dmi/id/product_name") or "")[:60]
    known = {
        "software": (machine.text("usr/share/hailong/version") or at(told, str, "version") or "")[:40],
        "slot": (at(slots(machine), str, "booted") or "")[:20],
        "form": " ".join(form).strip()[:60],
        "kernel": (machine.text("proc/sys/kernel/osrelease") or "")[:60],
        "base": base[1] if base else "",
        "model": model,
    }
    return {name: text for name, text in known.items() if text}


def check_versions(machine: Machine) -> list[Finding]:
    status = slots(machine)
    booted, primary = at(status, str, "booted"), at(status, str, "boot_primary")
    listed = [each for each in at(status, list, "slots") or [] if isinstance(each, dict)]
    named = {name: slot for each in listed for name, slot in each.items() if isinstance(slot, dict)}
    found = [wrong("slot_bad", slot=name) for name, slot in named.items() if at(slot, str, "boot_status") == "bad"]
    own = next((name for name, slot in named.items() if at(slot, str, "bootname") == booted), None)
    if booted and own and primary and own != primary:
        found.append(wrong("slot_other", slot=booted))
    return found or [good("versions", ", ".join(versions(machine).values()) or "không rõ")]


def check_updates(machine: Machine) -> list[Finding]:
    """Of the system: `hailong-update status --json`. Of the catalogue that the agent follows: its log of one day."""
    found = _catalogue(machine)
    output = machine.run(["hailong-update", "status", "--json"], False)
    told = table_in(output.text)
    if output.status == HUNG:
        return [*found, wrong("check_slow", "updates", seconds=int(COMMAND_S))]
    if output.status == MISSING or not told:
        return found or [none("updates", "máy này không tự cập nhật")]
    phase, why = at(told, str, "phase") or "", at(told, str, "why") or ""
    refused = [each for each in at(told, list, "refused") or [] if isinstance(each, dict)]
    if phase in UNDER_WAY:
        found.append(wrong("update_pending", version=at(told, str, "target") or "?"))
    elif why and refused:
        found.append(wrong("update_refused", version=at(refused[-1], str, "version") or "?", why=why))
    return found or [good("updates", at(told, str, "version") or "")]


def _catalogue(machine: Machine) -> list[Finding]:
    """What the agent last said of the signed catalogue of updates, if it did not believe it."""
    options = ("--since=-1day", f"--grep={REFUSED}", "--output=cat", "--lines=1", "--no-pager")
    lines = machine.run(["journalctl", "--unit=hailong-agent", *options], False).text.strip().split("\n")
    event = table_in(lines[-1])
    if at(event, str, "event") != REFUSED:
        return []
    code = at(event, str, "code") or "?"
    return [wrong("update_frozen") if code == "expired" else wrong("update_refused", version="(danh mục)", why=code)]


def check_usb(machine: Machine) -> list[Finding]:
    """The window in which sticks are let in; in it stands until which second since the start, 0 for no end."""
    text, until_s = machine.text(OPEN_WINDOW), machine.number(OPEN_WINDOW)
    if text != "" and (until_s is None or 0 < until_s < machine.up_s()):
        return [good("usb", "đóng với thẻ USB")]
    if (machine.data() / "assignment.json").exists() or until_s:
        return [wrong("usb_open")]
    return [good("usb", "mở cho thẻ USB, vì máy chưa ghi danh")]
