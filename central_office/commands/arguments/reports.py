"""Arguments of `hailong-office report`."""

import argparse
from datetime import date
from pathlib import Path

from central_office.commands.arguments import Commands, add_command

FORMATS = ("docx", "pdf", "xlsx", "csv", "json", "parquet", "sheets")


def add(commands: Commands) -> None:
    report = add_command(commands, "report", "lập báo cáo và số liệu của kế hoạch / a plan's report and figures")
    of = report.add_mutually_exclusive_group(required=True)
    of.add_argument("--frozen", metavar="VERSION", help="của đợt đã đóng băng / of a frozen round")
    of.add_argument("--plan", help="số liệu tạm, lưu hành nội bộ / live figures of a plan, for the office alone")
    report.add_argument("--out", type=Path, required=True, metavar="DIR", help="thư mục ghi tệp / folder for the files")
    report.add_argument(
        "--format", type=_formats, default=FORMATS, metavar="LIST", help=f"mặc định / default: {','.join(FORMATS)}"
    )
    report.add_argument(
        "--date",
        type=_day,
        metavar="YYYY-MM-DD",
        help="ngày ký; nếu không có, để trống / day of signing; left open without",
    )
    report.set_defaults(run="central_office.commands.reports:report")


def _formats(text: str) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    if unknown := [name for name in wanted if name not in FORMATS]:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: chỉ có / there are {', '.join(FORMATS)}")
    return wanted


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} không phải ngày / is no date (YYYY-MM-DD)") from error
