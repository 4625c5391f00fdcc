"""The trial of the real image in a virtual machine: one part after the other, a table, a report, pictures.

Run: python -m tests.appliance [--parts cuts,escape,…] [--cycles N] [--updates N] [--seed N]. Needs the image that
`make image` leaves under build/appliance. Exit code 0 only if the appliance kept everything that was tried.
"""

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tests.appliance import arm64, cuts, escape, faults, month, slots, updates
from tests.appliance.glass import Album
from tests.appliance.ground import Ground
from tests.appliance.lanes import joined, run_lanes, split
from tests.appliance.machine import Board
from tests.appliance.office import Office
from tests.appliance.parts import Outcome, Part, try_part
from tests.appliance.tools import Tools, carries_kvm, find_tools

NEEDED = "virtio-multitouch-pci"
KERNEL = Path("work/amd64/parts/vmlinuz")  # which the image's build keeps
PICTURES = "pictures"
KVM = {"accel": "kvm", "cpu": "host,arch-capabilities=off"}


def main(arguments: Sequence[str] | None = None) -> int:
    arguments = sys.argv[1:] if arguments is None else arguments
    options = _options(arguments)
    build: Path = options.build.resolve()
    image: Path = options.image or build / "hailong-amd64.img"
    tools = find_tools(build)
    if not image.exists() or not tools.has(NEEDED):
        what = f"{image} is missing" if not image.exists() else f"this QEMU has no {NEEDED} (8.1 and later have it)"
        print(f"nothing tried: {what}. Run: make image", file=sys.stderr)
        return os.EX_UNAVAILABLE
    names, started_s = list(chosen(options)), time.monotonic()
    signal.signal(signal.SIGTERM, _end)
    if options.child:
        board = Board(tools, **KVM) if options.accel == "kvm" else Board(tools)
        report = _try_all(options, board, image, build / PICTURES)
        options.child.write_text(json.dumps(report))
        return os.EX_OK
    board, remarks = choose_board(tools, options.kernel or build / KERNEL)
    shutil.rmtree(build / PICTURES, ignore_errors=True)
    lanes = split(names) if options.lanes > 1 else [names]
    with tempfile.TemporaryDirectory(prefix="hailong-lanes-") as work:
        accel = "kvm" if board.accel == "kvm" else "tcg"
        report = joined(run_lanes(lanes, [*arguments, "--accel", accel], Path(work)))
    report["parts"].sort(key=lambda part: names.index(part["name"]))
    minutes = (time.monotonic() - started_s) / 60
    return _finish(build, {"minutes": round(minutes, 1), "remarks": remarks, "lanes": lanes, **report})


def _end(*_: object) -> None:
    """Machines and offices end with the trial; a second signal does not disturb that."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(128 + signal.SIGTERM)


def _try_all(options: argparse.Namespace, board: Board, image: Path, pictures: Path) -> dict[str, Any]:
    """One lane: its parts one after the other, on one office."""
    work = Path(tempfile.mkdtemp(prefix="hailong-vm-", dir=options.work))
    try:
        with Office(work / "office") as office:
            office.open()
            ground = Ground(board, image, work, Album(pictures), office, options.seed)
            outcomes = [_tried(name, part, ground) for name, part in chosen(options).items()]
    finally:
        if not options.keep:
            shutil.rmtree(work, ignore_errors=True)
    return {
        "seed": ground.seed,
        "first_screen_s": ground.boots,
        "processor_s": ground.work_s,
        "parts": [outcome.as_json() for outcome in outcomes],
    }


def chosen(options: argparse.Namespace) -> dict[str, Part]:
    """The parts asked for, the important ones first."""
    parts = all_parts(options.cycles, options.updates)
    names = options.parts.split(",") if options.parts else list(parts)
    if unknown := set(names) - set(parts):
        raise SystemExit(f"no part {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    return {name: part for name, part in parts.items() if name in names}


def all_parts(cycles: int, update_cuts: int) -> dict[str, Part]:
    """`cycles`: power cuts while people tap; `update_cuts`: while an update is written."""
    return {
        "cuts": partial(cuts.run, cycles=cycles),
        "control": cuts.control,
        "escape": escape.run,
        "faults": faults.run,
        "month": month.run,
        "updates": partial(updates.run, cuts=update_cuts),
        "slots": slots.run,
        "arm64": arm64.run,
    }


def choose_board(tools: Tools, kernel: Path) -> tuple[Board, list[str]]:
    """KVM only where a stock kernel is seen to run on it; and what to tell of it."""
    remarks = [f"QEMU {'.'.join(map(str, tools.version()))} of {'the host' if tools.is_host else 'the tools tree'}"]
    works, why = carries_kvm(tools, kernel)
    remarks.append("KVM carries guests here and is used" if works else f"software emulation, no KVM: {why}")
    return (Board(tools, **KVM) if works else Board(tools)), remarks


def _tried(name: str, part: Part, ground: Ground) -> Outcome:
    print(f"{name}…", flush=True)
    outcome = try_part(name, part, ground)
    print(outcome.line(), flush=True)
    for wrong in outcome.wrong:
        print(f"  wrong: {wrong}", flush=True)
    return outcome


def _finish(build: Path, report: dict[str, Any]) -> int:
    outcomes = [Outcome(**part) for part in report["parts"]]
    report["load"] = [round(load, 1) for load in os.getloadavg()]
    report["pictures"] = sorted(path.name for path in (build / PICTURES).glob("*.png"))
    (build / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"\n{'; '.join(report['remarks'])}; {len(report['lanes'])} machines at a time; seed {report['seed']}")
    for outcome in outcomes:
        print(outcome.line())
        for text in (*(f"wrong: {wrong}" for wrong in outcome.wrong), *(f"left out: {s}" for s in outcome.skipped)):
            print(f"{'':<11}{text}")
    print(f"{report['minutes']} minutes; {build / 'report.json'}; pictures in {build / PICTURES}")
    return 1 if any(outcome.wrong for outcome in outcomes) else os.EX_OK


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.appliance", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--build", type=Path, default=Path("build/appliance"), help="where the image lies")
    parser.add_argument("--image", type=Path, help="the image itself (BUILD/hailong-amd64.img)")
    parser.add_argument("--kernel", type=Path, help="a stock kernel to try KVM with (the image's)")
    parser.add_argument("--parts", default="", help="comma-separated; all of them")
    parser.add_argument("--cycles", type=int, default=10, help="power cuts while citizens tap (10)")
    parser.add_argument("--updates", type=int, default=1, help="power cuts while an update is written (1)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, help="folder for disks and logs of the run (the system's)")
    parser.add_argument("--keep", action="store_true", help="keep them")
    parser.add_argument("--lanes", type=int, default=min(2, os.cpu_count() or 1), help="machines at a time (2)")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)  # a lane: where its report goes
    parser.add_argument("--accel", choices=("kvm", "tcg"), default="tcg", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
