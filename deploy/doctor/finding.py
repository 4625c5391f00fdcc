"""One line of the doctor: its state, what it says, what to do. Knows neither machine nor screen."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from deploy.doctor.codes import LINES


class State(StrEnum):
    """Worst first. NONE: this machine has no such thing, and needs none."""

    BAD = "bad"
    WATCH = "watch"
    GOOD = "good"
    NONE = "none"


ORDER = tuple(State)


@dataclass(frozen=True, slots=True)
class Finding:
    """`check`: a name of codes.CHECKS. `code`: of codes.LINES where something is wrong, `CHECK_ok` or `CHECK_none`."""

    check: str
    code: str
    state: State
    says: str
    do: str = ""


def good(check: str, says: str = "") -> Finding:
    return Finding(check, f"{check}_ok", State.GOOD, says or "tốt")


def none(check: str, says: str = "không có") -> Finding:
    return Finding(check, f"{check}_none", State.NONE, says)


def wrong(code: str, check: str = "", **fills: object) -> Finding:
    """The line of `code`, its {places} filled; `check` only for codes that any check may give."""
    line = LINES[code]
    return Finding(check or line.check, code, State(line.weight), _fill(line.says, fills), _fill(line.do, fills))


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """In the order in which a person should read them; within one state as they came."""
    return sorted(findings, key=lambda finding: ORDER.index(finding.state))


def _fill(text: str, fills: dict[str, object]) -> str:
    for name, value in fills.items():
        text = text.replace(f"{{{name}}}", " ".join(str(value).split())[:200])
    return text
