"""Prints, after the last test, what the tests counted: cuts, seeds, hostile inputs (a passed test's stdout)."""

from pathlib import Path

import pytest

ON_THE_BOARD = (  # these build or run the firmware, which needs avr-gcc and libsimavr
    "terminal",
    "contracts",
    "firmware_bridge/board",
    *(f"firmware_bridge/test_{name}" for name in ("firmware", "flash", "monitor", "selftest")),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.relative_to(here).as_posix().startswith(ON_THE_BOARD):
            item.add_marker(pytest.mark.board)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    claims = {
        line: report.nodeid
        for report in terminalreporter.getreports("passed")
        if report.when == "call"
        for line in report.capstdout.splitlines()
        if line.strip()
    }
    if claims:
        terminalreporter.section("what was tried")
        for line, nodeid in sorted(claims.items(), key=lambda claim: claim[1]):
            terminalreporter.write_line(f"{nodeid.split('::')[0].removeprefix('tests/')}: {line}")
