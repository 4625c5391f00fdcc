"""The agent process and its commands. Real objects are built here and nowhere else."""

import argparse
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import TypeAlias

from survey.assignment import Assignment
from survey.enrolment import fingerprint
from survey.errors import BadFile
from survey.events import log_to_stderr
from survey.identifier import write_quarter
from sync_agent import enrolment, identity, post, rescuing, status
from sync_agent.admission import await_enrolment
from sync_agent.building import build_agent, enrol_with, open_transport, product_version
from sync_agent.config import Settings, load_settings
from sync_agent.errors import AgentError, NotEnrolled
from sync_agent.looking import check, set_aside
from sync_agent.notify import Notify
from sync_agent.outbox import HeldBook, Outbox, OutboxError
from sync_agent.service import held_in
from sync_agent.standing import tidy

log = logging.getLogger(__name__)
Command: TypeAlias = Callable[[Settings, argparse.Namespace], int]
DEFAULT_CONFIG = Path("/etc/hailong/agent.toml")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code is one of sysexits.h. One of the four borders where any exception is caught."""
    options = _parser().parse_args(arguments)
    log_to_stderr()
    os.umask(0o027)
    try:
        settings = load_settings(options.config)
        if options.check_config:
            print(f"{options.config}: đúng.")
            return os.EX_OK
        commands: dict[str, Command] = {"enrol": _enrol, "status": _status, "once": _once, "snapshot": _snapshot}
        commands |= {"check": check, "set-aside": set_aside, "adopt": _adopt, "salvage": _salvage}
        commands |= {"export": _export, "take-receipt": _take_receipt}
        command = commands.get(options.command, _run)
        return command(settings, options)
    except (BadFile, OSError) as error:
        print(error, file=sys.stderr)
        return os.EX_CONFIG
    except (AgentError, OutboxError) as error:
        print(f"{error}\n{error.hint}", file=sys.stderr)
        return os.EX_UNAVAILABLE
    except Exception:
        log.exception("process.failed")
        return os.EX_SOFTWARE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hailong-agent", description="Takes answers from the outbox to the centre.")
    parser.add_argument("--config", type=Path, default=DEFAULT_CONFIG, help=f"settings file ({DEFAULT_CONFIG})")
    parser.add_argument("--check-config", action="store_true", help="check the settings file and stop")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("run", help="deliver until asked to stop (the default); wait for an enrolment first")
    commands.add_parser("once", help="deliver what is waiting, then stop; exit 1 if something is left")
    commands.add_parser("enrol", help="enrol with the office's one-time code").add_argument("code")
    commands.add_parser("status", help="say how things are, for a technician").add_argument(
        "--json", action="store_true"
    )
    commands.add_parser("check", help="look whether the outbox is what was written; exit 1 if not, nothing is changed")
    commands.add_parser("set-aside", help="put a damaged outbox aside, whole, with the enrolment that it belonged to")
    snapshot = commands.add_parser("snapshot", help="copy the outbox into a plain SQLite file and say what it holds")
    snapshot.add_argument("file", type=Path)
    adopt = commands.add_parser("adopt", help="take over an old card's data: key, place and unsent answers")
    adopt.add_argument("directory", type=Path, help="the old data directory")
    rescue = commands.add_parser("salvage", help="what a damaged outbox still holds, as a new data directory")
    rescue.add_argument("directory", type=Path, help="the old data directory")
    rescue.add_argument("out", type=Path, help="a new directory; deliver it with «once», then enrol the kiosk anew")
    export = commands.add_parser("export", help="write what waits into a file sealed to the centre, to go by post")
    receipt = commands.add_parser("take-receipt", help="release what the centre's receipt file says is stored")
    for each in (export, receipt):
        each.add_argument("file", type=Path)
        each.add_argument("--json", action="store_true", help="the counts as one JSON object")
    return parser


def _run(settings: Settings, _options: argparse.Namespace) -> int:
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    settings.data_directory.mkdir(mode=0o750, parents=True, exist_ok=True)
    rescuing.finish(settings.data_directory)  # what a power cut interrupted
    notify = Notify()
    notify.ready()  # to wait for an enrolment is to be up

    def rest(seconds: float) -> bool:
        notify.alive()  # a turn of the loop is over
        return stop.wait(seconds)

    assignment = await_enrolment(settings, rest)
    if assignment is not None:
        _deliver(settings, assignment, rest)
    notify.stopping()
    log.info("process.stopped")
    return os.EX_OK


def _deliver(settings: Settings, assignment: Assignment, rest: Callable[[float], bool]) -> None:
    tidy(settings.data_directory, assignment)  # what a power cut left of a change
    with (
        open_transport(settings) as transport,
        Outbox.open(settings.outbox_path) as outbox,
        closing(HeldBook(settings.data_directory)) as book,
    ):
        agent = build_agent(settings, assignment, outbox, transport, book)
        log.info("process.started", extra={"fields": {"version": agent.version, "kiosk": agent.kiosk}})
        agent.run(rest)


def _once(settings: Settings, _options: argparse.Namespace) -> int:
    assignment = enrolment.load_assignment(settings.data_directory)  # before any file is made
    with (
        open_transport(settings) as transport,
        Outbox.open(settings.outbox_path) as outbox,
        closing(HeldBook(settings.data_directory)) as book,
    ):
        agent = build_agent(settings, assignment, outbox, transport, book)
        agent.deliver_all()
        left = outbox.health().pending
    print(f"Còn {left} phiếu chưa gửi." if left else "Đã gửi hết.")
    return os.EX_OK if not left else 1


def _enrol(settings: Settings, options: argparse.Namespace) -> int:
    own, enrolled = enrol_with(settings, options.code)
    print(f"Đã ghi danh: {enrolled.assignment.point_name['vi']} ({enrolled.assignment.kiosk})")
    print(f"Dấu vân khóa máy : {own.fingerprint}")
    print(f"Dấu vân khóa Sở  : {fingerprint(enrolled.centre_key)}")
    print("Đọc cả hai dấu vân qua điện thoại với cơ quan khảo sát để so sánh.")
    return os.EX_OK


def _status(settings: Settings, options: argparse.Namespace) -> int:
    directory = settings.data_directory
    try:
        assignment = enrolment.load_assignment(directory)
    except AgentError:
        assignment = None
    if assignment is None or not settings.outbox_path.exists():  # looking makes no file that the agent could not use
        print('{"kiosk": null}' if options.json else f"Máy chưa ghi danh.\n{NotEnrolled.hint}")
        return 1
    own = identity.load_identity(directory)
    with Outbox.open(settings.outbox_path) as outbox:
        contact = status.load_contact(directory)
        seen = (assignment, outbox.health(), contact, outbox.notes(), product_version(), held_in(directory).state)
        now = status.Status(time.time(), own.fingerprint, *seen)
    print(status.as_json(now) if options.json else status.as_text(now))
    return 1 if status.problems(now) else os.EX_OK


def _snapshot(settings: Settings, options: argparse.Namespace) -> int:
    import sqlite_utils  # 0.2 s that no other command needs

    with Outbox.open(settings.outbox_path) as outbox:
        outbox.snapshot(options.file)
    database = sqlite_utils.Database(options.file)
    for table in database.tables:
        print(f"{table.name:<12} {table.count:>8}")
    database.close()
    return os.EX_OK


def _adopt(settings: Settings, options: argparse.Namespace) -> int:
    taken = rescuing.adopt(settings.data_directory, options.directory)
    print(json.dumps(asdict(taken)))
    return os.EX_OK


def _salvage(_settings: Settings, options: argparse.Namespace) -> int:
    print(json.dumps(rescuing.salvage_into(options.directory, options.out)))
    return os.EX_OK


def _export(settings: Settings, options: argparse.Namespace) -> int:
    """Exit code 1 if there was nothing to write."""
    directory = settings.data_directory
    assignment, own = enrolment.load_assignment(directory), identity.load_identity(directory)
    centre_key, now = identity.load_centre(directory), write_quarter(datetime.now().astimezone())
    with Outbox.open(settings.outbox_path) as outbox:
        done = post.export(outbox, assignment.kiosk, centre_key, own.sign, now, options.file)
    text = f"Đã ghi {done.count} phiếu vào {options.file}; còn {done.left} phiếu chưa ghi."
    print(json.dumps(asdict(done)) if options.json else text if done.count else "Không có phiếu nào để ghi.")
    return os.EX_OK if done.count else 1


def _take_receipt(settings: Settings, options: argparse.Namespace) -> int:
    """Exit code 1 if no receipt in the file is for this kiosk."""
    assignment = enrolment.load_assignment(settings.data_directory)
    verify = identity.verifier(identity.load_centre(settings.data_directory))
    with Outbox.open(settings.outbox_path) as outbox:
        taken = post.take_receipts(outbox, assignment.kiosk, verify, options.file)
    text = f"{taken.receipts} biên nhận; {taken.released} phiếu đã có ở trung tâm, {taken.refused} phiếu bị giữ riêng."
    print(json.dumps(asdict(taken)) if options.json else text)
    return os.EX_OK if taken.receipts else 1


if __name__ == "__main__":
    sys.exit(main())
