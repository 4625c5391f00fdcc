"""The trial of the real image in a virtual machine: one part after the other, a table, a report, pictures.

Run: python -m tests.appliance [--parts cuts,escape,…] [--cycles N] [--updates N] [--seed N]. Needs the image that
`make image` leaves under build/appliance. Exit code 0 only if the appliance kept everything that was tried.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tests.appliance import arm64, cuts, escape, faults, month, slots, updates
from tests.appliance.glass import Album
from tests.appliance.ground import Ground
from tests.appliance.machine import Board
from tests.appliance.office import Office
from tests.appliance.parts import Outcome, Part, try_part
from tests.appliance.tools import Tools, carries_kvm, find_tools

NEEDED = "virtio-multitouch-pci"
KERNEL = Path("work/amd64/parts/vmlinuz")  # which the image's build keeps


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    build: Path = options.build.resolve()
    image: Path = options.image or build / "hailong-amd64.img"
    tools = find_tools(build)
    if not image.exists() or not tools.has(NEEDED):
        what = f"{image} is missing" if not image.exists() else f"this QEMU has no {NEEDED} (8.1 and later have it)"
        print(f"nothing tried: {what}. Run: make image", file=sys.stderr)
        return os.EX_UNAVAILABLE
    board, remarks = choose_board(tools, options.kernel or build / KERNEL)
    work = Path(tempfile.mkdtemp(prefix="hailong-vm-", dir=options.work))
    album = Album(build / "pictures")
    shutil.rmtree(album.directory, ignore_errors=True)
    started_s = time.monotonic()
    with Office(work / "office") as office:
        office.open()
        ground = Ground(board, image, work, album, office, options.seed)
        outcomes = [_tried(name, part, ground) for name, part in chosen(options).items()]
    finished = _finish(build, ground, outcomes, remarks, time.monotonic() - started_s)
    if not options.keep:
        shutil.rmtree(work)
    return finished


def chosen(options: argparse.Namespace) -> dict[str, Part]:
    """The parts asked for, the important ones first."""
    parts: dict[str, Part] = {
        "cuts": partial(cuts.run, cycles=options.cycles),
        "escape": escape.run,
        "faults": faults.run,
        "month": month.run,
        "updates": partial(updates.run, cuts=options.updates),
        "control": cuts.control,
        "slots": slots.run,
        "arm64": arm64.run,
    }
    names = options.parts.split(",") if options.parts else list(parts)
    if unknown := set(names) - set(parts):
        raise SystemExit(f"no part {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    return {name: part for name, part in parts.items() if name in names}


def choose_board(tools: Tools, kernel: Path) -> tuple[Board, list[str]]:
    """KVM only where a stock kernel is seen to run on it; and what to tell of it."""
    remarks = [f"QEMU {'.'.join(map(str, tools.version()))} of {'the host' if tools.is_host else 'the tools tree'}"]
    works, why = carries_kvm(tools, kernel)
    remarks.append("KVM carries guests here and is used" if works else f"software emulation, no KVM: {why}")
    return (Board(tools, accel="kvm", cpu="host,arch-capabilities=off") if works else Board(tools)), remarks


def _tried(name: str, part: Part, ground: Ground) -> Outcome:
    print(f"{name}…", flush=True)
    outcome = try_part(name, part, ground)
    print(outcome.line(), flush=True)
    for wrong in outcome.wrong:
        print(f"  wrong: {wrong}", flush=True)
    return outcome


def _finish(build: Path, ground: Ground, outcomes: list[Outcome], remarks: list[str], seconds: float) -> int:
    report = {
        "seed": ground.seed,
        "minutes": round(seconds / 60, 1),
        "remarks": remarks,
        "first_screen_s": ground.boots,
        "processor_s": ground.work_s,
        "load": [round(load, 1) for load in os.getloadavg()],
        "parts": [outcome.as_json() for outcome in outcomes],
        "pictures": sorted(path.name for path in ground.album.directory.glob("*.png")),
    }
    (build / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"\n{'; '.join(remarks)}; seed {ground.seed}")
    for outcome in outcomes:
        print(outcome.line())
        for text in (*(f"wrong: {wrong}" for wrong in outcome.wrong), *(f"left out: {s}" for s in outcome.skipped)):
            print(f"{'':<11}{text}")
    print(f"{seconds / 60:.1f} minutes; {build / 'report.json'}; pictures in {ground.album.directory}")
    return 1 if any(outcome.wrong for outcome in outcomes) else os.EX_OK


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.appliance", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--build", type=Path, default=Path("build/appliance"), help="where the image lies")
    parser.add_argument("--image", type=Path, help="the image itself (BUILD/hailong-amd64.img)")
    parser.add_argument("--kernel", type=Path, help="a stock kernel to try KVM with (the image's)")
    parser.add_argument("--parts", default="", help="comma-separated; all of them")
    parser.add_argument("--cycles", type=int, default=6, help="power cuts while citizens tap (6)")
    parser.add_argument("--updates", type=int, default=1, help="power cuts while an update is written (1)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, help="folder for disks and logs of the run (the system's)")
    parser.add_argument("--keep", action="store_true", help="keep them")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
