"""The firmware's sources have no finding of cppcheck."""

import subprocess

from tests.terminal.builds import SOURCES


def test_cppcheck_finds_nothing() -> None:
    ran = subprocess.run(
        ["make", "--silent", "-C", str(SOURCES), "check"], capture_output=True, text=True, timeout=300, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
