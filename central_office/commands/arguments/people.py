"""The arguments of `user` and `audit`."""

import argparse
import re

from central_office.commands.arguments import Commands, add_command

ROOM = "central_office.commands.people"
KNOWN = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


def add(commands: Commands) -> None:
    users = add_command(commands, "user", "người dùng và vai trò / people and their roles")
    _users(users.add_subparsers(dest="action", metavar="VIỆC", required=True))
    log = add_command(commands, "audit", "nhật ký chỉ ghi thêm / the append-only log of who did what")
    _audit(log.add_subparsers(dest="action", metavar="VIỆC", required=True))


def _users(actions: Commands) -> None:
    made = _named(actions, "add", "thêm tài khoản / a new account with a one-time password", "user_add")
    made.add_argument("--full-name", default="", help="họ và tên / full name")
    _place(made, required=False)
    shown = add_command(actions, "list", "liệt kê tài khoản / list the accounts")
    shown.set_defaults(run=f"{ROOM}:user_list")
    reset = _named(actions, "reset", "cấp lại mật khẩu / a new one-time password; sessions end", "user_reset")
    reset.add_argument("--second-factor", action="store_true", help="bỏ cả xác thực hai lớp / take the factor away too")
    _place(_named(actions, "assign", "giao vai trò / give a role", "user_assign"), required=True)
    taken = _named(actions, "unassign", "bỏ vai trò / take a role away", "user_unassign")
    taken.add_argument("number", type=int, metavar="SỐ", help="số trong `user list` / its number there")
    _named(actions, "deactivate", "khóa tài khoản / switch an account off", "user_deactivate")
    _named(actions, "activate", "mở lại tài khoản / switch it on again", "user_activate")


def _audit(actions: Commands) -> None:
    shown = add_command(actions, "list", "liệt kê nhật ký / list lines, the newest last")
    shown.add_argument("--actor", default="", metavar="TÊN")
    shown.add_argument("--action", dest="of_action", default="", metavar="VIỆC")
    shown.add_argument("--last", type=int, default=50, metavar="N", help="số dòng / how many lines (50)")
    shown.set_defaults(run=f"{ROOM}:audit_list")
    check = add_command(actions, "check", "kiểm tra chuỗi nhật ký / prove that no line was changed or removed")
    check.add_argument(
        "--known", type=_known, metavar="SỐ:DẤU", help="một dòng đã chép lại từ trước / a line written down before"
    )
    check.set_defaults(run=f"{ROOM}:audit_check")


def _named(actions: Commands, name: str, text: str, function: str) -> argparse.ArgumentParser:
    parser = add_command(actions, name, text)
    parser.add_argument("name", metavar="TÊN")
    parser.set_defaults(run=f"{ROOM}:{function}")
    return parser


def _place(parser: argparse.ArgumentParser, required: bool) -> None:
    parser.add_argument("--role", required=required, default="", help="mã vai trò / code of the role")
    parser.add_argument("--plan", default="", help="chỉ một kế hoạch / in one plan only")
    parser.add_argument("--unit", default="", metavar="DANHMỤC:MÃ", help="một đơn vị / the points under a unit")
    parser.add_argument("--point", action="append", default=[], help="một điểm, nêu được nhiều lần / a point; repeat")


def _known(text: str) -> tuple[int, str]:
    found = KNOWN.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError("NUMBER:DIGEST, as `audit check` prints it")
    return int(found[1]), found[2]
