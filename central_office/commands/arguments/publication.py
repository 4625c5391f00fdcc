"""Arguments of freezing and publishing: `freeze`, `frozen`, `site`, `package`, `publish`."""

import argparse
from datetime import date, datetime
from pathlib import Path

from central_office.commands.arguments import Commands, add_command

ROOM = "central_office.commands.publication"
PLACES = ("website", "conference", "press", "request")


def add(commands: Commands) -> None:
    freeze = add_command(commands, "freeze", "đóng băng số liệu một đợt / keep a round's figures for ever")
    freeze.add_argument("--plan", required=True)
    freeze.add_argument("--as-of", type=_instant, metavar="ISO", help="phiếu nhận trước lúc này / received before")
    freeze.add_argument("--interim", action="store_true", help="dù đợt chưa kết thúc / though the round still runs")
    freeze.set_defaults(run=f"{ROOM}:freeze")
    _frozen(add_command(commands, "frozen", "các đợt đã đóng băng / frozen rounds"))
    site = add_command(commands, "site", "trang công bố tĩnh / the public site as a folder")
    _of_frozen(site, "site")
    package = add_command(commands, "package", "số liệu theo yêu cầu của một cơ quan / figures for one agency")
    _of_frozen(package, "package")
    which = package.add_mutually_exclusive_group(required=True)
    which.add_argument("--unit", metavar="LIST:CODE", help="đơn vị / every point under a unit")
    which.add_argument("--point", action="append", metavar="CODE", help="điểm / one point; may be repeated")
    _publish(add_command(commands, "publish", "sổ công bố / where frozen rounds were published"))


def _of_frozen(parser: argparse.ArgumentParser, name: str) -> None:
    parser.add_argument("--frozen", required=True, metavar="VERSION")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="thư mục mới / a new folder")
    parser.set_defaults(run=f"{ROOM}:{name}")


def _frozen(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="VIỆC", required=True)
    _action(actions, "list", "liệt kê / list them, and what came since")
    for name, text in (
        ("write", "ghi ra thư mục / write as a folder"),
        ("rebuild", "tính lại từ phiếu gốc, so từng byte / recompute from the raw bytes and compare"),
    ):
        parser = _action(actions, name, text)
        parser.add_argument("version")
        parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="thư mục mới / a new folder")
    check = _action(actions, "check", "kiểm tra thư mục hoặc trang / check a folder or a site")
    check.add_argument("folder", type=Path)
    check.add_argument("--key", help="khóa công khai của trung tâm, 64 chữ số hex / the centre's public key")
    accept = _action(actions, "accept", "biên bản nghiệm thu / minutes of the accepting council")
    accept.add_argument("version")
    accept.add_argument("--council", required=True, help="hội đồng / the council")
    _said(accept)


def _publish(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="VIỆC", required=True)
    made = _action(actions, "add", "ghi một lần công bố / enter one", "publish")
    made.add_argument("--frozen", required=True, metavar="VERSION")
    made.add_argument("--where", choices=PLACES, required=True)
    made.add_argument("--place", required=True, help="địa chỉ, hội nghị, báo / address, meeting, paper, asker")
    _said(made)
    _action(actions, "list", "liệt kê / list", "publish")


def _said(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--day", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    parser.add_argument("--note", default="", help="ghi chú / note")


def _action(actions: Commands, name: str, text: str, group: str = "frozen") -> argparse.ArgumentParser:
    parser = add_command(actions, name, text)
    parser.set_defaults(run=f"{ROOM}:{group}_{name}")
    return parser


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise argparse.ArgumentTypeError("with its offset, as in 2023-10-20T08:00+07:00")
    return found
