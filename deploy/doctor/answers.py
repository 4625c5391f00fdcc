"""Checks of queue, contact and keys: from `hailong-agent status --json` and the key files' modes. Never an answer.

No count finer than a quarter of an hour is shown: whoever stands beside the screen would see who answers (law 6).
"""

import hashlib
import json
import os
import re
import stat
from datetime import datetime
from pathlib import Path

from deploy.doctor.finding import Finding, good, none, wrong
from deploy.doctor.machine import HUNG, MISSING, Machine, at, table_in

DAY_S = 86400.0
OLD_S, VERY_OLD_S = 1 * DAY_S, 7 * DAY_S
AT_START = "run/hailong/start-check.json"
KEY, CENTRE = "kiosk.key", "centre.pub"
SEEN = "doctor-machine.json"  # which machine the key was last seen in
SERIAL = "sys/firmware/devicetree/base/serial-number"  # other numbers of a machine are for root alone
QUARTER = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}")


def check_queue(machine: Machine) -> list[Finding]:
    output, told = machine.agent()
    if output.status in (MISSING, HUNG):
        return [
            none("queue", "chưa cài hailong-agent")
            if output.status == MISSING
            else wrong("check_slow", "queue", seconds=12)
        ]
    if output.status in (os.EX_UNAVAILABLE, os.EX_SOFTWARE):
        return [wrong("outbox_failed", why=(output.error or output.text).strip().split("\n")[0])]
    if not told and output.status == os.EX_CONFIG:
        return [none("queue", "xem dòng «Cấu hình»")]
    if not at(told, str, "kiosk"):
        return [wrong("not_enrolled")]
    found = [wrong("quarantined")] if at(told, int, "health", "quarantined") else []
    found += _at_start(machine)
    waited_s = _age_s(at(told, str, "health", "oldest_quarter") or "", machine.now_s())
    if waited_s is not None and waited_s > OLD_S:
        found.append(wrong("queue_very_old" if waited_s > VERY_OLD_S else "queue_old", days=int(waited_s // DAY_S)))
    return found or [good("queue", _counted(told))]


def _at_start(machine: Machine) -> list[Finding]:
    """What the look at the outbox before the kiosk's start found (deploy/start_check)."""
    seen = at(table_in(machine.text(AT_START) or ""), dict, "outbox")
    if at(seen, str, "state") not in ("damaged", "failed"):
        return []
    return [wrong("outbox_failed", why=at(seen, str, "said") or "?")]


def _counted(told: object) -> str:
    """The kiosk's own count at a full quarter-hour."""
    waiting, when = at(told, int, "counted", "waiting"), at(told, str, "counted", "at") or ""
    return "tốt" if waiting is None else f"{waiting} phiếu lúc {when[11:16]} ngày {when[8:10]}/{when[5:7]}"


def _age_s(quarter: str, now_s: float) -> float | None:
    try:
        return now_s - datetime.fromisoformat(quarter).timestamp() if QUARTER.match(quarter) else None
    except (ValueError, OverflowError):
        return None


def check_contact(machine: Machine) -> list[Finding]:
    _, told = machine.agent()
    if not at(told, str, "kiosk"):
        return [none("contact", "chưa ghi danh")]
    contact = at(told, dict, "contact") or {}
    times = [contact.get(name) for name in ("last_heard_s", "last_receipt_s")]
    last_s = max((float(value) for value in times if isinstance(value, int | float)), default=None)
    if last_s is None:
        return [wrong("contact_never")]
    since_s = machine.now_s() - last_s
    if since_s > OLD_S:
        return [wrong("contact_old", days=int(since_s // DAY_S))]
    return [good("contact", f"{int(max(0.0, since_s) // 3600)} giờ trước" if since_s >= 3600 else "trong giờ qua")]


def check_keys(machine: Machine) -> list[Finding]:
    directory = machine.data()
    if not (directory / "assignment.json").exists():
        return [none("keys", "chưa ghi danh")]
    found = [
        wrong("key_missing", file=_name(machine, directory / name))
        for name in (KEY, CENTRE)
        if not (directory / name).exists()
    ]
    if not found:
        mode = stat.S_IMODE((directory / KEY).stat().st_mode)
        found += [wrong("key_mode", file=_name(machine, directory / KEY), mode=f"{mode:o}")] if mode & 0o077 else []
        seen, now = read_seen(directory), seen_now(machine)
        if seen and now and seen[0] == now[0] and seen[1] != now[1]:
            found.append(wrong("key_cloned"))
    fingerprint = at(machine.agent()[1], str, "fingerprint")
    return found or [good("keys", f"dấu vân {fingerprint}" if fingerprint else "")]


def _name(machine: Machine, path: Path) -> str:
    return f"/{path.relative_to(machine.root)}"


def seen_now(machine: Machine) -> tuple[str, str] | None:
    """The key's fingerprint and a digest of this hardware; None where either is not known."""
    fingerprint = at(machine.agent()[1], str, "fingerprint")
    serial = machine.text(SERIAL) or _address(machine)
    return (fingerprint, hashlib.sha256(serial.encode()).hexdigest()) if fingerprint and serial else None


def _address(machine: Machine) -> str:
    """The number of the first network port that is built in: none that is plugged in, none that makes up its number."""
    ports = [path.parent for path in machine.glob("sys/class/net/*/device") if not (path.parent / "wireless").exists()]
    built_in = [port for port in ports if (port / "device/subsystem").resolve().name != "usb"]
    return (machine.text((built_in[0] / "address").relative_to(machine.root)) or "") if built_in else ""


def read_seen(directory: Path) -> tuple[str, str] | None:
    """What `seen_now` was at an earlier visit."""
    try:
        value = json.loads((directory / SEEN).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    fingerprint, machine = at(value, str, "fingerprint"), at(value, str, "machine")
    return (fingerprint, machine) if fingerprint and machine else None
