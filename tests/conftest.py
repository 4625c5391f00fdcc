"""Prints, after the last test, what the tests counted: cuts, seeds, hostile inputs (a passed test's stdout); into
`build/tried.txt` where a test failed."""

import importlib.util
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

TRIED = Path(__file__).parents[1] / "build/tried.txt"
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
        if "_django" in getattr(item, "fixturenames", ()):  # each sets a central office up
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """An entry point that a test calls sets the logging of its process up; this process is all tests'."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.setLevel(level)
    root.handlers[:] = [handler for handler in root.handlers if handler in handlers]


@pytest.fixture(scope="session")
def ears() -> ModuleType:
    """`earphone.py`, which lies beside this file."""
    spec = importlib.util.spec_from_file_location("earphone", Path(__file__).with_name("earphone.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def earphone(tmp_path: Path, ears: ModuleType) -> Iterator[Any]:
    """An ALSA device of this test alone, and what is heard through it."""
    phone = ears.Earphone(tmp_path / "earphone")
    yield phone
    phone.close()


@pytest.fixture
def synthesised(ears: ModuleType) -> Callable[..., bytes]:
    """What the synthesiser, asked by itself, makes of a text."""
    return ears.synthesised  # type: ignore[no-any-return]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    claims = {
        line: report.nodeid
        for report in terminalreporter.getreports("passed")
        if report.when == "call"
        for line in report.capstdout.splitlines()
        if line.strip()
    }
    lines = [
        f"{nodeid.split('::')[0].removeprefix('tests/')}: {line}"
        for line, nodeid in sorted(claims.items(), key=lambda claim: claim[1])
    ]
    if not lines:
        return
    terminalreporter.section("what was tried")
    if terminalreporter.getreports("failed") or terminalreporter.getreports("error"):  # which are to be read first
        TRIED.parent.mkdir(exist_ok=True)
        TRIED.write_text("\n".join(lines) + "\n")
        lines = [f"{len(lines)} lines in {TRIED.relative_to(TRIED.parents[1])}"]
    for line in lines:
        terminalreporter.write_line(line)
