"""`hailong-usb`: judges what is plugged in, opens the window for sticks, serves a stick. Run by udev and systemd, or a
technician. Real files and clocks meet here and nowhere else."""

import argparse
import fcntl
import json
import logging
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy.usb.devices import Bus, look, look_again
from deploy.usb.journal import start_log
from deploy.usb.policy import Rules, judge
from deploy.usb.restarting import PRESENT, PRIVATE, SERVING, Restart
from deploy.usb.settings import BadSettings, read_rules
from deploy.usb.window import OPEN_S, Window, boot_s

log = logging.getLogger(__name__)
ASSIGNMENT = Path("/var/lib/hailong/assignment.json")
LOOK_S, GONE_S, QUIET_S = 1.0, 0.5, 2.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code of sysexits.h. One of the borders where any exception is caught."""
    options = _parser().parse_args(arguments)
    start_log(under_udev=options.run in (_judge, _again))
    try:
        if options.check_config:
            read_rules()
            print("/etc/hailong/usb.toml: đúng.")
            return os.EX_OK
        return int(options.run(options))
    except BadSettings as error:
        print(f"{error}\n{error.hint}", file=sys.stderr)
        return os.EX_CONFIG
    except OSError as error:
        print(error, file=sys.stderr)
        return os.EX_UNAVAILABLE
    except Exception:
        log.exception("process.failed")
        return os.EX_SOFTWARE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hailong-usb", description="Thiết bị USB của ki-ốt: được dùng gì, nhận USB.")
    parser.add_argument("--check-config", action="store_true", help="chỉ kiểm tra usb.toml / only check the settings")
    parser.set_defaults(run=_list, json=False)
    commands = parser.add_subparsers(metavar="LỆNH")

    def add(name: str, run: object, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(run=run)
        return made

    listed = add("list", _list, "thiết bị đang cắm, được dùng hay bị chặn, vì sao / what is plugged in")
    listed.add_argument("--json", action="store_true")
    opened = add("open", _open, "cho nhận USB / let sticks in for some minutes")
    opened.add_argument("--minutes", type=float, default=OPEN_S / 60)
    add("close", _close, "thôi nhận USB / close the window now")
    add("judge", _judge, "udev: xét một thiết bị / judge one device").add_argument("devpath")
    add("again", _again, "udev: xét lại một giao diện HID / the second look").add_argument("devpath")
    window = add("window", _window, "systemd: mở, chờ, đóng / open, wait, close")
    window.add_argument("--while-unenrolled", action="store_true")
    add("serve", _serve, "systemd: đọc một USB / serve one stick").add_argument("device", type=Path)
    add("restart-kiosk", _restart_kiosk, "systemd: khởi động lại khảo sát khi vắng người / restart when nobody sits")
    return parser


@contextmanager
def _alone(name: str, shared: bool = False) -> Iterator[None]:
    """One at a time: udev runs many helpers at once."""
    PRIVATE.mkdir(mode=0o711, exist_ok=True)
    with (PRIVATE / name).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield


def _rules() -> Rules:
    """A settings file that cannot be used lets nothing more in; screen, buttons and printer go on."""
    try:
        return read_rules()
    except (BadSettings, OSError) as error:
        log.error("usb.settings_unread", extra={"fields": {"why": str(error), "hint": BadSettings.hint}})
        return Rules()


def _judge(options: argparse.Namespace) -> int:
    path, bus = Path("/sys") / options.devpath.lstrip("/"), Bus()
    with _alone("judging"):
        bus.close_ports()
        if path.exists() and not path.name.startswith("usb"):
            look(bus, path, _rules(), Window().is_open(boot_s()))
    return os.EX_OK


def _again(options: argparse.Namespace) -> int:
    with _alone("judging"):
        look_again(Bus(), Path("/sys") / options.devpath.lstrip("/"), _rules())
    return os.EX_OK


def _judge_all() -> None:
    bus = Bus()
    with _alone("judging"):
        rules, is_open = _rules(), Window().is_open(boot_s())
        bus.close_ports()
        for path in bus.paths():
            look(bus, path, rules, is_open)


def _list(options: argparse.Namespace) -> int:
    """What `judge` would say now, and the ids that usb.toml would need."""
    bus, rules, is_open = Bus(), _rules(), Window().is_open(boot_s())
    every, inside = [bus.read(path) for path in bus.paths()], bus.let_in()
    rows = []
    for each in every:
        verdict = judge(each, rules, is_open, inside)
        why = sorted({str(value) for value in verdict.interfaces.values()})
        row: dict[str, Any] = {"port": each.port, "vendor": each.vendor, "product": each.product, "label": each.label}
        rows.append(row | {"let_in": verdict.lets_in, "why": why})
    if options.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return os.EX_OK
    for row in rows:
        state = "được dùng" if row["let_in"] else "bị chặn"
        print(f"{row['port']:<8} {row['vendor']}:{row['product']} {state:<10} {', '.join(row['why'])}  {row['label']}")
    print(f"Nhận USB: {'đang mở' if is_open else 'đang đóng'}.")
    return os.EX_OK


def _open(options: argparse.Namespace) -> int:
    Window().open(boot_s() + 60 * min(max(options.minutes, 0.1), 60.0))
    _judge_all()
    print("Đang nhận USB. Cắm USB vào bây giờ.")
    return os.EX_OK


def _close(_options: argparse.Namespace) -> int:
    Window().close()
    _judge_all()
    return os.EX_OK


def _window(options: argparse.Namespace) -> int:
    """Holds the window open for as long as there is a reason, and closes it; a stick being served is waited for."""
    window, asked = Window(), Window().take_request()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    end_s = boot_s() + OPEN_S if asked or not options.while_unenrolled else 0.0
    try:
        while (unenrolled := options.while_unenrolled and not ASSIGNMENT.exists()) or boot_s() < end_s:
            if not window.is_open(boot_s()):
                window.open(None if unenrolled else end_s)
                _judge_all()
            time.sleep(LOOK_S)
            if window.take_request():
                end_s = boot_s() + OPEN_S
                window.open(end_s)
        with _alone(SERVING):
            pass
    finally:
        window.close()
        _judge_all()
    return os.EX_OK


def _serve(options: argparse.Namespace) -> int:
    """Until the stick is pulled out; then the screen is cleared."""
    from deploy.usb.mounting import Stick  # judging a device starts sooner without them
    from deploy.usb.telling import Telling
    from deploy.usb.work import Visit

    telling = Telling()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with _alone(PRESENT, shared=True):
            with _alone(SERVING, shared=True):
                point = Path(tempfile.mkdtemp(dir=PRIVATE))
                Visit(Stick(options.device, point), telling).serve()
                point.rmdir()  # never what is in it: that would be the stick
            node = Path("/sys/class/block") / options.device.name
            while node.exists():
                time.sleep(GONE_S)
    finally:
        telling.clear()
    return os.EX_OK


def _restart_kiosk(_options: argparse.Namespace) -> int:
    """Waits for the moment, hours if need be; a machine that starts reads its settings anyway."""
    restart = Restart()
    while not restart.turn(boot_s(), time.time()):
        time.sleep(QUIET_S)
    return os.EX_OK


if __name__ == "__main__":
    sys.exit(main())
