"""Prints, after the last test, what the tests counted: cuts, seeds, hostile inputs (a passed test's stdout)."""

import pytest


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
