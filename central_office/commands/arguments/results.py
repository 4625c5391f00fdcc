"""Arguments of `results`, `compare` and `given …`."""

from central_office.commands.arguments import Commands, add_command


def add(commands: Commands) -> None:
    shown = add_command(commands, "results", "chỉ số của một kế hoạch, kèm phương pháp / a round's figures, labelled")
    shown.add_argument("plan")
    shown.add_argument(
        "--public", action="store_true", help="như khi công bố: che n dưới 10 / masked as for publishing"
    )
    shown.add_argument("--json", action="store_true", help="mọi số liệu dạng JSON / every figure as JSON")
    shown.set_defaults(run="central_office.commands.results:results")
    compared = add_command(commands, "compare", "so sánh hai đợt, theo điểm phần trăm / two rounds side by side")
    compared.add_argument("earlier", metavar="ĐỢT_TRƯỚC")
    compared.add_argument("later", metavar="ĐỢT_SAU")
    compared.set_defaults(run="central_office.commands.results:compare_rounds")
    _given(commands)


def _given(commands: Commands) -> None:
    parser = add_command(commands, "given", "số liệu do nơi khác tính (tỷ lệ 766) / figures computed elsewhere")
    actions = parser.add_subparsers(dest="action", metavar="VIỆC", required=True)
    add = add_command(actions, "add", "ghi một số, kèm nguồn; ghi lại thì thay / enter one; again replaces it")
    add.add_argument("--plan", required=True)
    add.add_argument("--name", required=True, help="tên / name")
    add.add_argument("--value", required=True, help="ví dụ 98,45 / for example 98.45")
    add.add_argument("--source", required=True, help="văn bản, trang thông tin / document, site")
    add.add_argument("--period", required=True, help="kỳ / period")
    add.add_argument("--method", default="", help="công thức / its formula (QĐ 766/QĐ-TTg)")
    add.set_defaults(run="central_office.commands.results:given_add")
    shown = add_command(actions, "list", "liệt kê / list")
    shown.add_argument("--plan", required=True)
    shown.set_defaults(run="central_office.commands.results:given_list")
    remove = add_command(actions, "remove", "bỏ một số / take one back")
    for option in ("--plan", "--name", "--period"):
        remove.add_argument(option, required=True)
    remove.set_defaults(run="central_office.commands.results:given_remove")
