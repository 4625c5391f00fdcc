"""`hailong-update`: status, install, turn, prove. Real files, commands and clocks meet here and nowhere else."""

import argparse
import json
import logging
import os
import sys
import time
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from deploy.journal import log_to_journal
from deploy.update import proof, quiet
from deploy.update.keeping import Book, alone
from deploy.update.slots import Slots, SlotsFailed, run_command
from deploy.update.table import Phase, Why
from deploy.update.work import Machine

log = logging.getLogger("update")
DEFAULT_CONFIG = Path("/etc/hailong/update.toml")
LOOK_EVERY_S = 5.0
HELD_FOR_RESTART_S = 60.0
WORDS = {
    "nothing_ready": "Không có bản cập nhật nào đang chờ.",
    "opening_hours": "Đang giờ làm việc: cập nhật sau giờ. Muốn làm ngay khi vắng người: hailong-update install --now",
    "somebody_sits": "Có người đang trả lời hoặc vừa rời màn hình: thử lại sau ít phút.",
    "other_runs": "Đang có một lần cập nhật khác chạy trên máy này: chờ nó xong rồi thử lại.",
    "restarting": "Đã cài vào khe kia. Máy khởi động lại.",
    "trying": "Bản mới đang chạy thử, chưa chứng minh được; chờ xong mới cài bản khác.",
    Why.UNREADABLE: "Gói bị từ chối: không có chữ ký được tin, bị hỏng, hoặc không phải gói cập nhật.",
    Why.OTHER_MACHINE: "Gói dành cho loại máy khác.",
    Why.OLDER: "Gói không mới hơn bản đang chạy.",
    Why.FAILED_BEFORE: "Gói này đã hỏng trên máy này, không cài lại.",
    Why.INSTALL_FAILED: "Ghi vào khe kia không xong. Khe đang chạy không bị đụng tới; máy sẽ thử lại, tối đa 3 lần.",
    Why.INTERRUPTED: "Mất điện giữa lúc cài. Khe đang chạy không bị đụng tới.",
    Why.NOT_STARTED: "Bản mới không khởi động được; máy đã tự về bản cũ.",
    Why.NO_FRAMES: "Bản mới không vẽ được màn hình; máy đã tự về bản cũ.",
    Why.NO_INPUT: "Bản mới không nhận được chạm; máy đã tự về bản cũ.",
    Why.SELF_TEST: "Bản mới không ghi được phiếu thử; máy đã tự về bản cũ.",
    Why.NO_CONTACT: "Bản mới không liên lạc được với Sở như trước; máy đã tự về bản cũ.",
}
PHASES = {
    Phase.IDLE: "không có cập nhật dở dang",
    Phase.INSTALLING: "đang ghi vào khe kia",
    Phase.INSTALLED: "đã ghi xong, chờ lúc vắng để khởi động lại",
    Phase.TRYING: "bản mới đang chạy thử",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """`memory`: root's own folder on the data partition. `hours`: restart "closed" (outside `open`) or "any".

    `prove_within_s`: how long a new system has, from the start of its trial.
    """

    memory: Path = Path("/data/update")
    inbox: Path = Path("/var/lib/hailong/updates")
    run: Path = Path("/run/hailong")
    kiosk_settings: Path = Path("/etc/hailong/kiosk.toml")
    kiosk_command: str = "/opt/hailong/bin/hailong-kiosk"
    user: str = "hailong"
    hours: str = "closed"
    prove_within_s: float = 600.0


def main(arguments: list[str] | None = None) -> int:
    """Exit code of sysexits.h; 75 where it is to be tried later. One of the borders where any exception is caught."""
    options = _parser().parse_args(arguments)
    log_to_journal()
    try:
        settings = read_update_settings(options.config)
        machine = build_machine(settings)
        return {"status": _status, "install": _install, "turn": _turn, "prove": _prove}[options.command](
            machine, settings, options
        )
    except ValueError as error:
        print(f"{options.config}: {error}", file=sys.stderr)
        return os.EX_CONFIG
    except (SlotsFailed, OSError) as error:
        print(f"{error}\n{getattr(error, 'hint', '')}", file=sys.stderr)
        return os.EX_UNAVAILABLE
    except Exception:
        log.exception("process.failed")
        return os.EX_SOFTWARE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hailong-update", description="Cập nhật hệ thống của máy này, hai khe A/B.")
    parser.add_argument("--config", type=Path, default=DEFAULT_CONFIG, help=f"tệp cấu hình ({DEFAULT_CONFIG})")
    commands = parser.add_subparsers(dest="command", metavar="LỆNH", required=True)
    commands.add_parser("status", help="bản đang chạy, khe, việc dở dang").add_argument("--json", action="store_true")
    install = commands.add_parser("install", help="cài gói đã tải về, hoặc gói trên USB")
    install.add_argument("--file", type=Path, metavar="GÓI", help="tệp .raucb; không nêu thì gói đã tải")
    install.add_argument("--now", action="store_true", help="cả trong giờ làm việc; vẫn chờ lúc không ai trả lời")
    commands.add_parser("turn", help="bộ hẹn giờ gọi: cài gói đang chờ nếu đang vắng người")
    commands.add_parser("prove", help="bản vừa khởi động có giữ được không; không thì về bản cũ")
    return parser


def read_update_settings(path: Path) -> Settings:
    """The defaults where there is no file. Raises: ValueError, OSError."""
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Settings()
    known = {name: type(getattr(Settings(), name)) for name in Settings.__dataclass_fields__}
    if unknown := sorted(told.keys() - known.keys()):
        raise ValueError(f"unknown setting {unknown[0]!r}")
    settings = Settings(
        **{name: known[name](value) if known[name] is not str else value for name, value in told.items()}
    )
    if settings.hours not in ("closed", "any"):
        raise ValueError('hours is neither "closed" nor "any"')
    return settings


def build_machine(settings: Settings) -> Machine:
    """Raises: SlotsFailed, OSError."""
    slots = Slots(run_command)
    running = slots.running(Path("/etc/os-release"))
    book = Book(settings.memory)
    book.about = {"slot": running.slot, "version": running.version, "compatible": running.compatible}
    places = proof.Places(settings.run)
    self_test = [settings.kiosk_command, "--config", str(settings.kiosk_settings), "--self-test"]

    def closed() -> bool:
        wall = datetime.now(UTC).astimezone()
        return settings.hours == "any" or not quiet.is_open(_text(settings.kiosk_settings), wall)

    def missing(had_contact: bool) -> Why | None:
        now_s = time.clock_gettime(time.CLOCK_BOOTTIME)
        command = proof.without_root(self_test, settings.user)
        return proof.missing(places, now_s, had_contact, lambda: proof.passes(command, run_command))

    return Machine(
        book=book,
        slots=slots,
        running=running,
        boot=proof.boot_id(),
        inbox=settings.inbox,
        quiet=lambda: quiet.nobody_sits(settings.run / "sitting", time.time()),
        closed=closed,
        has_contact=lambda: proof.has_contact(places),
        missing=missing,
        restart=restart,
    )


def restart() -> None:
    """Asks systemd, and keeps what is held until it ends this process."""
    done = run_command(("systemctl", "reboot"), 60)
    if done.returncode != 0:
        raise SlotsFailed(f"systemctl reboot: {done.stderr.strip()[:300]}")
    time.sleep(HELD_FOR_RESTART_S)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError:
        return ""


def _status(machine: Machine, _settings: Settings, options: argparse.Namespace) -> int:
    memory, running = machine.book.read(), machine.running
    if options.json:
        told = {"slot": running.slot, "version": running.version, "compatible": running.compatible}
        refused = [{"version": each.version, "digest": each.digest, "why": why} for each, why in memory.refused]
        target = memory.target.version if memory.target else ""
        waits = machine.ready(memory) is not None or memory.phase is Phase.INSTALLED
        state = "pending" if waits else "refused" if memory.why else ""
        more = {
            "state": state,
            "phase": str(memory.phase),
            "target": target,
            "proven": memory.proven,
            "why": memory.why,
        }
        print(json.dumps({**told, **more, "refused": refused}, ensure_ascii=False))
        return os.EX_OK
    print(f"Loại máy       : {running.compatible}")
    print(f"Bản đang chạy  : {running.version or 'không rõ'} (khe {running.slot or '–'})")
    print(f"Bản đã thử tốt : {memory.proven or 'chưa có'}")
    print(f"Cập nhật       : {PHASES[memory.phase]}{f' ({memory.target.version})' if memory.target else ''}")
    if memory.why:
        print(f"Lần gần nhất   : {WORDS.get(memory.why, memory.why)}")
    for given_up, why in memory.refused:
        print(f"Không cài lại  : {given_up.version or given_up.digest[:16]}: {WORDS.get(why, why)}")
    return os.EX_OK


def _install(machine: Machine, settings: Settings, options: argparse.Namespace) -> int:
    with alone(settings.memory) as first:
        if not first:
            return _say("other_runs")
        bundle = options.file or machine.ready(machine.wake())
        if bundle is None:
            return _say("nothing_ready")
        return _say(machine.install(bundle, at_any_hour=options.now or options.file is not None))


def _turn(machine: Machine, settings: Settings, _options: argparse.Namespace) -> int:
    with alone(settings.memory) as first:
        _say(machine.turn() if first else "other_runs")
    return os.EX_OK


def _prove(machine: Machine, settings: Settings, _options: argparse.Namespace) -> int:
    until_s = time.monotonic() + settings.prove_within_s

    def wait() -> bool:
        time.sleep(LOOK_EVERY_S)
        return time.monotonic() >= until_s

    return os.EX_OK if machine.prove(wait) else os.EX_UNAVAILABLE


def _say(outcome: str) -> int:
    print(WORDS.get(outcome, outcome))
    later = ("opening_hours", "somebody_sits", "trying", "nothing_ready", "other_runs")
    return os.EX_OK if outcome == "restarting" else os.EX_TEMPFAIL if outcome in later else os.EX_DATAERR


if __name__ == "__main__":
    sys.exit(main())
