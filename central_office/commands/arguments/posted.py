"""Arguments of `hailong-office import-post`."""

from pathlib import Path

from central_office.commands.arguments import Commands, add_command


def add(commands: Commands) -> None:
    text = "nhập phiếu gửi bằng USB / take in answers that came by stick"
    taken = add_command(commands, "import-post", text)
    taken.add_argument("files", type=Path, nargs="+", metavar="TỆP.hlp")
    where = "tệp biên nhận mang về ki-ốt / receipts to take back to the kiosks (bien-nhan.hlr)"
    taken.add_argument("--receipts", type=Path, default=Path("bien-nhan.hlr"), metavar="TỆP.hlr", help=where)
    taken.set_defaults(run="central_office.commands.posted:import_post")
