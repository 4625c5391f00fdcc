"""The boot loaders' own counting, by GRUB on a PC (BIOS and EFI) and by the Pi's U-Boot.

Three starts that prove nothing, then the other slot, then begin again rather than stay dark. No system is waited for:
the plug is pulled when the counters change.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from deploy.image.boot_state import parse, rendered
from deploy.image.layout import MIB, place
from tests.appliance.arm64 import FIRMWARE
from tests.appliance.ground import Ground
from tests.appliance.machine import Board, Disk, Machine
from tests.appliance.parts import Outcome

OVMF = "usr/share/OVMF/OVMF_CODE_4M.fd"
COUNTED_S = 180.0
# (order, tries left of A, of B) after each start, from a fresh card; the start after the last begins again
COUNTS = [("A B", a, b) for a, b in ((2, 3), (1, 3), (0, 3), (0, 2), (0, 1), (0, 0), (3, 3))]


@dataclass(frozen=True)
class PlainDisk(Disk):
    """A raw file, which the trial can read while the machine runs."""

    path: Path = Path()

    def arguments(self) -> list[str]:
        node = f"driver=raw,node-name=disk,file.driver=file,file.filename={self.path}"
        return ["-blockdev", node, "-device", "virtio-blk-pci,drive=disk,id=disk0,bootindex=1"]


def run(ground: Ground, outcome: Outcome) -> None:
    for name, architecture, board in _boards(ground.board):
        image = ground.image.with_name(f"hailong-{architecture}.img")
        needed = [image, *(Path(word) for word in board.firmware if word.startswith("/"))]
        needed += [ground.board.tools.tree / OVMF] if name == "efi" else []
        if missing := [str(path) for path in needed if not path.exists()]:
            outcome.skipped.append(f"{name}: missing {', '.join(missing)}")
            continue
        copy = ground.copy(image, f"slots-{name}.img")
        for number, wanted in enumerate(COUNTS, start=1):
            with Machine(ground.work / f"slots-{name}", board, PlainDisk(path=copy)) as machine:
                found = _counted(machine, copy, architecture)
            if found != wanted:
                outcome.wrong.append(f"{name}: after start {number} the counters say {found}, not {wanted}")
                break
            outcome.counts[f"{name} starts"] = number
        else:
            _another_first(ground, outcome, name, architecture, board, copy)
        copy.unlink()


def _another_first(ground: Ground, outcome: Outcome, name: str, architecture: str, board: Board, copy: Path) -> None:
    """What RAUC leaves after an installation: the other slot first."""
    _write(copy, architecture, {"ORDER": "B A", "A_LEFT": "3", "B_LEFT": "3"})
    with Machine(ground.work / f"slots-{name}", board, PlainDisk(path=copy)) as machine:
        found = _counted(machine, copy, architecture)
    if found != ("B A", 3, 2):
        outcome.wrong.append(f"{name}: with B first the counters say {found}")
    outcome.counts[f"{name} starts"] += 1


def _boards(board: Board) -> Iterator[tuple[str, str, Board]]:
    tree = board.tools.tree
    yield "bios", "amd64", board
    yield "efi", "amd64", replace(board, firmware=("-drive", f"if=pflash,format=raw,readonly=on,file={tree / OVMF}"))
    u_boot = ("-bios", str(tree / FIRMWARE))
    yield "u-boot", "arm64", replace(board, arch="aarch64", machine="virt", cpu="cortex-a72", firmware=u_boot)


def _span(architecture: str) -> tuple[int, int]:
    (state,) = (one for one in place(architecture) if one.partition.name == "state")
    return state.start_mib * MIB, state.partition.size_mib * MIB


def _sector(copy: Path, architecture: str) -> tuple[int, bytes]:
    """Where in the file the counters lie, and the sector itself."""
    start, size = _span(architecture)
    with copy.open("rb") as file:
        file.seek(start)
        content = file.read(size)
    found = re.search(rb"(?:# GRUB Environment Block\n)?\w+=[^\0]*A_LEFT=|A_LEFT=", content)
    assert found, "no counters on the state partition"
    at = found.start() // 512 * 512
    return start + at, content[at : at + 512]


def _write(copy: Path, architecture: str, state: dict[str, str]) -> None:
    at, _ = _sector(copy, architecture)
    with copy.open("r+b") as file:
        file.seek(at)
        file.write(rendered("grubenv" if architecture == "amd64" else "ab.env", state))


def _counted(machine: Machine, copy: Path, architecture: str) -> tuple[str, int, int]:
    """The counters once the boot loader has written them."""
    _, before = _sector(copy, architecture)
    while machine.age_s() < COUNTED_S:
        time.sleep(0.2)
        _, now = _sector(copy, architecture)
        if now != before:
            break
    state = parse(now)
    return state.get("ORDER", "?"), int(state.get("A_LEFT", "-1")), int(state.get("B_LEFT", "-1"))
