"""Writes what must be whole after a power cut: the doctor's last word, and in which machine the key was seen."""

import json
from typing import Any

from deploy.doctor.answers import SEEN, read_seen, seen_now
from deploy.doctor.machine import Machine
from deploy.durable import write_whole

FILE_NAME = "doctor.json"  # the agent tells its codes to the office (docs/wire.md, `health`)
MODE = 0o644  # root writes, the kiosk's user reads; nothing in it is secret


def keep(machine: Machine, document: dict[str, Any]) -> None:
    """The document for the agent; and, for a key that is new here, in which machine it lies. Raises: OSError."""
    directory = machine.data()
    write_whole(directory / FILE_NAME, json.dumps(document, ensure_ascii=False, indent=1).encode(), MODE)
    seen, now = read_seen(directory), seen_now(machine)
    if now is not None and (seen is None or seen[0] != now[0]):
        accept(machine)


def accept(machine: Machine) -> bool:
    """From now on the key belongs into this machine; False where key or machine is not known. Raises: OSError."""
    now = seen_now(machine)
    if now is not None:
        note = json.dumps({"fingerprint": now[0], "machine": now[1]}).encode()
        write_whole(machine.data() / SEEN, note)
    return now is not None
