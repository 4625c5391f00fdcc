"""The arguments of `hailong-office updates`: the trusted repository, releases and rings."""

from pathlib import Path

from central_office.commands.arguments import Commands, add_command

ROOM = "central_office.commands.updates"


def add(commands: Commands) -> None:
    text = "kho tin cậy của phiếu và bản cập nhật, theo vòng / the trusted repository, releases and rings"
    actions = add_command(commands, "updates", text).add_subparsers(dest="action", metavar="VIỆC", required=True)
    init = add_command(actions, "init", "tạo kho và khóa; thư mục khóa đem cất / make repository and keys, once")
    init.add_argument("--keys", type=Path, required=True, metavar="USB", help="thư mục trống trên USB / empty folder")
    init.add_argument("--root-keys", type=int, default=3, help="số khóa gốc / how many root keys")
    init.add_argument("--threshold", type=int, default=2, help="cần mấy khóa gốc / how many of them must sign")
    forms = add_command(actions, "forms", "ký mọi phiếu đã nạp / make every loaded form a target")
    release = add_command(actions, "release", "phát hành một gói hệ thống / make a system bundle a target")
    release.add_argument("file", type=Path, metavar="GÓI", help="hailong-amd64-2026.12.1.raucb")
    release.add_argument("--ring", default="", help="mở ngay cho vòng này / open to this ring at once")
    for signing in (forms, release):
        signing.add_argument("--keys", type=Path, required=True, metavar="USB", help="thư mục khóa / the keys' folder")
    rotate = add_command(actions, "rotate", "thay mọi khóa: gốc, phát hành, máy chủ / new keys of every role")
    rotate.add_argument("--keys", type=Path, required=True, metavar="USB", help="khóa gốc cũ / the old root keys")
    rotate.add_argument("--new-keys", type=Path, required=True, metavar="USB", help="thư mục trống / empty folder")
    rotate.add_argument("--root-keys", type=int, default=3)
    rotate.add_argument("--threshold", type=int, default=2)
    rings = add_command(actions, "rings", "nạp các vòng từ TOML, hoặc liệt kê / load rings from TOML, or list them")
    rings.add_argument("file", type=Path, nargs="?", metavar="TOML")
    opened = add_command(actions, "open", "mở bản cho một vòng / open a release to a ring")
    opened.add_argument("version")
    opened.add_argument("--ring", required=True)
    opened.add_argument("--anyway", action="store_true", help="dù vòng trước chưa chứng minh / though not proved yet")
    halt = add_command(actions, "halt", "dừng một bản / stop a release")
    halt.add_argument("version")
    halt.add_argument("--why", required=True)
    add_command(actions, "status", "các bản, từng vòng / releases, ring by ring")
    for action, chosen in actions.choices.items():
        chosen.set_defaults(run=f"{ROOM}:{action}", command=f"updates {action}")
