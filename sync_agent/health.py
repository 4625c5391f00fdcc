"""Reads what the doctor of this machine last found, for the heartbeat. Judges nothing and asks nobody."""

import time
from pathlib import Path

from survey.canonical import Value
from survey.errors import BadMessage
from survey.health import FILE_NAME, current, in_order, read_doctor

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
MOST_BYTES = 256 * 1024


def told_by(directory: Path, boot_id: Path = BOOT_ID) -> list[Value] | None:
    """The codes to tell; None where no doctor has ever come, or its file cannot be read."""
    try:
        with (directory / FILE_NAME).open("rb") as file:
            data = file.read(MOST_BYTES)
    except OSError:
        return None
    try:
        told = read_doctor(data)
    except BadMessage:
        return list(in_order(["check_failed"]))
    return list(current(told, _boot(boot_id), time.clock_gettime(time.CLOCK_BOOTTIME)))


def _boot(boot_id: Path) -> str:
    """Empty where a sandbox hides it (systemd's ProcSubset=pid)."""
    try:
        return boot_id.read_text("ascii").strip()
    except (OSError, ValueError):
        return ""
