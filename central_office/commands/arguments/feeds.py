"""The arguments of `token`, `subscriber`, `outgoing` and `feed`: what leaves the office by itself, and to whom."""

from pathlib import Path

from central_office.commands.arguments import Commands, add_command

ROOM = "central_office.commands.feeds"


def add(commands: Commands) -> None:
    _tokens(_actions(commands, "token", "mã truy cập nguồn dữ liệu / tokens by which others take the feed"))
    _subscribers(_actions(commands, "subscriber", "nơi nhận tin / who is told by webhook or e-mail"))
    _outgoing(_actions(commands, "outgoing", "tin gửi đi / messages going out"))
    _feed(_actions(commands, "feed", "bảng để nhập vào hệ thống khác / tables for other systems"))


def _actions(commands: Commands, name: str, text: str) -> Commands:
    return add_command(commands, name, text).add_subparsers(dest="action", metavar="VIỆC", required=True)


def _tokens(actions: Commands) -> None:
    made = add_command(actions, "add", "cấp mã, chỉ hiện một lần / make one, shown once")
    made.add_argument("name", metavar="TÊN", help="hệ thống nhận / the system that takes the feed")
    made.add_argument("--days", type=int, default=365, help="thời hạn, ngày / how long it holds (365)")
    made.add_argument("--plan", action="append", default=[], metavar="ID", help="chỉ kế hoạch này / only this plan")
    made.add_argument("--point", action="append", default=[], metavar="MÃ", help="chỉ điểm này / only this point")
    made.add_argument("--comments", action="store_true", help="kèm ý kiến ghi bằng lời đã che / screened free text too")
    made.set_defaults(run=f"{ROOM}:token_add")
    add_command(actions, "list", "liệt kê / list").set_defaults(run=f"{ROOM}:token_list")
    gone = add_command(actions, "revoke", "thu hồi / revoke")
    gone.add_argument("number", type=int, metavar="SỐ")
    gone.set_defaults(run=f"{ROOM}:token_revoke")


def _subscribers(actions: Commands) -> None:
    made = add_command(actions, "add", "thêm nơi nhận / add one; a webhook's secret is shown once")
    made.add_argument("name", metavar="TÊN")
    which = made.add_mutually_exclusive_group(required=True)
    which.add_argument("--webhook", metavar="URL")
    which.add_argument("--email", metavar="ĐỊA_CHỈ")
    made.add_argument("--kind", action="append", required=True, metavar="LOẠI", help="alert.*, batch.counted, …")
    made.set_defaults(run=f"{ROOM}:subscriber_add")
    add_command(actions, "list", "liệt kê / list").set_defaults(run=f"{ROOM}:subscriber_list")
    for name, text in (("remove", "bỏ / remove"), ("test", "gửi thử ngay / send a test now")):
        one = add_command(actions, name, text)
        one.add_argument("number", type=int, metavar="SỐ")
        one.set_defaults(run=f"{ROOM}:subscriber_{name}")


def _outgoing(actions: Commands) -> None:
    add_command(actions, "send", "gửi những tin đến lượt; dùng với cron / send what is due").set_defaults(
        run=f"{ROOM}:outgoing_send"
    )
    add_command(actions, "list", "tin đang chờ và tin không gửi được / waiting and dead").set_defaults(
        run=f"{ROOM}:outgoing_list"
    )


def _feed(actions: Commands) -> None:
    table = add_command(actions, "communes", "bảng theo xã, CSV / a plan's table by commune")
    table.add_argument("--plan", required=True, metavar="ID")
    table.add_argument("--out", type=Path, required=True, metavar="CSV")
    table.set_defaults(run=f"{ROOM}:feed_communes")
