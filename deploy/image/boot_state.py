#!/usr/bin/python3
"""RAUC's way to the boot loader's counters: which slot is tried first, and how many tries each has left.

Owns one file of one sector on the partition HL-STATE, in the spelling of GRUB (grubenv) or U-Boot (ab.env); knows
neither slots' contents nor health. The sector is overwritten in place and flushed: a power cut leaves the old or the
new state.
Standard library only: it runs on the kiosk. Commands are those of RAUC's custom bootloader backend.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

STATE = Path("/boot/state")
TRIES = 3
FRESH = {"ORDER": "A B", "A_LEFT": str(TRIES), "B_LEFT": str(TRIES)}
GRUB_HEAD, GRUB_SIZE, UBOOT_SIZE = "# GRUB Environment Block\n", 1024, 512
EX_OK, EX_DATAERR, EX_IOERR = 0, 65, 74


def main(arguments: list[str] | None = None) -> int:
    options = read_options(arguments)
    try:
        path = state_file(options.directory)
        state = {**FRESH, **parse(path.read_bytes())}
        if options.command == "get-primary":
            print(primary(state))
        elif options.command == "get-state":
            print("good" if int(state[f"{options.slot}_LEFT"]) else "bad")
        elif options.command == "get-current":
            print(current(Path("/proc/cmdline").read_text()))
        elif options.command == "show":
            print(" ".join(f"{key}={state[key]!r}" for key in FRESH))
        else:
            write(path, changed(state, options.command, options.slot, options.state))
    except OSError as error:
        print(f"{error}; is the partition HL-STATE there?", file=sys.stderr)
        return EX_IOERR
    except ValueError as error:
        print(error, file=sys.stderr)
        return EX_DATAERR
    return EX_OK


def read_options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="boot-state", description=__doc__.partition("\n")[0])
    parser.add_argument("--directory", type=Path, default=STATE, help="where the partition is mounted")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("get-primary", "get-current", "show"):
        commands.add_parser(name)
    for name in ("get-state", "set-primary", "set-state"):
        one = commands.add_parser(name)
        one.add_argument("slot", choices=("A", "B"))
        if name == "set-state":
            one.add_argument("state", choices=("good", "bad"))
    parser.set_defaults(slot="", state="")
    return parser.parse_args(arguments)


def state_file(directory: Path) -> Path:
    """Raises: FileNotFoundError when neither boot loader's file is there."""
    for name in ("grubenv", "ab.env"):
        if (directory / name).exists():
            return directory / name
    raise FileNotFoundError(f"{directory} holds no grubenv and no ab.env")


def parse(block: bytes) -> dict[str, str]:
    """Only values that make sense; anything else falls back to a fresh state, as in the boot loaders."""
    found = dict(re.findall(r"^(\w+)=(.*)$", block.rstrip(b"\0").decode("ascii", "replace"), re.MULTILINE))
    good = {key: found[key] for key in ("A_LEFT", "B_LEFT") if re.fullmatch("[0-3]", found.get(key, ""))}
    if found.get("ORDER") in ("A B", "B A"):
        good["ORDER"] = found["ORDER"]
    return good


def primary(state: dict[str, str]) -> str:
    """The slot that the boot loader takes next."""
    order = state["ORDER"].split()
    return next((slot for slot in order if int(state[f"{slot}_LEFT"])), order[0])


def current(command_line: str) -> str:
    found = re.search(r"\brauc\.slot=([AB])\b", command_line)
    if not found:
        raise ValueError("the kernel's command line names no slot")
    return found[1]


def changed(state: dict[str, str], command: str, slot: str, condition: str) -> dict[str, str]:
    if command == "set-state":
        return {**state, f"{slot}_LEFT": str(TRIES if condition == "good" else 0)}
    other = "B" if slot == "A" else "A"
    return {**state, "ORDER": f"{slot} {other}", f"{slot}_LEFT": str(TRIES)}


def rendered(name: str, state: dict[str, str]) -> bytes:
    """The whole file, always of one length."""
    lines = "".join(f"{key}={state[key]}\n" for key in FRESH)
    if name == "grubenv":
        return (GRUB_HEAD + lines).encode().ljust(GRUB_SIZE, b"#")
    return lines.encode().ljust(UBOOT_SIZE, b"\0")


def write(path: Path, state: dict[str, str]) -> None:
    block = rendered(path.name, state)
    remount(path.parent, "rw")
    try:
        file = os.open(path, os.O_WRONLY | os.O_SYNC)
        try:
            os.pwrite(file, block, 0)
        finally:
            os.close(file)
    finally:
        remount(path.parent, "ro")


def remount(directory: Path, mode: str) -> None:
    """The partition is read-only but for this moment; a plain directory (a trial) stays as it is."""
    if os.path.ismount(directory):
        subprocess.run(["/usr/bin/mount", "-o", f"remount,{mode}", str(directory)], check=True)


if __name__ == "__main__":
    sys.exit(main())
