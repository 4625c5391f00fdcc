"""Planted faults: each time somebody answers and is thanked all the same, and the doctor names the cause.

Each fault starts from the snapshot at rest, so that none feels another.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.appliance.glass import Glass, Ledger, NotShown
from tests.appliance.ground import DATA, Ground, as_kiosk, put, status
from tests.appliance.machine import Machine
from tests.appliance.parts import Outcome

DOCTOR = "/opt/hailong/bin/hailong-doctor"
PRINTER = f'data_directory = "{DATA}"\n[printer]\nkind = "file"\ndevice = "/dev/usb/lp0"\n'
# All that is free in one piece, which no card has to be written full for; then whatever is left
FILL = f"fallocate -l $(($(stat -f -c '%a*%S' {DATA}) - 8388608)) {DATA}/filling; dd if=/dev/zero of={DATA}/rest bs=64k"
BALLAST_S = 60.0
FIRST = 1  # the number of a kiosk's first answer: nobody has answered at the snapshot


@dataclass(frozen=True)
class Fault:
    """`plant`: brings it about. `codes`: any of these is the doctor's right word. `mended`: taken away before the
    citizen comes, where nobody can answer with it (a screen without touch); what is tried then is the coming back."""

    plant: Callable[[Ground, Machine], None]
    codes: frozenset[str]
    online: bool = False
    mend: Callable[[Ground, Machine], None] | None = None


def full_disk(_ground: Ground, machine: Machine) -> None:
    """As far as the kiosk's account can fill it; then as much time as the ballast's own look needs."""
    machine.shell.run(as_kiosk(f'sh -c "{FILL}"'), 240.0, check=False)
    machine.shell.run("sync; systemctl start hailong-ballast.service || true", BALLAST_S, check=False)


def wrong_clock(_ground: Ground, machine: Machine) -> None:
    """The cell of the clock is empty."""
    machine.shell.run("date -s '2001-01-01 00:00:00'")


def dead_printer(_ground: Ground, machine: Machine) -> None:
    """The counter's settings name a printer that is not there."""
    put(machine, "/etc/hailong/station.toml", PRINTER)


def pulled_touch(_ground: Ground, machine: Machine) -> None:
    machine.qmp.do("device_del", id="touch0")
    machine.qmp.wait_for_event("DEVICE_DELETED", 30.0)
    time.sleep(2.0)


def plugged_touch(_ground: Ground, machine: Machine) -> None:
    machine.qmp.do("device_add", driver="virtio-multitouch-pci", id="touch0", bus="port0")
    time.sleep(5.0)


def expired_certificate(ground: Ground, _machine: Machine) -> None:
    ground.office.front.show(ground.office.authority.certificate("expired", -1))


def good_certificate(ground: Ground, _machine: Machine) -> None:
    ground.office.front.show(ground.office.authority.certificate("renewed", 30))


def nothing(_ground: Ground, _machine: Machine) -> None:
    """The cable is out, as in every other fault of this list."""


FAULTS: Mapping[str, Fault] = {
    "full disk": Fault(full_disk, frozenset({"disk_full", "disk_low"})),
    "wrong clock": Fault(wrong_clock, frozenset({"clock_before_build", "clock_wrong", "clock_jumped"})),
    "dead printer": Fault(dead_printer, frozenset({"printer_missing"})),
    "pulled touch": Fault(pulled_touch, frozenset({"touch_missing"}), mend=plugged_touch),
    "expired certificate": Fault(expired_certificate, frozenset({"tls_expired"}), online=True),
    "no line": Fault(nothing, frozenset({"link_down"})),
}


def run(ground: Ground, outcome: Outcome) -> None:
    for name, fault in FAULTS.items():
        try:
            _try(ground, outcome, name, fault)
        finally:
            good_certificate(ground, None)  # type: ignore[arg-type]


def _try(ground: Ground, outcome: Outcome, name: str, fault: Fault) -> None:
    with ground.restored("faults", fault.online) as (machine, glass):
        fault.plant(ground, machine)
        said = _doctor(machine, outcome, name, fault)
        if fault.mend:
            fault.mend(ground, machine)
        thanked = _answered(ground, glass, name)
        after = status(machine)["health"]
        held = after["next_seq"] - FIRST
        outcome.counts[name] = f"{'thanked' if thanked else 'NOT thanked'}, {held} kept, {said}"
        if not thanked or held != 1 or after["quarantined"]:
            outcome.wrong.append(f"{name}: thanked {thanked}, {held} answer kept, {after}")
        ground.album.keep("fault-" + name.replace(" ", "-"), glass.picture())
        print(f"  {name}: {outcome.counts[name]}", flush=True)


def _answered(ground: Ground, glass: Glass, name: str) -> bool:
    ledger = Ledger([])
    try:
        ground.citizens(glass, ground.dice(name), ledger).serve_whole()
    except NotShown:
        return False
    return ledger.thanked == 1


def _doctor(machine: Machine, outcome: Outcome, name: str, fault: Fault) -> str:
    """Which of the expected words it finds."""
    if machine.shell.run(f"test -x {DOCTOR} && echo there", check=False).strip() != "there":
        outcome.skipped.append(f"{name}: the image carries no hailong-doctor")
        return "no doctor"
    said = machine.shell.run(f"{DOCTOR} --json 2>/dev/null", 240.0, check=False)
    found = {line["code"] for line in json.loads(said[said.index("{") :])["lines"] if line["state"] in ("bad", "watch")}
    if not found & fault.codes:
        outcome.wrong.append(f"{name}: the doctor says {sorted(found)}, not {sorted(fault.codes)}")
    return "doctor: " + (", ".join(sorted(found & fault.codes)) or "does not see it")
