"""System updates: the plug pulled while one is written, a whole one proved, one that cannot start given back.

Knows the bundles' making (deploy.update.bundle) and `hailong-update`; judges by which slot runs, whether the survey is
shown, and what the boot loader was told.
"""

import http.server
import importlib.util
import json
import threading
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from tests.appliance.glass import Glass, Ledger
from tests.appliance.ground import Ground, PartFailed, enrol
from tests.appliance.machine import Disk, Machine
from tests.appliance.office import SEEN_AS
from tests.appliance.parts import Outcome
from tests.appliance.qmp import QmpError
from tests.appliance.shell import ShellError

UPDATE = "/opt/hailong/bin/hailong-update"
INBOX = "/data/trial"  # where only root writes, as a stick's bundle would be handed over
LOG, BEGUN, ENDED = "/run/install.log", "update.begun", "ended with"
LONGEST_INSTALL_S = 600.0  # of an emulated machine: reading the bundle three times, writing it once
PROVED_S, LOOK_S = 600.0, 20.0  # a look is a start of Python there, which the proof has to wait for
TRIES = 3  # of the boot loader
FIRMWARE_S = 3  # QEMU's BIOS resets the machine once more when it finds that it has run before
CUT_S = (0.0, 40.0)  # after the bundle was found good and its writing has begun
FETCH = "import sys, urllib.request; urllib.request.urlretrieve(sys.argv[1], sys.argv[2])"
NEW, BROKEN = "2099.1", "2099.2"  # newer than whatever the image says


def run(ground: Ground, outcome: Outcome, cuts: int) -> None:
    """Cuts during the writing first; then the whole update; then the broken one."""
    if why := _missing(ground):
        outcome.skipped.append(why)
        return
    bundles = make_bundles(ground)
    image, dice = ground.card("updates.img"), ground.dice("updates")
    with Shelf(bundles[NEW].parent) as shelf:
        for number in range(cuts):
            seed, after_s = dice.randrange(2**32), dice.uniform(*CUT_S)
            slot = _cut_while_writing(ground, image, shelf, seed, after_s, first=number == 0)
            outcome.counts |= {"cuts while writing": number + 1, f"slot {slot} after": 1}
            print(f"  cut {number + 1}/{cuts} {after_s:.0f} s into the writing; it came up in slot {slot}", flush=True)
        _whole_and_broken(ground, outcome, image, shelf)
    outcome.counts["seed"] = ground.seed


def _missing(ground: Ground) -> str:
    parts = ground.image.parent / "work" / "amd64" / "parts"
    if importlib.util.find_spec("deploy.update.bundle") is None:
        return "no deploy.update here that makes bundles"
    if not (parts / "rootfs.squashfs").exists():
        return f"the build kept no {parts}/rootfs.squashfs to make a bundle of"
    return ""


def make_bundles(ground: Ground) -> dict[str, Path]:
    """One bundle of the very system that runs, under a newer version; and one, as well signed, that cannot start."""
    from deploy.update.bundle import Parts, Signer, make_bundle

    build = ground.image.parent
    parts, keys, out = build / "work" / "amd64" / "parts", build / "keys", ground.work / "bundles"
    out.mkdir()
    signer = Signer(keys / "system.cert.pem", keys / "system.key.pem")
    broken = out / "broken.squashfs"
    broken.write_bytes(b"no file system " * 65_536)
    rauc, boot = " ".join(ground.board.tools.command("rauc")), next(parts.glob("boot*fat"))
    made: dict[str, Path] = {}
    for version, rootfs in ((NEW, parts / "rootfs.squashfs"), (BROKEN, broken)):
        made[version] = out / f"hailong-amd64-{version}.raucb"
        make_bundle(Parts(rootfs, boot), version, "amd64", signer, made[version], rauc)
    return made


class Shelf:
    """Hands the bundles out over plain HTTP; the signature inside is what counts."""

    def __init__(self, folder: Path) -> None:
        handler = partial(_Silent, directory=str(folder))
        self._server = http.server.ThreadingHTTPServer(("0.0.0.0", 0), handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def url(self, version: str) -> str:
        return f"http://{SEEN_AS}:{self._server.server_port}/hailong-amd64-{version}.raucb"

    def __enter__(self) -> "Shelf":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""


def _bring(machine: Machine, shelf: Shelf, version: str) -> str:
    path = f"{INBOX}/{version}.raucb"
    machine.shell.run(
        f"mkdir -p {INBOX}; test -s {path} || python3 -c '{FETCH}' {shelf.url(version)} {path}; sync", 400.0
    )
    return path


def _cut_while_writing(ground: Ground, image: Path, shelf: Shelf, seed: int, after_s: float, first: bool) -> str:
    """One boot, one installation begun, one cut. The slot that this boot ran."""
    server = ground.serve(image, seed)
    try:
        with ground.machine("updates", Disk(socket=server.socket)) as machine:
            ground.first_screen(machine, "cold" if first else "after-update-cut")
            machine.shell.wait(120.0)
            slot = running_slot(machine)
            if first:
                enrol(machine, ground.office)
            path = _bring(machine, shelf, NEW)
            _begin_install(machine, path)
            give_up = time.monotonic() + LONGEST_INSTALL_S
            while BEGUN not in (said := machine.shell.run(f"cat {LOG}", check=False)):
                if ENDED in said or time.monotonic() > give_up:
                    raise PartFailed(f"nothing was written: {said.strip()}")
                time.sleep(0.5)
            plug = threading.Timer(after_s, machine.kill)
            plug.start()
            plug.join()
            return slot
    finally:
        server.end(cut=True)


def _whole_and_broken(ground: Ground, outcome: Outcome, image: Path, shelf: Shelf) -> None:
    server = ground.serve(image, ground.seed)
    try:
        with ground.machine("updates", Disk(socket=server.socket)) as machine:
            ground.first_screen(machine, "after-update-cut")
            machine.shell.wait(120.0)
            for version, kind in ((NEW, "after-update"), (BROKEN, "after-fallback")):
                glass = _install(ground, outcome, machine, shelf, version, kind)
            # Only now: whoever has just sat here is not cut off by an update
            ledger = Ledger([])
            ground.citizens(glass, ground.dice("updates, at the end"), ledger).serve_whole()
            outcome.counts["thanked"] = ledger.thanked
    finally:
        server.end(cut=False)


def _install(ground: Ground, outcome: Outcome, machine: Machine, shelf: Shelf, version: str, kind: str) -> Glass:
    slot, path = running_slot(machine), _bring(machine, shelf, version)
    machine.qmp.forget()
    began_s = time.monotonic()
    _begin_install(machine, path)
    _wait_for_restart(machine, kind)
    written_s = time.monotonic() - began_s
    print(f"  {version}: written in {written_s:.0f} s, and it starts anew", flush=True)
    machine.restarted()
    glass = ground.first_screen(machine, kind)
    print(f"  {version}: a screen after {machine.age_s():.0f} s", flush=True)
    machine.shell.wait(120.0)
    now, told = running_slot(machine), _settled(machine)
    starts = machine.qmp.count("RESET", FIRMWARE_S)
    outcome.counts[kind] = (
        f"{slot} to {now}, written in {written_s:.0f} s, {starts} starts, phase {told.get('phase')}, "
        f"why {told.get('why') or 'nothing'}, proven {told.get('proven')}"
    )
    if (now == slot) != (version == BROKEN) or (version == NEW and told.get("proven") != NEW):
        outcome.wrong.append(f"{kind}: it runs slot {now}, before it was {slot}: {told}")
    if version == BROKEN and starts != TRIES + 1:
        outcome.wrong.append(f"{kind}: {starts} starts, not {TRIES} of the broken slot and one of the good")
    return glass


def _begin_install(machine: Machine, path: str) -> None:
    machine.shell.run(f"{{ setsid {UPDATE} install --now --file {path}; echo {ENDED} $?; }} >{LOG} 2>&1 &")


def _wait_for_restart(machine: Machine, kind: str) -> None:
    """Until the machine begins anew. Raises: PartFailed with what was said, if the installation has ended without."""
    give_up, said = time.monotonic() + LONGEST_INSTALL_S, ""
    while time.monotonic() < give_up and ENDED not in said:
        with suppress(ShellError):  # busy, or gone already
            said = machine.shell.run(f"cat {LOG}", 30.0, check=False)
        machine.qmp.do("query-status")  # events come along with an answer
        if "RESET" in machine.qmp.events:
            return
        time.sleep(3.0)
    journal = machine.shell.run("journalctl -b -n 30 -o cat -u rauc -u 'hailong-update*'", check=False)
    raise PartFailed(f"{kind}: no restart; {said.strip()}\n{journal.strip()}")


def _settled(machine: Machine) -> dict[str, Any]:
    """What hailong-update says once nothing is on trial any more."""
    give_up = time.monotonic() + PROVED_S
    told: dict[str, Any] = {}
    while time.monotonic() < give_up:
        with suppress(ShellError, ValueError, QmpError):
            said = machine.shell.run(f"{UPDATE} status --json", 60.0, check=False)
            told = json.loads(said[said.index("{") :])
            if told.get("phase", "idle") == "idle":
                return told
        time.sleep(LOOK_S)
    return told


def running_slot(machine: Machine) -> str:
    said = machine.shell.run("cat /proc/cmdline")
    return next(word.partition("=")[2] for word in said.split() if word.startswith("rauc.slot="))
