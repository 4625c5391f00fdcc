"""`python -m deploy.package build`: one .deb from this checkout, the lock and the wheels that the lock names; `bundle`:
the same with every Debian package that it may need, for an office without a line."""

import argparse
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from deploy.package.built import build_lgpio
from deploy.package.bundle import bundle
from deploy.package.control import NAME, package_version, write_control
from deploy.package.deb import pack
from deploy.package.target import MACHINES, SUITES, Target, target
from deploy.package.tree import LIB, lay_out
from deploy.package.wheels import needs_building, unpack_wheels

SOURCE = Path(__file__).parents[2]
OUT = SOURCE / "build" / "package"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0, or 69 where something could not be had."""
    parser = argparse.ArgumentParser(prog="python -m deploy.package", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, does in (
        ("build", "build the package"),
        ("bundle", "the same, with all that an office without a line needs"),
    ):
        command = commands.add_parser(name, help=does)
        command.add_argument("--suite", choices=sorted(SUITES), default="trixie")
        command.add_argument("--arch", choices=sorted(MACHINES), default="amd64")
    options = parser.parse_args(arguments)
    machine = target(options.suite, options.arch)
    try:
        file = build(SOURCE, OUT, machine)
        if options.command == "bundle":
            file = bundle(file, machine, OUT, last_commit(SOURCE)[0])
    except subprocess.CalledProcessError as error:
        print(f"{error.cmd[0]} failed ({error.returncode})\n{error.stderr or ''}", file=sys.stderr)
        return 69
    print(f"{file}  {file.stat().st_size / 1e6:.1f} MB")
    return 0


def build(source: Path, out: Path, machine: Target) -> Path:
    """The package's file. Raises: subprocess.CalledProcessError, OSError."""
    work = out / f"{machine.architecture}.{machine.suite.name}"
    shutil.rmtree(work, ignore_errors=True)
    root = work / "root"
    version = tomllib.loads((source / "pyproject.toml").read_text())["project"]["version"]
    epoch_s, stamp = last_commit(source)
    lay_out(source, root, version, machine.suite.release)
    lock = source / "requirements" / "screen.txt"
    unpack_wheels(lock, machine, root / LIB, out / "wheels")
    if needs_building(machine):
        build_lgpio(lock, machine, root / LIB, out / "wheels")
    whole = package_version(version, stamp, machine)
    write_control(root, whole, machine)
    for older in out.glob(f"{NAME}_*_{machine.architecture}.{machine.suite.name}.deb"):
        older.unlink()
    file = out / f"{NAME}_{whole}_{machine.architecture}.{machine.suite.name}.deb"
    pack(root, file, epoch_s)
    shutil.rmtree(work)
    return file


def last_commit(source: Path) -> tuple[int, str]:
    """Its time in seconds since the epoch, and a stamp that sorts by it."""
    show = ["git", "-C", str(source), "log", "-1", "--date=format-local:%Y%m%dT%H%M%S", "--format=%ct %cd.%h"]
    answer = subprocess.run(
        show, check=True, capture_output=True, text=True, env={"TZ": "UTC", "PATH": "/usr/bin:/bin"}
    )
    seconds, stamp = answer.stdout.split()
    return int(seconds), stamp


if __name__ == "__main__":
    sys.exit(main())
