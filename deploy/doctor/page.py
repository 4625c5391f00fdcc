"""`python -m deploy.doctor.page FILE`: brings the table in the technicians' manual up to `codes.LINES`."""

import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.doctor.codes import CHECKS, LINES
from deploy.doctor.finding import State
from deploy.doctor.show import MARKS

BEGIN, END = "<!-- bảng: python -m deploy.doctor.page -->", "<!-- hết bảng -->"


def table() -> str:
    """Every line that the doctor can say, by check, the bad ones first."""
    parts = []
    for check, title in CHECKS.items():
        mine = sorted((code for code in LINES if LINES[code].check == check), key=lambda code: LINES[code].weight)
        rows = [_row(code) for code in mine]
        parts.append(
            "\n".join([f"### {title} (`{check}`)", "", "| | máy nói | phải làm gì | mã |", "|---|---|---|---|", *rows])
        )
    return "\n\n".join(parts)


def _row(code: str) -> str:
    line = LINES[code]
    return f"| {MARKS[State(line.weight)]} | {_escaped(line.says)} | {_escaped(line.do)} | `{code}` |"


def _escaped(text: str) -> str:
    """Without {places}, which Markdown would show: three dots stand for what the machine fills in."""
    while "{" in text:
        text = text[: text.index("{")] + "…" + text[text.index("}") + 1 :]
    return text.replace("|", "\\|")


def renewed(page: str) -> str:
    """`page` with the table of today. Raises: ValueError where it has no place for one."""
    before, _, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


def main(arguments: Sequence[str]) -> int:
    (name,) = arguments
    path = Path(name)
    path.write_text(renewed(path.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
