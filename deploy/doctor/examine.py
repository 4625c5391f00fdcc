"""Runs every check at the same time, each within its limit: a disk or a name service that hangs holds up only its line.

One of the borders where any exception is caught: a check that fails is a line of the doctor, never its end.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence

from deploy.doctor.answers import check_contact, check_keys, check_queue
from deploy.doctor.body import check_clock, check_disk, check_memory, check_power
from deploy.doctor.codes import CHECKS
from deploy.doctor.finding import Finding, worst_first, wrong
from deploy.doctor.fittings import check_buttons, check_printer, check_scanner, check_screen, check_sound, check_touch
from deploy.doctor.machine import Machine
from deploy.doctor.network import check_link, check_office
from deploy.doctor.units import check_services, check_settings, check_updates, check_usb, check_versions

Check = Callable[[Machine], Sequence[Finding]]
LIMIT_S = 30.0  # the slowest way to the office: four answers that do not come
TURN_S = 0.25
EVERY: Mapping[str, Check] = {
    "screen": check_screen,
    "touch": check_touch,
    "buttons": check_buttons,
    "printer": check_printer,
    "scanner": check_scanner,
    "sound": check_sound,
    "link": check_link,
    "office": check_office,
    "contact": check_contact,
    "clock": check_clock,
    "disk": check_disk,
    "power": check_power,
    "memory": check_memory,
    "queue": check_queue,
    "keys": check_keys,
    "services": check_services,
    "settings": check_settings,
    "versions": check_versions,
    "updates": check_updates,
    "usb": check_usb,
}


def examine(
    machine: Machine,
    names: Sequence[str] = (),
    limit_s: float = LIMIT_S,
    progress: Callable[[Sequence[str], float], None] = lambda _names, _seconds: None,
    checks: Mapping[str, Check] = EVERY,
) -> list[Finding]:
    """The lines of the checks `names` (all if none is named), worst first. Takes little more than `limit_s` seconds.

    `progress`: told which checks are still under way, and for how long they have been.
    """
    wanted = [name for name in checks if not names or name in names]
    found: dict[str, Sequence[Finding]] = {}
    threads = {
        name: threading.Thread(target=_run, args=(name, checks[name], machine, found), daemon=True) for name in wanted
    }
    began_s = time.monotonic()
    for thread in threads.values():
        thread.start()
    while (left := [name for name in wanted if threads[name].is_alive()]) and time.monotonic() - began_s < limit_s:
        threads[left[0]].join(TURN_S)
        progress(left, time.monotonic() - began_s)
    late = {name: [wrong("check_slow", name, seconds=int(limit_s))] for name in wanted if name not in found}
    lines = {**found, **late}
    return worst_first(finding for name in CHECKS if name in lines for finding in lines[name])


def _run(name: str, check: Check, machine: Machine, found: dict[str, Sequence[Finding]]) -> None:
    try:
        found[name] = check(machine)
    except Exception as error:  # noqa: BLE001  one check, one line
        found[name] = [wrong("check_failed", name, why=type(error).__name__)]
