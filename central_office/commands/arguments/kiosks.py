"""Arguments of `hailong-office kiosk`."""

import argparse
from pathlib import Path

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
    prepared = add_command(actions, "prepare", "mã lập sẵn cho nhiều máy, một tệp hailong.toml mỗi điểm / many at once")
    prepared.add_argument("--plan", required=True)
    prepared.add_argument("--points", type=Path, help="tệp mã điểm, mỗi dòng một điểm; không nêu: mọi điểm / else all")
    prepared.add_argument("--days", type=int, required=True, help="mã có hiệu lực bao nhiêu ngày, 1-30 / days")
    prepared.add_argument("--out", type=Path, required=True, help="thư mục mới / a new folder")
    prepared.add_argument("--centre-url", default="", help="địa chỉ trung tâm; không nêu: public_url / else public_url")
    prepared.add_argument("--ca", type=Path, help="chứng thư gốc của cơ quan (PEM) / the agency's own authority")
    text = "phần chung của hailong.toml: mạng, giờ, màn hình, nút, máy quét, loa… / what every kiosk has"
    prepared.add_argument("--common", type=Path, help=text)
    _set(prepared, "prepare")
    cancelled = add_command(actions, "cancel", "hủy mã chưa dùng của một lô / end a batch's unused codes")
    cancelled.add_argument("batch", type=int)
    _set(cancelled, "cancel")
    confirmed = add_command(actions, "confirm", "xác nhận dấu vân khóa / confirm fingerprints that were compared")
    confirmed.add_argument("kiosk", nargs="*")
    confirmed.add_argument("--all", metavar="PLAN", help="mọi máy chờ của kế hoạch / all that wait in the plan")
    _set(confirmed, "confirm")
    for name, text in (
        ("replace", "cấp mã cho máy thay / a code for a kiosk's replacement"),
        ("revoke", "thu hồi / revoke"),
        ("restore", "cho dùng lại / take a revocation back"),
    ):
        one = add_command(actions, name, text)
        one.add_argument("kiosk")
        _set(one, name)
        if name == "restore":
            one.add_argument("--alone", action="store_true", help="chính người thu hồi, ghi nhật ký / by who revoked")


def _set(parser: argparse.ArgumentParser, name: str) -> None:
    parser.set_defaults(run=f"central_office.commands.enrolling:{name}", command=f"kiosk {name}")
