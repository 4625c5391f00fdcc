"""`hailong-office`: the command line of the central office. Parses, starts Django, calls one command, maps errors."""

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TypeAlias, cast

from central_office.commands import start_django
from central_office.commands.arguments import add_command, add_common, add_wording
from central_office.commands.arguments.groups import GROUPS
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
    if run := getattr(arguments, "run", ""):
        module, _, name = run.partition(":")
        return cast(Command, getattr(import_module(module), name))
    from central_office.commands import coverage, fleet, notices, paper, phone, prove, slips

    commands: dict[str, Command] = {
        "enrol": fleet.enrol,
        "revoke": fleet.revoke,
        "keys": fleet.keys,
        "verify": prove.verify,
        "export": prove.export,
        "phone sweep": phone.sweep,
        "notice load": notices.notice_load,
        "notice list": notices.notice_list,
        "notice remove": notices.notice_remove,
        "visits import": coverage.visits_import,
        "visits add": coverage.visits_add,
        "visits list": coverage.visits_list,
        "visits rule": coverage.visits_rule,
        "coverage": coverage.coverage,
        "qr": paper.posters,
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
    add_common(parser)
    commands = parser.add_subparsers(dest="command", metavar="LỆNH")
    _setup(add_command(commands, "setup", "tạo thư mục, khóa, bảng, quản trị viên / make an office"))
    serve = add_command(commands, "serve", "chạy máy chủ / serve pages and the intake API")
    serve.add_argument("--port", type=int, help="cổng; 0 là cổng trống bất kỳ / port; 0 picks a free one")
    serve.add_argument("--workers", type=int, help="số tiến trình / processes")
    serve.add_argument("--threads", type=int, help="số luồng mỗi tiến trình / threads of each")
    enrol = add_command(commands, "enrol", "cấp mã ghi danh dùng một lần / print a one-time enrolment code")
    enrol.add_argument("--plan", required=True)
    which = enrol.add_mutually_exclusive_group(required=True)
    which.add_argument("--point")
    which.add_argument("--all", action="store_true", help="mọi điểm, mỗi dòng «điểm mã» / every point, a line each")
    add_command(commands, "revoke", "thu hồi một ki-ốt / revoke a kiosk").add_argument("kiosk")
    add_command(commands, "keys", "vân tay khóa / fingerprints of the centre's and the kiosks' keys")
    add_command(commands, "check-config", "kiểm tra tệp cấu hình / check the settings file")
    add_command(commands, "verify", "tính lại mọi số liệu từ dữ liệu gốc / recompute everything from the kept bytes")
    export = add_command(commands, "export", "xuất phiếu và kết quả / write answers and figures to a new folder")
    export.add_argument("--plan", required=True)
    export.add_argument("directory", type=Path)
    bare = "không kèm bản gốc của phiếu, để đưa ra ngoài / without the answers' own bytes, to be handed on"
    export.add_argument("--no-raw", action="store_true", help=bare)
    _phone(add_command(commands, "phone", "phiếu trên điện thoại / answers on phones"))
    _notices(
        add_command(commands, "notice", "điều báo cho người dân ở màn hình mời / what the citizens of a point are told")
    )
    _coverage(
        add_command(commands, "coverage", "độ phủ: phiếu mời, lượt người dân, phiếu trả lời / slips, visits, answers")
    )
    _visits(add_command(commands, "visits", "lượt người dân đến từng điểm / how many people came to each point"))
    _posters(add_command(commands, "qr", "áp phích có mã của điểm / posters with a point's code"))
    withdraw = add_command(
        commands, "withdraw", "người giữ phiếu mời rút lại câu trả lời / its holder takes an answer back"
    )
    withdraw.add_argument("code", metavar="MÃ")
    _slips(add_command(commands, "slips", "phiếu mời / slips"))
    for group in GROUPS:
        group(commands)
    return parser


def _setup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--plan", type=Path, action="append", default=[], metavar="JSON")
    parser.add_argument("--form", type=Path, action="append", default=[], metavar="JSON")
    parser.add_argument("--admin", default="quantri", help="tên quản trị viên / the administrator's name")


def _phone(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="VIỆC", required=True)
    add_command(actions, "sweep", "ghi các phiếu bỏ dở quá hạn / seal what was begun and forgotten")
    for action, chosen in actions.choices.items():
        chosen.set_defaults(command=f"phone {action}")


def _notices(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="VIỆC", required=True)
    load = add_command(actions, "load", "nạp tệp thông báo / load notice files")
    load.add_argument("files", type=Path, nargs="+", metavar="JSON")
    shown = add_command(
        actions, "list", "liệt kê, và so với số liệu nay tính được / list, and compare with the answers"
    )
    shown.add_argument("plan", nargs="?")
    remove = add_command(actions, "remove", "gỡ thông báo / take a notice back")
    remove.add_argument("--plan", required=True)
    remove.add_argument("--point", help="một điểm; không nêu thì mọi điểm / one point; without it all")
    for action, chosen in actions.choices.items():
        chosen.set_defaults(command=f"notice {action}")


def _coverage(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--plan", required=True)
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--json", action="store_true", help="mọi số liệu dạng JSON / every figure as JSON")
    by = "phiếu trả lời theo nơi tiếp nhận hoặc cơ quan có thẩm quyền / answers by either"
    shown.add_argument("--by", choices=("receiving", "competent"), help=by)
    shown.add_argument("--late", action="store_true", help="trả kết quả trễ hẹn / late results")


def _visits(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="VIỆC", required=True)
    read = add_command(actions, "import", "nhập bảng CSV / take in a CSV table")
    read.add_argument("file", type=Path, metavar="CSV")
    read.add_argument("--preview", action="store_true", help="chỉ xem trước / only show what would happen")
    add = add_command(actions, "add", "nhập một số / enter one number")
    add.add_argument("--point", required=True)
    add.add_argument("--day", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    add.add_argument("--count", type=int, required=True, help="số lượt / visits")
    add.add_argument("--source", choices=("staff", "ticket", "sensor"), default="staff", help="ai đếm / who counted")
    shown = add_command(actions, "list", "mọi lần nhập / every number entered")
    shown.add_argument("--point")
    for action in (read, add, shown):
        action.add_argument("--plan", required=True)
    rule = add_command(actions, "rule", "khung phiếu cho một số lượt / what the rule says of two numbers")
    rule.add_argument("--plan", help="kế hoạch có khung; không nêu thì như Bắc Giang / a plan's rule, else Bắc Giang's")
    rule.add_argument("--visits", type=int, required=True)
    rule.add_argument("--answers", type=int, required=True)
    for action_name, chosen in actions.choices.items():
        chosen.set_defaults(command=f"visits {action_name}")


def _posters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--plan", required=True)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--all", action="store_true", help="mọi điểm / every point")
    which.add_argument("--point", help="một điểm / one point")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="thư mục / folder")
    parser.add_argument("--size", choices=("a4", "a5"), default="a4", help="khổ giấy / paper")
    parser.add_argument("--png", action="store_true", help="thêm ảnh PNG của từng mã / each code as a PNG too")
    add_wording(parser)


def _slips(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="VIỆC", required=True)
    add_command(actions, "forget", "xóa liên kết và khóa đã hết hạn; chạy hằng ngày / destroy what is due; run daily")
    for action, chosen in actions.choices.items():
        chosen.set_defaults(command=f"slips {action}")


if __name__ == "__main__":
    sys.exit(main())
