"""Arguments of `hailong-office plan`."""

from datetime import date
from pathlib import Path

from central_office.commands.arguments import Commands, add_command


def add(commands: Commands) -> None:
    actions = add_command(commands, "plan", "kế hoạch / plans").add_subparsers(
        dest="action", metavar="VIỆC", required=True
    )
    _files(actions)
    _stored(actions)
    for action, chosen in actions.choices.items():
        chosen.set_defaults(command=f"plan {action}", run=f"central_office.commands.plans:plan_{action}")


def _files(actions: Commands) -> None:
    check = add_command(actions, "check", "cộng và đối chiếu kế hoạch / add plans up; exit 1 where figures disagree")
    which = check.add_mutually_exclusive_group(required=True)
    which.add_argument("files", type=Path, nargs="*", default=[], metavar="JSON", help="tệp kế hoạch / plan files")
    which.add_argument("--all", action="store_true", help="mọi kế hoạch kèm theo sản phẩm / every plan that we ship")
    check.add_argument("--form", type=Path, action="append", default=[], metavar="JSON", help="phiếu / forms")
    check.add_argument("--english", action="store_true", help="bằng tiếng Anh / in English")
    load = add_command(actions, "load", "nạp kế hoạch / load plan files")
    load.add_argument("files", type=Path, nargs="+", metavar="JSON")
    load.add_argument("--form", type=Path, action="append", default=[], metavar="JSON", help="phiếu, nạp trước / forms")


def _stored(actions: Commands) -> None:
    add_command(actions, "list", "liệt kê kế hoạch / list the plans")
    add_command(actions, "points", "liệt kê điểm khảo sát / list a plan's points").add_argument("plan")
    clone = add_command(actions, "clone", "chép kế hoạch với thời gian khác / the same points in another window")
    clone.add_argument("plan")
    clone.add_argument("--id", required=True)
    clone.add_argument("--from", dest="first", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    clone.add_argument("--to", dest="last", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    clone.add_argument("--form", default="", help="mã phiếu khác / ask by another form")
    due = add_command(actions, "milestones", "các mốc và mốc quá hạn / milestones, and which are overdue")
    due.add_argument("plan", help="mã kế hoạch, hoặc tệp / a plan's id, or a file")
    due.add_argument("--today", type=date.fromisoformat, metavar="YYYY-MM-DD", help="hôm nay là / today is")
    stage = add_command(actions, "stage", "nghiệm thu, phê duyệt, công bố / move a plan on, or back")
    stage.add_argument("plan")
    stage.add_argument("stage", choices=("draft", "accepted", "approved"))
    stage.add_argument("--note", default="", help="lý do, số văn bản / reason, number of the paper")
    diff = add_command(actions, "diff", "hai kế hoạch khác nhau ở đâu / where two plans differ")
    diff.add_argument("plan")
    diff.add_argument("other")
    done = add_command(actions, "done", "ghi một mốc đã xong / note that a milestone was met")
    done.add_argument("plan")
    done.add_argument("number", type=int, help="số thứ tự của mốc / the milestone's number, from 1")
    done.add_argument("--on", type=date.fromisoformat, metavar="YYYY-MM-DD", help="ngày xong / day it was met")
