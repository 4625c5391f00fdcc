"""What every part stands on: the image's copy, the disk server, the machine, the office, the album. Knows no part.

Each boot is kept as a picture of its first screen, for a person to look at.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from deploy.demo.fingers import Lit
from tests.appliance.glass import Album, Citizens, Glass, Ledger
from tests.appliance.machine import CARD_BYTES, Board, Disk, Machine, make_overlay
from tests.appliance.office import Office
from tests.appliance.shell import credentials

SHELL_S = 400.0  # a boot under emulation beside other work
FIRST_SCREEN_S = 300.0
DELIVERED_S = 180.0
NOWHERE = (500.0, 50.0)  # a place of the head where nothing is
# Until there is a way to anywhere, a minute at most
ADDRESSED = "for n in $(seq 60); do awk '$2 == 0 {found = 1} END {exit !found}' /proc/net/route && break; sleep 1; done"
AGENT = "/opt/hailong/bin/hailong-agent"
DATA = "/var/lib/hailong"


class PartFailed(Exception):
    """The appliance did not keep what it promises; the message says what, for a person."""


@dataclass
class DiskServer:
    """A process of tests.appliance.disk over `image`."""

    image: Path
    socket: Path
    seed: int
    lying: bool = False

    def __post_init__(self) -> None:
        self.socket.unlink(missing_ok=True)
        command = [sys.executable, "-m", "tests.appliance.disk", str(self.image), str(self.socket)]
        command += ["--seed", str(self.seed), *(["--lying"] if self.lying else [])]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
        self._says().readline()

    def end(self, cut: bool) -> dict[str, int]:
        """Power cut or orderly end; how much was volatile and survived."""
        self.process.send_signal(signal.SIGUSR1 if cut else signal.SIGTERM)
        told: dict[str, int] = json.loads(self._says().readline())
        self.process.wait(60)
        return told

    def _says(self) -> Any:
        assert self.process.stdout is not None
        return self.process.stdout

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@dataclass
class Ground:
    """`work`: scratch folder of this run; `snapshot`: the enrolled kiosk at rest, made when first asked for."""

    board: Board
    image: Path
    work: Path
    album: Album
    office: Office
    seed: int
    snapshot: Path | None = None
    rest: Lit | None = None  # what the snapshot's screen shows
    offer: Lit | None = None  # what a kiosk shows that nobody has enrolled
    boots: dict[str, list[float]] = field(default_factory=dict)  # seconds to the first screen, by kind of boot
    work_s: dict[str, list[float]] = field(default_factory=dict)  # the emulator's processor time until then

    def dice(self, name: str) -> random.Random:
        """Every part has its own, so that leaving one out changes no other."""
        return random.Random(f"{self.seed} {name}")

    def copy(self, source: Path, name: str) -> Path:
        target = self.work / name
        subprocess.run(["cp", "--sparse=always", "--reflink=auto", str(source), str(target)], check=True)
        return target

    def card(self, name: str) -> Path:
        """The image, written on a card that is larger."""
        target = self.copy(self.image, name)
        os.truncate(target, CARD_BYTES)
        return target

    def serve(self, image: Path, seed: int, lying: bool = False) -> DiskServer:
        return DiskServer(image, self.work / "disk.sock", seed, lying)

    def machine(self, name: str, disk: Disk, restore: str = "", clock: str = "utc", **board: Any) -> Machine:
        return Machine(self.work / name, replace(self.board, **board), disk, credentials(), restore, clock)

    def first_screen(self, machine: Machine, kind: str, lit: Lit | None = None) -> Glass:
        """Wait until the kiosk has drawn, and keep the picture as `kind`. Raises: NotShown, ShellError."""
        glass = Glass(machine, lit)
        glass.wait_for("the first screen", lambda _now: True, FIRST_SCREEN_S + SHELL_S)
        self.boots.setdefault(kind, []).append(round(machine.age_s(), 1))
        self.work_s.setdefault(kind, []).append(round(machine.cpu_s(), 1))
        self.album.wait_until_lit(glass)
        if not self.album.path(f"boot-{kind}").exists():
            self.album.keep(f"boot-{kind}", glass.picture())
        return glass

    def citizens(self, glass: Glass, dice: random.Random, ledger: Ledger) -> Citizens:
        return Citizens(glass, self.album, dice, ledger)

    @contextlib.contextmanager
    def restored(self, name: str, online: bool) -> Iterator[tuple[Machine, Glass]]:
        """The enrolled kiosk at rest, some seconds after the call; restoring takes its disk back too.

        Every restored kiosk has the same identity: only one part of a run may be `online` with it.
        """
        disk = self.snapshot or self._make_snapshot()
        with self.machine(name, Disk(overlay=disk), restore="rest") as machine:
            machine.plug_line(online)  # it was pulled when the snapshot was made
            machine.shell.wait(60.0)
            machine.shell.run(f"date -s @{int(time.time())}")  # as its clock chip would say, were it not asleep
            if online:
                machine.shell.run(ADDRESSED, 120.0)
            yield machine, Glass(machine, self.rest)

    def _make_snapshot(self) -> Path:
        """Boot the image once, cold, enrol it as a kiosk of its own, and keep it at rest."""
        disk = make_overlay(self.board.tools, self.image, self.work / "rest.qcow2")
        with self.machine("rest", Disk(overlay=disk)) as machine:
            glass = self.first_screen(machine, "snapshot")
            self.look_at_the_code_pad(glass)
            machine.shell.wait(SHELL_S)
            enrol(machine, self.office)
            self.rest = glass.wait_for("the invitation", lambda now: now.screen == "invitation")
            machine.shell.run("systemctl is-system-running --wait", SHELL_S, check=False)
            machine.plug_line(False)
            machine.qmp.tap(*NOWHERE, self.board.width, self.board.height)  # a screen at rest is dimmed after a while
            time.sleep(3.0)
            self.album.keep("rest", glass.picture())
            machine.qmp.monitor("savevm rest")
        self.snapshot = disk
        return disk

    def look_at_the_code_pad(self, glass: Glass) -> None:
        """A technician's first touch, and back; its picture is kept, for the Pi's image must answer it alike."""
        self.offer = glass.wait_for("the offer to enrol", lambda now: now.screen == "enrol_offer")
        self.album.keep("offer", glass.picture())
        pad = glass.go(self.offer, "begin")
        self.album.keep("code-pad", glass.picture())
        glass.go(pad, "back")


def memory_used_mb(machine: Machine) -> int:
    """What the whole system holds and cannot give back."""
    said = machine.shell.run("cat /proc/meminfo")
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in said.strip().splitlines()}
    return (kilobytes["MemTotal"] - kilobytes["MemAvailable"]) // 1024


def as_kiosk(command: str) -> str:
    """A shell line run as the kiosk's own user."""
    return f"setpriv --reuid hailong --regid hailong --init-groups {command}"


def enrol(machine: Machine, office: Office) -> str:
    """Settings, then the agent's own way in with a one-time code; what the agent said."""
    bundle = office.authority.bundle.read_text()
    settings = (
        f'data_directory = "{DATA}"\ncentre_url = "{office.seen_url}"\nca_bundle = "/etc/hailong/office-ca.pem"\n'
        "heartbeat_s = 10\ndelivery_s = 5\n"
    )
    put(machine, "/etc/hailong/office-ca.pem", bundle)
    put(machine, "/etc/hailong/agent.toml", settings)
    said = machine.shell.run(as_kiosk(f"{AGENT} enrol {office.enrolment_code()}"), 240.0)
    machine.shell.run("systemctl restart hailong-agent || true; sync", 240.0)  # the kiosk takes it up by itself
    return said


def put(machine: Machine, path: str, text: str) -> None:
    """Write a file of a few kilobytes in the guest."""
    machine.shell.run(f"cat > {path} <<'END-OF-FILE'\n{text}\nEND-OF-FILE\nchmod 644 {path}")


def status(machine: Machine) -> dict[str, Any]:
    """What the agent says of its outbox."""
    said = machine.shell.run(as_kiosk(f"{AGENT} status --json 2>/dev/null"), 240.0, check=False)
    told: dict[str, Any] = json.loads(said[said.index("{") :])
    return told


def wait_for_delivery(machine: Machine, office: Office, least: int, patience_s: float = DELIVERED_S) -> int:
    """Until the outbox holds neither drafts nor unsent answers; how many were ever sealed. Raises: PartFailed."""
    give_up = time.monotonic() + patience_s
    while True:
        health = status(machine)["health"]
        if health["next_seq"] - 1 >= least and not health["pending"] and not health["drafts"]:
            return int(health["next_seq"] - 1)
        if time.monotonic() > give_up:
            raise PartFailed(f"{least} answers were promised; after {patience_s:.0f} s the outbox says {health}")
        time.sleep(3.0)
