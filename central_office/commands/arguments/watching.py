"""The arguments of `status`, `alerts` and `commend`: a running round on the command line."""

from datetime import date

from central_office.commands.arguments import Commands, add_command

ROOM = "central_office.commands.watching"


def add(commands: Commands) -> None:
    status = add_command(commands, "status", "tình trạng từng điểm của một đợt / how a round fills, point by point")
    status.add_argument("--plan", required=True)
    status.add_argument(
        "--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="như hết ngày này / as of the end of this day"
    )
    shown = status.add_mutually_exclusive_group()
    shown.add_argument("--text", action="store_true", help="tin ngắn để dán vào nhóm / a short text for a chat group")
    shown.add_argument("--csv", action="store_true", help="bảng CSV / as CSV")
    shown.add_argument("--json", action="store_true", help="dạng JSON / as JSON")
    status.set_defaults(run=f"{ROOM}:status")
    alerts = add_command(commands, "alerts", "cảnh báo chưa xử lý / alerts that nobody has handled")
    alerts.add_argument("--plan", default="")
    alerts.add_argument("--all", action="store_true", help="cả cảnh báo đã xử lý / those handled too")
    what = alerts.add_mutually_exclusive_group()
    what.add_argument("--run", dest="judge", action="store_true", help="xét ngay; dùng cho cron / judge now, for cron")
    what.add_argument("--handled", type=int, metavar="SỐ", help="ghi là đã xử lý / note that one was handled")
    alerts.add_argument("--note", default="", help="đã xử lý thế nào / what was done")
    alerts.set_defaults(run=f"{ROOM}:alerts")
    commend = add_command(commands, "commend", "điểm nên khen: đủ chỉ tiêu, phiếu sạch / quotas kept, answers clean")
    commend.add_argument("--plan", required=True)
    commend.add_argument("--top", type=int, default=5, help="bao nhiêu điểm / how many")
    commend.add_argument("--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="như hết ngày này / as of")
    commend.set_defaults(run=f"{ROOM}:commend")
