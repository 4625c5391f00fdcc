"""Parts that need nothing of each other, side by side: each lane is a process with a machine and an office of its own.

An emulated machine that starts or draws uses about one core and a half; two of them keep two cores busy.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, TextIO

# «control» goes on with the disk of «cuts». Of about equal length, see docs/appliance-tests.md
LANES = (("cuts", "control", "escape", "arm64"), ("faults", "month", "updates", "slots"))


def split(names: Collection[str]) -> list[list[str]]:
    """The lanes in which `names` are tried, without empty ones."""
    return [lane for lane in ([name for name in whole if name in names] for whole in LANES) if lane]


def run_lanes(lanes: Sequence[Sequence[str]], arguments: Sequence[str], work: Path) -> list[dict[str, Any]]:
    """Run each lane as `python -m tests.appliance` with `arguments`; their reports. What a lane says is said at once.

    Raises: LaneFailed if one ends without a report.
    """
    reports = [work / f"lane{number}.json" for number in range(len(lanes))]
    command = [sys.executable, "-m", "tests.appliance", *arguments]
    begun = zip(lanes, reports, strict=True)
    running: list[subprocess.Popen[str]] = []
    pumps: list[threading.Thread] = []
    try:
        for lane, report in begun:
            running.append(_begin([*command, "--parts", ",".join(lane), "--child", str(report)]))
            pumps.append(threading.Thread(target=_pass_on, args=(running[-1].stdout,)))
            pumps[-1].start()
        codes = [process.wait() for process in running]
    finally:
        for process in running:
            process.terminate()
    for pump in pumps:
        pump.join()
    if lost := [lanes[n] for n, report in enumerate(reports) if not report.exists()]:
        raise LaneFailed(f"no report of {lost}; exit codes {codes}")
    return [json.loads(report.read_text("utf-8")) for report in reports]


def joined(reports: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One report of all lanes: their parts one after the other, their starts by kind."""
    whole = dict(reports[0])
    whole["parts"] = [part for report in reports for part in report["parts"]]
    for kind in ("first_screen_s", "processor_s"):
        names = {name for report in reports for name in report[kind]}
        whole[kind] = {name: [s for report in reports for s in report[kind].get(name, [])] for name in sorted(names)}
    return whole


def _begin(command: Sequence[str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _pass_on(said: TextIO) -> None:
    for line in said:
        print(line, end="", flush=True)


class LaneFailed(Exception):
    """A lane ended without saying how it went."""
