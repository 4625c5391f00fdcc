"""Checks of the machine itself: clock, disk, power, memory. Reads /sys, /proc, the kernel's log, the time service."""

import os
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from deploy.doctor.finding import Finding, good, none, wrong
from deploy.doctor.machine import Machine, whole

FULL_BYTES, LOW_BYTES = 64 << 20, 256 << 20
LEAST_INODES_PERCENT = 5
HOT_C = 80
LOW_MEMORY_KB = 64 << 10
FAR_S, JUMP_S = 60.0, 60.0
STEPPED = re.compile(r"(?:stepped|wrong) by (-?[0-9]{1,12}(?:\.[0-9]{1,9})?) seconds")
IO_ERROR = re.compile(r"I/O error, dev ((?:mmcblk|sd|nvme|vd)[a-z0-9]*)")
KILLED = re.compile(r"Out of memory: Killed process")
LOW_NOW, SLOW_NOW, WAS_LOW = 0x1, 0x4 | 0x8, 0x10000  # bits of the firmware's get_throttled
WORN, WORN_OUT = 9, 11  # JEDEC eMMC: tenths of the life used, 11 is past the end
BALLAST = ".ballast"


def check_clock(machine: Machine) -> list[Finding]:
    now_s = machine.now_s()
    if now_s < machine.built_s - 86400:
        return [wrong("clock_before_build", date=_day(now_s))]
    fields = machine.run(["chronyc", "-n", "-c", "tracking"], False).text.strip().split(",")
    if len(fields) >= 14:
        synchronised, off_s = fields[13] not in ("Not synchronised", ""), _seconds(fields[4])
    else:
        told = machine.run(["timedatectl", "show", "--property=NTPSynchronized", "--value"], False).text.strip()
        synchronised, off_s = told == "yes", 0.0
    if abs(off_s) > FAR_S:
        return [wrong("clock_wrong", seconds=round(off_s))]
    found = [] if synchronised else [wrong("clock_unsynchronised")]
    found += _jump(machine)
    battery = ", có đồng hồ pin" if machine.glob("dev/rtc*") else ", không có đồng hồ pin"
    return found or [good("clock", f"theo máy chủ thời gian{battery}")]


def _jump(machine: Machine) -> list[Finding]:
    """The last step that the time service made since the start; without a battery the first one is no news."""
    units = ("--unit=chrony", "--unit=systemd-timesyncd")
    command = ["journalctl", "--boot", *units, "--output=cat", "--lines=500", "--no-pager"]
    steps = [float(seconds) for seconds in STEPPED.findall(machine.run(command, False).text)]
    if not machine.glob("dev/rtc*"):
        steps = steps[1:]
    return [wrong("clock_jumped", seconds=round(steps[-1]))] if steps and abs(steps[-1]) > JUMP_S else []


def _day(at_s: float) -> str:
    try:
        return datetime.fromtimestamp(at_s, UTC).strftime("%d/%m/%Y")
    except (ValueError, OverflowError, OSError):
        return "?"


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if abs(value) < 1e12 else 0.0


def check_disk(machine: Machine) -> list[Finding]:
    data = machine.data()
    try:
        room = os.statvfs(data)
    except OSError:
        return [*_wear(machine), *_errors(machine)] or [none("disk", "chưa có thư mục dữ liệu")]
    free = room.f_bavail * room.f_frsize
    found = [] if not _read_only(machine, data) else [wrong("disk_read_only")]
    if free < LOW_BYTES:
        found.append(wrong("disk_full" if free < FULL_BYTES else "disk_low", free=megabytes(free)))
        if machine.glob("usr/lib/systemd/system/hailong-ballast*") and not (data / BALLAST).exists():
            found.append(wrong("ballast_freed"))  # with more room it is only not laid yet
    percent = 100 * room.f_favail // room.f_files if room.f_files else 100
    if percent < LEAST_INODES_PERCENT:
        found.append(wrong("inodes_low", percent=percent))
    found += [*_wear(machine), *_errors(machine)]
    return found or [good("disk", f"còn {megabytes(free)}")]


def _read_only(machine: Machine, data: Path) -> bool:
    """Whether the mount that holds `data` has become read-only."""
    best, options = "", ""
    for line in (machine.text("proc/self/mounts") or "").split("\n"):
        parts = line.split(" ")
        if len(parts) >= 4 and data.is_relative_to(machine.path(parts[1])) and len(parts[1]) >= len(best):
            best, options = parts[1], parts[3]
    return "ro" in options.split(",")


def _wear(machine: Machine) -> Iterable[Finding]:
    for path in machine.glob("sys/block/mmcblk*/device/life_time"):
        text = machine.text(path.relative_to(machine.root)) or ""
        tenths = max((whole(part) or 0 for part in text.split()), default=0)
        last = machine.number(path.with_name("pre_eol_info").relative_to(machine.root)) or 0
        if tenths >= WORN_OUT or last >= 3:
            yield wrong("disk_worn_out")
        elif tenths >= WORN or last == 2:
            yield wrong("disk_worn", percent=min(tenths, 10) * 10 or 80)


def _errors(machine: Machine) -> Iterable[Finding]:
    for path in machine.glob("sys/fs/ext4/*/errors_count"):
        count = machine.number(path.relative_to(machine.root)) or 0
        if count > 0:
            yield wrong("disk_errors", count=count, device=path.parent.name)
    devices = IO_ERROR.findall(machine.kernel_log())
    if devices:
        yield wrong("disk_io_errors", device=devices[-1], count=len(devices))


def check_power(machine: Machine) -> list[Finding]:
    heat = [
        machine.number(path.relative_to(machine.root)) for path in machine.glob("sys/class/thermal/thermal_zone*/temp")
    ]
    degrees = max((value for value in heat if value is not None), default=None)
    bits = _throttled(machine)
    found = _supply(machine, bits)
    if bits is not None and bits & SLOW_NOW:
        found.append(wrong("throttled"))
    if degrees is not None and degrees >= HOT_C * 1000:
        found.append(wrong("hot", degrees=degrees // 1000))
    if found:
        return found
    if degrees is None and bits is None:
        return [none("power", "máy này không cho biết")]
    return [good("power", "" if degrees is None else f"{degrees // 1000} °C")]


def _supply(machine: Machine, bits: int | None) -> list[Finding]:
    hwmon = [path for path in machine.glob("sys/class/hwmon/*/name") if _is_supply(machine, path)]
    alarms = [machine.number(path.with_name("in0_lcrit_alarm").relative_to(machine.root)) for path in hwmon]
    if (bits or 0) & LOW_NOW or any(alarms):
        return [wrong("supply_low")]
    return [wrong("supply_was_low")] if (bits or 0) & WAS_LOW else []


def _is_supply(machine: Machine, path: Path) -> bool:
    return machine.text(path.relative_to(machine.root)) == "rpi_volt"


def _throttled(machine: Machine) -> int | None:
    """The firmware's bits; None where there is no such firmware."""
    for path in machine.glob("sys/devices/platform/soc/*firmware/get_throttled"):
        text = machine.text(path.relative_to(machine.root)) or ""
        return whole(f"0x{text.removeprefix('0x')}")
    text = machine.run(["vcgencmd", "get_throttled"], False).text
    return whole(text.partition("=")[2])


def check_memory(machine: Machine) -> list[Finding]:
    match = re.search(r"^MemAvailable:\s+([0-9]{1,15}) kB", machine.text("proc/meminfo") or "", re.MULTILINE)
    free_kb = int(match[1]) if match else None
    found = [wrong("memory_killed")] if KILLED.search(machine.kernel_log()) else []
    if free_kb is not None and free_kb < LOW_MEMORY_KB:
        found.append(wrong("memory_low", free=megabytes(free_kb << 10)))
    return found or [good("memory", f"còn {megabytes(free_kb << 10)}") if free_kb is not None else none("memory")]


def megabytes(count: int) -> str:
    return f"{count >> 20} MB" if count < 10 << 30 else f"{count >> 30} GB"
