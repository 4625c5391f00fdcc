"""`hailong-doctor`: looks at the kiosk and says what is wrong and what to do; makes the support package."""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deploy.doctor import keep, package, touching
from deploy.doctor.codes import CHECKS
from deploy.doctor.examine import EVERY, examine
from deploy.doctor.finding import Finding
from deploy.doctor.machine import Machine
from deploy.doctor.show import as_document, as_text, exit_code
from deploy.doctor.units import versions
from deploy.durable import write_whole

PROGRESS_S = 2.0
SUPPORT = "support/goi-ho-tro.tar.gz"


def main(arguments: Sequence[str] | None = None) -> int:
    """0 all well, 1 something to watch, 2 something is bad; 64 wrong usage, 73 a file cannot be written."""
    options = _parser().parse_args(arguments)
    machine = Machine(root=options.root)
    try:
        if options.command == "package":
            return _package(machine, options.file)
        if options.command == "touch":
            return _touch(machine)
        if options.command == "accept-machine":
            return _accept(machine, options.asked)
        return _examine(machine, options)
    except OSError as error:
        print(f"Không ghi được: {error}", file=sys.stderr)
        return os.EX_CANTCREAT
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hailong-doctor", description="Khám máy khảo sát: hỏng gì, phải làm gì.")
    parser.add_argument("--json", action="store_true", help="for programs (docs/doctor.md)")
    parser.add_argument("--only", nargs="+", choices=list(EVERY), default=[], metavar="NAME", help=", ".join(EVERY))
    parser.add_argument("--keep", action="store_true", help="keep the outcome for the agent to tell the office")
    parser.add_argument("--root", type=Path, default=Path("/"), help=argparse.SUPPRESS)  # for tests
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    made = commands.add_parser("package", help="make the support package: no answer, no key, no secret")
    made.add_argument("file", nargs="?", type=Path, help=f"where; by default {SUPPORT} in the data directory")
    commands.add_parser("touch", help="try the four corners on the kiosk's own screen")
    accept = commands.add_parser(
        "accept-machine", help="the card was moved here: the key belongs into this machine now"
    )
    accept.add_argument(
        "--asked", type=Path, help="the file by which the service menu asked; goes before anything else"
    )
    return parser


def _examine(machine: Machine, options: argparse.Namespace) -> int:
    if machine.data().is_dir() and not os.access(machine.data(), os.R_OK | os.X_OK):
        print("Chạy bằng sudo: không có quyền thì không xem được hết.", file=sys.stderr)
    findings = _look(machine, options.only)
    document = _document(machine, findings)
    if options.keep and not options.only:
        keep.keep(machine, document)
    if options.json:
        print(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        print(as_text(findings, sys.stdout.isatty() and "NO_COLOR" not in os.environ))
    return exit_code(findings)


def _look(machine: Machine, only: Sequence[str] = ()) -> list[Finding]:
    told = sys.stderr.isatty()
    findings = examine(machine, only, progress=_progress if told else lambda _names, _seconds: None)
    if told:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    return findings


def _progress(names: Sequence[str], seconds: float) -> None:
    if seconds >= PROGRESS_S:
        waiting = ", ".join(CHECKS[name].lower() for name in names)
        print(f"\r\x1b[K… {seconds:.0f} giây, còn xem: {waiting}"[:110], end="", file=sys.stderr, flush=True)


def _document(machine: Machine, findings: Sequence[Finding]) -> dict[str, Any]:
    boot = machine.text("proc/sys/kernel/random/boot_id") or ""
    return as_document(findings, versions(machine), time.time(), boot, machine.up_s())


def _package(machine: Machine, file: Path | None) -> int:
    findings = _look(machine)
    path = file or machine.data() / SUPPORT
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    data = package.make(package.contents(machine, _document(machine, findings), findings), machine.now_s())
    write_whole(path, data, 0o640)
    print(f"{path}: {len(data) // 1024 + 1} kB. Trong gói không có phiếu, ý kiến, khóa hay mật khẩu nào.")
    return os.EX_OK


def _touch(machine: Machine) -> int:
    if not touching.has_menu(machine):
        print("Máy chưa có mã kỹ thuật: chạy «hailong-kiosk --make-service-code» và ghi dòng in ra vào kiosk.toml.")
        return os.EX_CONFIG
    print(touching.GUIDE.replace("{minutes}", f"{touching.WAIT_S / 60:.0f}"), flush=True)
    found = touching.outcome(touching.follow())
    if found is None:
        print("Chưa thử xong bốn góc. Nếu chạm không có phản hồi gì: xem dòng «Cảm ứng» của hailong-doctor.")
        return 2
    print(found[1])
    return 0 if found[0] else 2


def _accept(machine: Machine, asked: Path | None) -> int:
    if asked is not None:
        asked.unlink(missing_ok=True)
    if keep.accept(machine):
        print("Đã ghi nhận: khóa này thuộc máy này.")
        return os.EX_OK
    why = "Chưa biết khóa hoặc số máy: máy đã ghi danh chưa, hailong-agent có chạy được không?"
    print(why, file=sys.stderr)  # the service keeps no other output
    return 2


if __name__ == "__main__":
    sys.exit(main())
