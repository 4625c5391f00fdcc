"""The demo's stage when something is in its way: sockets find a short place, and a process that ends is quoted."""

from pathlib import Path

import pytest

from deploy.demo.stage import DemoFailed, Stage, fresh_directory

LAST = "hailong-terminal: no room"


def test_sockets_lie_where_their_paths_are_short_enough() -> None:
    short = Path("/tmp")
    for letters in range(1, 200):
        directory = fresh_directory(short / ("x" * letters), short)
        assert len(bytes(directory / "terminal.sock")) <= 107
        assert (directory.parent == short) == (letters > 66), letters


def test_a_process_that_ended_is_quoted(tmp_path: Path) -> None:
    program = f"echo first; echo '{LAST}' >&2; echo; exit 73"
    with Stage(tmp_path / "stage") as stage:
        stage.start("terminal", ["sh", "-c", program])
        stage._processes[0][1].wait(60)
        with pytest.raises(DemoFailed) as failed:
            stage.check_alive()
    assert f"terminal ended with 73: {LAST}\n" in str(failed.value)
    with Stage(tmp_path / "another") as stage:
        stage.start("mute", ["true"])
        stage._processes[0][1].wait(60)
        with pytest.raises(DemoFailed, match="mute ended with 0: it said nothing"):
            stage.check_alive()
