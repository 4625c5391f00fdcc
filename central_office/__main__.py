"""`hailong-office`: the command line of the central office. Parses, starts Django, calls one command, maps errors."""

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TypeAlias

from central_office.commands import start_django
from central_office.config import Config, load_config
from survey.errors import BadFile

Command: TypeAlias = Callable[[argparse.Namespace, Config], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Exit codes: 0 done, 1 `verify` found differences, 2 usage, 64–78 after sysexits.h."""
    arguments = _parser().parse_args(argv)
    try:
        config = load_config(arguments.config)
    except BadFile as error:
        return _complain(error, os.EX_CONFIG)
    except OSError as error:
        return _complain(error, os.EX_NOINPUT)
    if arguments.check_config or arguments.command == "check-config":
        print(f"Cấu hình đúng / configuration is good: {arguments.config or 'mặc định / defaults'}")
        return os.EX_OK
    if arguments.command is None:
        _parser().print_help()
        return os.EX_USAGE
    return _run(arguments, config)


def _run(arguments: argparse.Namespace, config: Config) -> int:
    try:
        return _command(arguments)(arguments, config)
    except BadFile as error:
        return _complain(error, os.EX_DATAERR)
    except FileNotFoundError as error:
        return _complain(error, os.EX_NOINPUT)
    except OSError as error:
        return _complain(error, os.EX_CANTCREAT)
    except Exception as error:  # noqa: BLE001 - the border of the process: an operator gets a sentence, not a trace
        return _complain(error, _exit_code(error))


def _command(arguments: argparse.Namespace) -> Command:
    """The function of the command; those that need tables are imported once Django is ready."""
    if arguments.command == "setup":
        from central_office.commands.setup import setup

        return setup
    if arguments.command == "serve":
        from central_office.commands.serve import serve

        return serve
    start_django(arguments.config)
    from central_office.commands import fleet, notices, phone, prove, rounds, slips

    commands: dict[str, Command] = {
        "enrol": fleet.enrol,
        "revoke": fleet.revoke,
        "keys": fleet.keys,
        "verify": prove.verify,
        "export": prove.export,
        "phone sweep": phone.sweep,
        "plan load": rounds.plan_load,
        "plan list": rounds.plan_list,
        "plan points": rounds.plan_points,
        "plan clone": rounds.plan_clone,
        "notice load": notices.notice_load,
        "notice list": notices.notice_list,
        "notice remove": notices.notice_remove,
        "withdraw": slips.withdraw_code,
        "slips forget": slips.forget,
    }
    return commands[arguments.command]


def _exit_code(error: Exception) -> int:
    from django.core.exceptions import ImproperlyConfigured, ObjectDoesNotExist
    from django.db import DatabaseError

    if isinstance(error, ObjectDoesNotExist):
        return os.EX_DATAERR
    if isinstance(error, DatabaseError):
        return os.EX_UNAVAILABLE
    if isinstance(error, ImproperlyConfigured):
        return os.EX_CONFIG
    if hasattr(error, "hint"):
        return os.EX_DATAERR
    traceback.print_exception(error)  # nobody foresaw this one: whoever mends it needs the place
    return os.EX_SOFTWARE


def _complain(error: Exception, code: int) -> int:
    print(f"hailong-office: {error}", file=sys.stderr)
    hint = getattr(error, "hint", "")
    if hint:
        print(f"  → {hint}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "hailong-office", description="Trung tâm tiếp nhận và kết quả / the central office"
    )
    _common(parser)
    commands = parser.add_subparsers(dest="command", metavar="LỆNH")
    _setup(_add(commands, "setup", "tạo thư mục, khóa, bảng, quản trị viên / make an office"))
    serve = _add(commands, "serve", "chạy máy chủ / serve pages and the intake API")
    serve.add_argument("--port", type=int, help="cổng; 0 là cổng trống bất kỳ / port; 0 picks a free one")
    serve.add_argument("--workers", type=int, help="số tiến trình / processes")
    serve.add_argument("--threads", type=int, help="số luồng mỗi tiến trình / threads of each")
    enrol = _add(commands, "enrol", "cấp mã ghi danh dùng một lần / print a one-time enrolment code")
    enrol.add_argument("--plan", required=True)
    enrol.add_argument("--point", required=True)
    _add(commands, "revoke", "thu hồi một ki-ốt / revoke a kiosk").add_argument("kiosk")
    _add(commands, "keys", "vân tay khóa / fingerprints of the centre's and the kiosks' keys")
    _add(commands, "check-config", "kiểm tra tệp cấu hình / check the settings file")
    _add(commands, "verify", "tính lại mọi số liệu từ dữ liệu gốc / recompute everything from the kept bytes")
    export = _add(commands, "export", "xuất phiếu và kết quả / write answers and figures to a new folder")
    export.add_argument("--plan", required=True)
    export.add_argument("directory", type=Path)
    _phone(_add(commands, "phone", "phiếu trên điện thoại / answers on phones"))
    _plans(_add(commands, "plan", "kế hoạch / plans"))
    _notices(_add(commands, "notice", "điều báo cho người dân ở màn hình mời / what the citizens of a point are told"))
    withdraw = _add(commands, "withdraw", "người giữ phiếu mời rút lại câu trả lời / its holder takes an answer back")
    withdraw.add_argument("code", metavar="MÃ")
    _slips(_add(commands, "slips", "phiếu mời / slips"))
    return parser


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    _common(parser, default=argparse.SUPPRESS)
    return parser


def _common(parser: argparse.ArgumentParser, default: object = None) -> None:
    parser.add_argument("--config", metavar="TOML", default=default, help="tệp cấu hình / settings file")
    check = default if default == argparse.SUPPRESS else False
    parser.add_argument("--check-config", action="store_true", default=check, help="chỉ kiểm tra cấu hình / only check")


def _setup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--plan", type=Path, action="append", default=[], metavar="JSON")
    parser.add_argument("--form", type=Path, action="append", default=[], metavar="JSON")
    parser.add_argument("--admin", default="quantri", help="tên quản trị viên / the administrator's name")


def _phone(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="VIỆC", required=True)
    _add(actions, "sweep", "ghi các phiếu bỏ dở quá hạn / seal what was begun and forgotten")
    for action, chosen in actions.choices.items():
        chosen.set_defaults(command=f"phone {action}")


def _plans(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="VIỆC", required=True)
    load = _add(actions, "load", "nạp kế hoạch / load plan files")
    load.add_argument("files", type=Path, nargs="+", metavar="JSON")
    load.add_argument("--form", type=Path, action="append", default=[], metavar="JSON", help="phiếu, nạp trước / forms")
    _add(actions, "list", "liệt kê kế hoạch / list the plans")
    _add(actions, "points", "liệt kê điểm khảo sát / list a plan's points").add_argument("plan")
    clone = _add(actions, "clone", "chép kế hoạch với thời gian khác / the same points in another window")
    clone.add_argument("plan")
    clone.add_argument("--id", required=True)
    clone.add_argument("--from", dest="first", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    clone.add_argument("--to", dest="last", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    clone.add_argument("--form", default="", help="mã phiếu khác / ask by another form")
    for action, chosen in actions.choices.items():
        chosen.set_defaults(command=f"plan {action}")


def _notices(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="VIỆC", required=True)
    load = _add(actions, "load", "nạp tệp thông báo / load notice files")
    load.add_argument("files", type=Path, nargs="+", metavar="JSON")
    shown = _add(actions, "list", "liệt kê, và so với số liệu nay tính được / list, and compare with the answers")
    shown.add_argument("plan", nargs="?")
    remove = _add(actions, "remove", "gỡ thông báo / take a notice back")
    remove.add_argument("--plan", required=True)
    remove.add_argument("--point", help="một điểm; không nêu thì mọi điểm / one point; without it all")
    for action, chosen in actions.choices.items():
        chosen.set_defaults(command=f"notice {action}")


def _slips(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="VIỆC", required=True)
    _add(actions, "forget", "xóa liên kết và khóa đã hết hạn; chạy hằng ngày / destroy what is due; run daily")
    for action, chosen in actions.choices.items():
        chosen.set_defaults(command=f"slips {action}")


if __name__ == "__main__":
    sys.exit(main())
