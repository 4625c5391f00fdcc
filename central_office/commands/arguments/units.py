"""Arguments of `unit …`."""

import argparse
from datetime import date
from pathlib import Path

from central_office.commands.arguments import Commands, add_command

SHIPPED = ("gso", "krong-no")


def add(commands: Commands) -> None:
    parser = add_command(commands, "unit", "đơn vị, điểm tiếp nhận / units and one-stop points")
    actions = parser.add_subparsers(dest="action", metavar="VIỆC", required=True)
    read = add_command(actions, "import", "nhập bảng CSV, XLSX; xem trước nếu thiếu --yes / import; preview only")
    what = read.add_mutually_exclusive_group(required=True)
    what.add_argument("file", nargs="?", type=Path, metavar="FILE")
    what.add_argument("--shipped", choices=SHIPPED, help="bảng đi kèm phần mềm / a table that came with the program")
    read.add_argument("--list", default="", metavar="ID", help="danh mục của dòng không ghi danh mục / the code list")
    read.add_argument("--list-name", default="", metavar="TÊN", help="tên của danh mục mới / name of a new list")
    read.add_argument("--list-version", default="", metavar="BẢN", help="phiên bản của danh mục mới / its version")
    issued = "ngày ban hành danh mục mới / day on which it was issued"
    read.add_argument("--list-issued", type=date.fromisoformat, metavar="YYYY-MM-DD", help=issued)
    read.add_argument("--yes", action="store_true", help="ghi / write it")
    shown = add_command(actions, "list", "liệt kê theo cây / list as a tree")
    _on(shown)
    find = add_command(actions, "find", "tìm theo tên, mã; không cần dấu / find by name or code")
    find.add_argument("text", metavar="TEXT")
    total = add_command(
        actions, "totals", "số phiếu của kế hoạch theo đơn vị của một ngày / answers by unit as of a day"
    )
    total.add_argument("--plan", required=True)
    _on(total)
    out = add_command(actions, "export", "xuất mọi đơn vị ra CSV hoặc XLSX / write every unit to a file")
    out.add_argument("file", type=Path, metavar="FILE")
    for name, chosen in actions.choices.items():
        chosen.set_defaults(run=f"central_office.commands.units:unit_{name}")


def _on(parser: argparse.ArgumentParser) -> None:
    words = "theo đơn vị của ngày này; không nêu thì hôm nay / units of this day; today if not given"
    parser.add_argument("--as-of", type=date.fromisoformat, metavar="YYYY-MM-DD", help=words)
