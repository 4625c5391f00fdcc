"""The arguments of `hailong-office form`: forms as files and spreadsheets, loaded, extended, checked, printed."""

import argparse
from pathlib import Path

from central_office.commands.arguments import Commands, add_command, add_wording


def add(commands: Commands) -> None:
    group = add_command(commands, "form", "mẫu phiếu: bảng tính, mở rộng, kiểm tra, in / forms")
    actions = group.add_subparsers(dest="action", metavar="VIỆC", required=True)
    _files(actions)
    _print(actions)
    for action, chosen in actions.choices.items():
        chosen.set_defaults(command=f"form {action}")


def _files(actions: Commands) -> None:
    taken = add_command(actions, "import", "nhập phiếu từ XLSForm / take a form from a spreadsheet")
    taken.add_argument("file", type=Path, metavar="XLSX")
    taken.add_argument(
        "--out", type=Path, metavar="JSON", help="chỉ ghi tệp JSON, không nạp / only write the JSON file"
    )
    taken.set_defaults(run="central_office.commands.forms:form_import")
    given = add_command(actions, "export", "xuất phiếu ra XLSForm / write a form as a spreadsheet")
    given.add_argument("form", metavar="JSON|MÃ", help="tệp JSON, hoặc mã phiếu đã nạp / a file, or a loaded form's id")
    given.add_argument("--version", default="", help="phiên bản; không nêu thì bản nạp sau cùng / else the newest")
    given.add_argument("--out", type=Path, required=True, metavar="XLSX")
    given.set_defaults(run="central_office.commands.forms:form_export")
    wider = add_command(actions, "extend", "thêm câu hỏi của địa phương vào sau phiếu gốc / local additions")
    wider.add_argument("core", type=Path, metavar="CORE.json")
    wider.add_argument("addition", type=Path, metavar="ADDITION", help="JSON hoặc / or XLSX")
    wider.add_argument("--prefix", default="", help="tiền tố các mã thêm / prefix of the added codes")
    wider.add_argument("--out", type=Path, required=True, metavar="JSON")
    wider.set_defaults(run="central_office.commands.forms:form_extend")
    checked = add_command(actions, "check", "kiểm tra tệp phiếu và đếm / check form files and count what they hold")
    checked.add_argument("files", type=Path, nargs="+", metavar="JSON|XLSX")
    checked.set_defaults(run="central_office.commands.forms:form_check")
    loaded = add_command(actions, "load", "nạp tệp phiếu JSON / load form files")
    loaded.add_argument("files", type=Path, nargs="+", metavar="JSON")
    loaded.set_defaults(run="central_office.commands.forms:form_load")
    shown = add_command(actions, "list", "liệt kê các phiên bản đã nạp / list the loaded versions")
    shown.set_defaults(run="central_office.commands.forms:form_list")
    used = add_command(actions, "use", "chọn bản phiếu mà ki-ốt của kế hoạch hỏi / which version a plan asks by")
    used.add_argument("--plan", required=True)
    used.add_argument("--form", required=True, metavar="MÃ", help="mã phiếu / the form's id")
    used.add_argument("--version", required=True, metavar="BẢN")
    used.add_argument("--anyway", action="store_true", help="dù số liệu không so sánh được / though figures differ")
    used.set_defaults(run="central_office.commands.forms:form_use")
    compared = add_command(actions, "diff", "so sánh hai tệp phiếu / what changed between two files, in words")
    compared.add_argument("old", type=Path, metavar="JSON|XLSX")
    compared.add_argument("new", type=Path, metavar="JSON|XLSX")
    compared.set_defaults(run="central_office.commands.forms:form_diff")


def _print(actions: Commands) -> None:
    printed = add_command(actions, "print", "in phiếu thành PDF / a form as PDF")
    printed.add_argument("--plan", required=True)
    printed.add_argument("--point", required=True)
    printed.add_argument("--layout", choices=("back-a5", "a4"), required=True, help="mặt sau A5, hoặc A4 có số phiếu")
    printed.add_argument("--out", type=Path, required=True, metavar="PDF")
    printed.add_argument("--copies", type=_copies, default=1, help="số bản / copies")
    add_wording(printed)
    printed.set_defaults(run="central_office.commands.paper:form_print")


def _copies(text: str) -> int:
    if not 1 <= (count := int(text)) <= 10_000:
        raise argparse.ArgumentTypeError("1–10000")
    return count
