"""Arguments of `hailong-office kiosk`."""

from central_office.commands.arguments import Commands, add_command


def add(commands: Commands) -> None:
    actions = add_command(commands, "kiosk", "ki-ốt đã ghi danh / enrolled kiosks").add_subparsers(
        dest="action", metavar="VIỆC", required=True
    )
    moved = add_command(actions, "move", "giao kế hoạch hoặc điểm khác / another plan or point, without enrolling anew")
    which = moved.add_mutually_exclusive_group(required=True)
    which.add_argument("--kiosk", help="mã ki-ốt / the kiosk's id")
    which.add_argument("--from-plan", metavar="PLAN", help="mọi ki-ốt của kế hoạch này / every kiosk of this plan")
    moved.add_argument("--plan", required=True)
    moved.add_argument("--point", default="", help="không nêu: vẫn điểm cũ / else the same point")
    moved.set_defaults(run="central_office.commands.kiosks:move", command="kiosk move")
