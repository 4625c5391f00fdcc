"""Keys, chords, a keyboard and a stick plugged in by somebody who wants out: nothing opens, and the survey goes on.

What counts is seen from inside by the root shell: the boot, the kiosk's process, processes with a terminal, mounts, the
active console; and from outside by the picture, and by a citizen who answers afterwards.
"""

import random
import subprocess
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.appliance.glass import Glass, Ledger
from tests.appliance.ground import Ground
from tests.appliance.machine import Machine
from tests.appliance.parts import Outcome

FUNCTION_KEYS = tuple(f"f{n}" for n in range(1, 13))
SYSRQ = tuple("bcdefghijklmnopqrstuvwxyz0123456789")
PLAIN = ("esc", "tab", "ret", "spc", "print", "pause", "menu", "meta_l", "power", "sleep", "wake", "compose", "help")
CHORDS: tuple[tuple[str, ...], ...] = (
    *((("ctrl", "alt", key)) for key in FUNCTION_KEYS),
    *((("alt", key)) for key in FUNCTION_KEYS),
    *((("alt", "sysrq", key)) for key in SYSRQ),
    *((key,) for key in (*PLAIN, *FUNCTION_KEYS)),
    *[("ctrl", "alt", "delete")] * 10,  # systemd reboots at once for seven within two seconds
    ("ctrl", "alt", "backspace"), ("alt", "tab"), ("meta_l", "tab"), ("meta_l", "r"), ("meta_l", "d"), ("meta_l", "l"),
    ("ctrl", "esc"), ("ctrl", "shift", "esc"), ("alt", "spc"), ("ctrl", "c"), ("ctrl", "z"), ("ctrl", "d"),
    ("ctrl", "backslash"), ("ctrl", "alt", "t"), ("ctrl", "alt", "kp_add"), ("alt", "left"), ("alt", "right"),
    ("alt", "up"), ("ctrl", "alt", "end"), ("shift", "f10"), ("ctrl", "shift", "t"), ("ctrl", "q"), ("ctrl", "w"),
)  # fmt: skip
RANDOM_KEYS = ("ctrl", "alt", "shift", "meta_l", "sysrq", "esc", "tab", "delete", "ret", *FUNCTION_KEYS, *"abcrtxz12")
RANDOM_CHORDS = 150
PAUSE_S = 0.03
STICK_MIB = 8
STICK_FILES = {
    "autorun.inf": "[autorun]\nopen=autorun.sh\nshellexecute=autorun.sh\n",
    "autorun.sh": "#!/bin/sh\ntouch /run/escaped\n",
    "autostart": "#!/bin/sh\ntouch /run/escaped\n",
    "hailong-update.raucb": "not a bundle",
    "hailong.toml": 'centre_url = "https://elsewhere.example"\n',
    "LISEZ-MOI.desktop": "[Desktop Entry]\nType=Application\nExec=sh -c 'touch /run/escaped'\n",
}
LOOK = """
echo "boot $(cat /proc/sys/kernel/random/boot_id)"
echo "kiosk $(systemctl show -P MainPID hailong-kiosk) $(systemctl show -P NRestarts hailong-kiosk)"
echo "console $(cat /sys/class/tty/tty0/active)"
echo "mounts $(findmnt -rno SOURCE,TARGET -t nosysfs,noproc | grep -v '^systemd-1' | sort | md5sum)"
echo "terminals $(ps -eo tty,comm --no-headers | grep -v '^?' | sort | tr '\\n' ' ')"
echo "logins $(pgrep -c 'getty|login|sulogin|sshd|bash') "
echo "escaped $(ls /run/escaped /tmp/escaped 2>/dev/null)"
"""
ENDS = {"RESET", "SHUTDOWN", "GUEST_PANICKED", "POWERDOWN"}
HEARD = (
    "grep -E 'i8042' /proc/interrupts | awk '{n=0; for (i=2;i<=NF && $i ~ /^[0-9]+$/;i++) n+=$i; s+=n} END {print s+0}'"
)


class Escaped(Exception):
    """A key ended the machine."""


@dataclass(frozen=True)
class Inside:
    """What the root shell sees that must not change."""

    lines: tuple[str, ...]

    def changes(self, later: "Inside") -> list[str]:
        return [f"{before!r} became {after!r}" for before, after in zip(self.lines, later.lines, strict=True)
                if before != after]  # fmt: skip


def run(ground: Ground, outcome: Outcome) -> None:
    """All chords on the built-in keyboard, then on one that is plugged in, then a stick."""
    with ground.restored("escape", online=False) as (machine, glass):
        dice, before = ground.dice("escape"), look(machine)
        if before.lines[6] != "escaped" or before.lines[4] != "terminals":
            outcome.wrong.append(f"already before the first key: {before.lines[4]}, {before.lines[6]}")
        heard = int(machine.shell.run(HEARD))
        outcome.counts["chords PS/2"] = press(machine, [*CHORDS, *random_chords(dice)])
        outcome.counts["i8042 interrupts"] = int(machine.shell.run(HEARD)) - heard
        judge(ground, outcome, machine, glass, before, "keys of the built-in keyboard")
        machine.qmp.do("device_add", driver="usb-kbd", id="kbd0", bus="usb0.0")
        time.sleep(5.0)
        outcome.counts["usb keyboard"] = usb_says(machine)
        outcome.counts["chords USB"] = press(machine, [*CHORDS, *random_chords(dice)])
        if any(line.startswith("1 ") for line in outcome.counts["usb keyboard"].split(" / ")):
            outcome.wrong.append(f"a keyboard was let in: {outcome.counts['usb keyboard']}")
        machine.qmp.do("device_del", id="kbd0")
        judge(ground, outcome, machine, glass, before, "keys of a plugged-in keyboard")
        plug_stick(machine, make_stick(ground.work / "stick.img"))
        time.sleep(8.0)
        outcome.counts["usb storage"] = usb_says(machine)
        if not outcome.counts["usb storage"].endswith("disks 0"):
            outcome.wrong.append(f"a stick became a disk: {outcome.counts['usb storage']}")
        outcome.counts["files on the stick"] = len(STICK_FILES)
        judge(ground, outcome, machine, glass, before, "a stick")
        outcome.counts["seed"] = ground.seed


def look(machine: Machine) -> Inside:
    return Inside(tuple(line.strip() for line in machine.shell.run(LOOK, check=False).strip().splitlines()))


def press(machine: Machine, chords: Iterable[Sequence[str]]) -> int:
    """How many chords were pressed and let go."""
    count = 0
    for count, chord in enumerate(chords, 1):  # noqa: B007  the last count is what is wanted
        machine.qmp.chord(chord, hold_ms=40)
        time.sleep(0.04 + PAUSE_S)
        if unwanted := ENDS & set(machine.qmp.events):
            raise Escaped(f"{'+'.join(chord)} or a chord just before it: {', '.join(sorted(unwanted))}")
    return count


def random_chords(dice: random.Random) -> list[tuple[str, ...]]:
    return [tuple(dice.sample(RANDOM_KEYS, dice.randint(1, 4))) for _ in range(RANDOM_CHORDS)]


def judge(ground: Ground, outcome: Outcome, machine: Machine, glass: Glass, before: Inside, what: str) -> None:
    """Nothing inside changed, the machine was not reset, and a citizen is asked and thanked as ever."""
    outcome.wrong += [f"after {what}: {change}" for change in before.changes(look(machine))]
    ledger = Ledger([])
    ground.citizens(glass, ground.dice(what), ledger).serve_whole()
    outcome.counts["thanked"] = outcome.counts.get("thanked", 0) + ledger.thanked
    glass.wait_for("the invitation", lambda now: now.screen == "invitation")
    time.sleep(1.0)
    name = "after-" + what.replace(" ", "-")
    ground.album.keep(name, glass.picture())
    if not ground.album.shows(glass.picture(), "rest"):
        outcome.wrong.append(f"after {what} the picture is not the survey: {ground.album.path(name)}")


def usb_says(machine: Machine) -> str:
    """Of each plugged device: 1 if it was let in, its name, how many drivers hold it; then how many disks there are."""
    said = machine.shell.run(
        "for d in /sys/bus/usb/devices/*-*; do case $d in *:*) continue;; esac; "
        "echo $(cat $d/authorized) $(cat $d/product 2>/dev/null) $(ls -d $d:*/driver 2>/dev/null | wc -l); done; "
        "echo disks $(ls -d /sys/block/sd* 2>/dev/null | wc -l)",
        check=False,
    )
    return " / ".join(said.split("\n")).strip(" /")


def make_stick(path: Path) -> Path:
    """A FAT stick with what autorun and file managers of other systems start."""
    with path.open("wb") as file:
        file.truncate(STICK_MIB << 20)
    subprocess.run(["mkfs.vfat", "-n", "HAILONG", str(path)], check=True, capture_output=True)
    for name, text in STICK_FILES.items():
        subprocess.run(["mcopy", "-i", str(path), "-", f"::{name}"], input=text.encode(), check=True)
    return path


def plug_stick(machine: Machine, path: Path) -> None:
    machine.qmp.do("blockdev-add", **{"driver": "raw", "node-name": "stick",
                                      "file": {"driver": "file", "filename": str(path)}})  # fmt: skip
    machine.qmp.do("device_add", driver="usb-storage", id="stick0", drive="stick", bus="usb0.0", removable=True)
