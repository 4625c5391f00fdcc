"""How long an image takes from power-on to its first picture, and what memory it holds then: one row for each image.

Run: python -m tests.appliance.figures [IMAGE…] (default: the kiosk's and, where it was built, the browser's beside it).
Emulated seconds are no Pi's: only the ratio of two rows means something, and «cpu s» (the emulator's processor time)
more than wall time on a machine that does other things too.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.appliance.glass import Album, Glass, deviation
from tests.appliance.machine import Board, Disk, Machine, make_overlay
from tests.appliance.shell import credentials
from tests.appliance.tools import find_tools

DRAWN = 12.0  # deviation of grey levels: more than an empty page with a pointer on it
FIRST_PICTURE_S, STEADY_S, SHELL_S = 900.0, 20.0, 300.0
MEMORY = "grep -E '^(MemTotal|MemAvailable):' /proc/meminfo | tr -d ':' | awk '{print $1, $2}'"
HELD = "cat /proc/[0-9]*/smaps_rollup 2>/dev/null | awk '/^Pss:/ {all += $2} END {print all}'"
SPENT = "{ systemctl show '*.service' -p Id,CPUUsageNSec; echo; } | awk -F= '/^Id=/ {id = $2} /^CPU/ {ns = $2} "
SPENT += "(!$0) && ns > 1e8 && ns < 1e15 {print id, int(ns / 1e6); ns = 0}'"
STARTED = "cut -d' ' -f1 /proc/uptime; systemctl show -P UserspaceTimestampMonotonic"


@dataclass(frozen=True)
class Figures:
    """Seconds since the plug, and MB; `kernel_s`: until the kernel ran, `system_s`: until systemd did."""

    image: str
    kernel_s: float
    system_s: float
    picture_s: float
    picture_cpu_s: float
    used_mb: int
    programs_mb: int
    load: float
    spent_ms: Mapping[str, int]  # processor time of each service, as the guest counts it

    def row(self) -> str:
        times = f"{self.kernel_s:.1f} | {self.system_s:.1f} | {self.picture_s:.0f} | {self.picture_cpu_s:.0f}"
        return f"| {self.image} | {times} | {self.used_mb} | {self.programs_mb} | {self.load:.1f} |"


HEAD = (
    "| image | kernel s | systemd s | first picture s | cpu s | used MB | of it programs MB | load of the machine |\n"
)
HEAD += "|---|---|---|---|---|---|---|---|"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.appliance.figures", description=__doc__)
    parser.add_argument("images", type=Path, nargs="*")
    parser.add_argument("--build", type=Path, default=Path("build/appliance"))
    parser.add_argument("--cpus", type=int, default=2)
    options = parser.parse_args(arguments)
    build: Path = options.build.resolve()
    images = options.images or sorted(build.glob("hailong-amd64*.img"))
    if not images:
        print(f"no image under {build}. Run: make image ARCH=amd64", file=sys.stderr)
        return os.EX_UNAVAILABLE
    board = Board(find_tools(build), cpus=options.cpus)
    found = [measure(board, image, Album(build / "pictures")) for image in images]
    print("\n".join([HEAD, *(one.row() for one in found)]))
    for one in found:
        most = sorted(one.spent_ms.items(), key=lambda pair: -pair[1])[:12]
        print(f"{one.image}: guest's processor seconds: " + ", ".join(f"{name} {ms / 1000:.1f}" for name, ms in most))
    (build / "figures.json").write_text(json.dumps([asdict(one) for one in found], indent=1) + "\n")
    return os.EX_OK


def measure(board: Board, image: Path, album: Album) -> Figures:
    with tempfile.TemporaryDirectory(prefix="hailong-figures-") as folder:
        disk = make_overlay(board.tools, image, Path(folder) / "disk.qcow2")
        with Machine(Path(folder) / "vm", board, Disk(overlay=disk), credentials()) as machine:
            return _watched(machine, image.stem, album)


def _watched(machine: Machine, name: str, album: Album) -> Figures:
    """Until the picture stands; the shell is asked only afterwards, so that it costs the start nothing."""
    glass, dark = Glass(machine), True
    while dark and machine.age_s() < FIRST_PICTURE_S:
        time.sleep(1.0)
        picture = glass.picture()  # the firmware's and the boot loader's are of another size
        dark = picture.size != (machine.board.width, machine.board.height) or deviation(picture) < DRAWN
    picture_s, cpu_s, load = machine.age_s(), machine.cpu_s(), os.getloadavg()[1]
    time.sleep(STEADY_S)
    album.keep(f"first-{name}", glass.picture())
    machine.shell.run("true", SHELL_S)  # once: what is asked twice of a busy machine is answered twice
    uptime, userspace = machine.shell.run(STARTED).split()
    kernel_s = machine.age_s() - float(uptime)
    memory = _pairs(machine.shell.run(MEMORY))
    used = (memory["MemTotal"] - memory["MemAvailable"]) // 1024
    held = int(machine.shell.run(HELD).split()[-1]) // 1024
    system_s = kernel_s + int(userspace) / 1e6
    spent = _pairs(machine.shell.run(SPENT))
    return Figures(name, kernel_s, system_s, float("nan") if dark else picture_s, cpu_s, used, held, load, spent)


def _pairs(said: str) -> Mapping[str, int]:
    return {name: int(kilobytes) for name, kilobytes in (line.split() for line in said.split("\n") if line.strip())}


if __name__ == "__main__":
    sys.exit(main())
