"""A trial in a process and on a display of its own, and its command line: what hammering and sittings share."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from kiosk.ui.screens import virtual_display

ROOT = Path(__file__).parents[2]
QUICK = Path("/dev/shm")  # a flush there costs nothing; what a flush promises is tried elsewhere
Outcome = TypeVar("Outcome")


def run_apart(
    module: str, outcome: type[Outcome], counts: dict[str, int], size: str, timeout_s: float | None
) -> Outcome:
    """`python -m MODULE --NAME=COUNT … --size=SIZE --json` on a display of its own. Raises: RuntimeError."""
    command = [sys.executable, "-m", module, *(f"--{name}={count}" for name, count in counts.items()), f"--size={size}"]
    with virtual_display(size) as environment:
        environment = environment | {"PYTHONPATH": os.pathsep.join([str(ROOT), environment.get("PYTHONPATH", "")])}
        done = subprocess.run(
            [*command, "--json"], env=environment, cwd=ROOT, stdout=subprocess.PIPE, timeout=timeout_s
        )
    if done.returncode:
        raise RuntimeError(f"{module} ended with {done.returncode}")
    return outcome(**json.loads(done.stdout.splitlines()[-1]))


def command_line(
    description: str | None,
    count: tuple[str, int],
    apart: Callable[[int, int, str], Any],
    here: Callable[[int, int, str, Path], Any],
    arguments: Sequence[str] | None,
) -> int:
    """`count`: name and default of what is counted. `apart` prints a line, `here` JSON on the present display."""
    parser = argparse.ArgumentParser(description=(description or "").split("\n")[0])
    parser.add_argument(f"--{count[0]}", dest="count", type=int, default=count[1])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", default="800x480")
    parser.add_argument("--json", action="store_true", help="on the present display")
    options = parser.parse_args(arguments)
    if not options.json:
        print(apart(options.count, options.seed, options.size).line())
        return 0
    with tempfile.TemporaryDirectory(dir=QUICK if QUICK.is_dir() else None) as directory:
        print(json.dumps(asdict(here(options.count, options.seed, options.size, Path(directory)))))
    return 0
