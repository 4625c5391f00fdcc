"""Arguments of `hailong-office fleet`."""

from central_office.commands.arguments import Commands, add_command

ROOM = "central_office.commands.fleet_lists"


def add(commands: Commands) -> None:
    actions = add_command(
        commands, "fleet", "đội máy: danh sách, kiểm kê / every kiosk: list, inventory"
    ).add_subparsers(dest="action", metavar="VIỆC", required=True)
    listed = add_command(actions, "list", "mọi ki-ốt, máy cần xem trước / every kiosk, those that need a person first")
    listed.add_argument("--trouble", default="", help="chỉ máy có việc này, như backlog / only those with this trouble")
    listed.add_argument("--json", action="store_true", help="mọi trường dạng JSON / every field as JSON")
    listed.set_defaults(run=f"{ROOM}:fleet_list", command="fleet list")
    inventory = add_command(actions, "inventory", "kiểm kê cho công cụ khác / an inventory for other tools")
    inventory.add_argument("--format", choices=("ansible", "json"), default="ansible")
    inventory.set_defaults(run=f"{ROOM}:inventory", command="fleet inventory")
