"""The doctor's lines as a person reads them, and as a program does. Knows no machine."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from deploy.doctor.codes import CHECKS
from deploy.doctor.finding import Finding, State

FORMAT = 1
MARKS = {State.BAD: "✗", State.WATCH: "!", State.GOOD: "✓", State.NONE: "–"}
WORDS = {State.BAD: "hỏng", State.WATCH: "cần để ý", State.GOOD: "tốt", State.NONE: "không có"}
COLOURS = {State.BAD: "\x1b[1;31m", State.WATCH: "\x1b[1;33m", State.GOOD: "\x1b[32m", State.NONE: "\x1b[2m"}
PLAIN = "\x1b[0m"
TITLE = max(map(len, CHECKS.values()))
WIDTH = 100


def as_text(findings: Sequence[Finding], coloured: bool = False) -> str:
    """One line for each finding, and under each that is not well what to do; a sum at the end."""
    lines = [part for finding in findings for part in _lines(finding, coloured)]
    count = {state: sum(finding.state is state for finding in findings) for state in State}
    total = " · ".join(f"{MARKS[state]} {count[state]} {WORDS[state]}" for state in State)
    return "\n".join([*lines, "", total])


def _lines(finding: Finding, coloured: bool) -> list[str]:
    mark = MARKS[finding.state]
    if coloured:
        mark = f"{COLOURS[finding.state]}{mark}{PLAIN}"
    indent = " " * (TITLE + 4)
    says = _wrapped(finding.says, WIDTH - len(indent)) or [""]
    do = _wrapped(f"→ {finding.do}", WIDTH - len(indent)) if finding.do else []
    return [f"{mark} {CHECKS[finding.check]:<{TITLE}}  {says[0]}", *(indent + line for line in (*says[1:], *do))]


def _wrapped(text: str, width: int) -> list[str]:
    """Commands stay whole: a hyphen is no place to break."""
    return textwrap.wrap(_plain(text), width, break_on_hyphens=False)


def _plain(text: str) -> str:
    """Without what could move a terminal's cursor."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def as_document(
    findings: Sequence[Finding], versions: Mapping[str, str], at_s: float, boot: str, boot_s: float
) -> dict[str, Any]:
    """What `--json` prints and `--keep` writes; docs/doctor.md describes it.

    `at_s`: wall clock, a claim; `boot`, `boot_s`: which boot, and its seconds, by which its age is judged.
    """
    lines = [
        {"check": each.check, "code": each.code, "state": str(each.state), "says": each.says, "do": each.do}
        for each in findings
    ]
    worst = next((state for state in State if any(each.state is state for each in findings)), State.GOOD)
    return {
        "v": FORMAT,
        "at_s": int(at_s),
        "boot": boot,
        "boot_s": round(boot_s, 1),
        "state": str(State.GOOD if worst is State.NONE else worst),
        "versions": dict(versions),
        "lines": lines,
    }


def exit_code(findings: Sequence[Finding]) -> int:
    """0 all well, 1 something to watch, 2 something is bad."""
    states = {finding.state for finding in findings}
    return 2 if State.BAD in states else int(State.WATCH in states)
