"""The arguments of `rebuild`."""

from central_office.commands.arguments import Commands, add_command


def add(commands: Commands) -> None:
    text = "tính lại mọi số đếm từ phiếu gốc / recompute the counters from the kept bytes"
    parser = add_command(commands, "rebuild", text)
    parser.add_argument(
        "--plan", metavar="ID", default="", help="mã kế hoạch; mặc định: tất cả / one plan; all if left out"
    )
    parser.set_defaults(run="central_office.commands.rebuilding:rebuild_command")
