"""The simulators' control socket: many lines, rude callers, and `tell` from the command line."""

import errno
import os
import socket
import tempfile
from pathlib import Path

import pytest

from firmware_bridge.__main__ import main
from firmware_bridge.control import LONGEST_LINE, LONGEST_PATH, ControlSocket, numbers, tell
from tests.firmware_bridge.workbench import simulated


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(prefix="hl-") as name:
        yield Path(name)


def test_many_lines_are_answered_and_rude_callers_survived(folder):
    control = ControlSocket(folder / "ctl", lambda line: line[::-1])
    polite, rude, gone = (socket.socket(socket.AF_UNIX) for _ in range(3))
    for caller in (polite, rude, gone):
        caller.connect(str(folder / "ctl"))
        control.serve(0.5)
    polite.sendall(b"abc\nde")
    rude.sendall(b"x" * (LONGEST_LINE + 1))
    gone.close()
    for _ in range(5):
        control.serve(0.05)
    polite.sendall(b"f\n\xff\n")
    control.serve(0.5)
    assert polite.recv(100) == b"cba\nfed\n\xef\xbf\xbd\n"
    assert rude.recv(100) == b"", "hung up on"
    control.close()
    polite.close()
    rude.close()
    assert not (folder / "ctl").exists()
    with pytest.raises(OSError):
        tell(folder / "ctl", "abc")


def test_a_path_that_no_socket_can_have_is_told_with_its_bound(folder):
    longest = folder / ("x" * (LONGEST_PATH - len(os.fsencode(folder)) - 1))
    ControlSocket(longest, str).close()
    with pytest.raises(OSError, match=str(LONGEST_PATH)) as found:
        ControlSocket(folder / (longest.name + "x"), str)
    assert found.value.errno == errno.ENAMETOOLONG


def test_whoever_sees_the_path_may_connect(folder, monkeypatch):
    seen = []

    class Watched(socket.socket):
        def listen(self, backlog=0):
            seen.append((folder / "ctl").exists())
            super().listen(backlog)
            seen.append((folder / "ctl").exists())

    monkeypatch.setattr(socket, "socket", Watched)
    ControlSocket(folder / "ctl", str).close()
    assert seen == [False, False], "it is there only after it listens"
    assert not list(folder.iterdir())


def test_a_killed_ones_socket_is_replaced_and_a_file_is_not(folder):
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(folder / "ctl"))
    control = ControlSocket(folder / "ctl", str)
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(str(folder / "ctl"))
    control.close()
    (folder / "ctl").write_text("somebody's")
    with pytest.raises(FileExistsError):
        ControlSocket(folder / "ctl", str)
    assert (folder / "ctl").read_text() == "somebody's"
    (folder / "~ther").write_text("somebody's")
    with pytest.raises(FileExistsError):
        ControlSocket(folder / "other", str)
    assert (folder / "~ther").read_text() == "somebody's"
    (folder / "link").symlink_to(folder / "nowhere")
    with pytest.raises(FileExistsError):
        ControlSocket(folder / "link", str)


def test_nobody_else_can_ever_connect(folder, monkeypatch):
    modes = []

    class Watched(socket.socket):
        def bind(self, address):
            super().bind(address)
            modes.append(Path(address).stat().st_mode & 0o777)

    before = os.umask(0o022)
    monkeypatch.setattr(socket, "socket", Watched)
    ControlSocket(folder / "ctl", str).close()
    assert modes == [0o600], "from the moment it is there"
    assert os.umask(before) == 0o022


@pytest.mark.parametrize("words", [[], ["1"], ["1", "2", "3", "4"], ["1", "-2"], ["1", "x"], ["1.5", "2"]])
def test_numbers_refuses(words):
    with pytest.raises(ValueError):
        numbers(words, 2, 3)


def test_tell_from_the_command_line(folder, capsys):
    box = simulated(folder, blank=True)
    try:
        assert main(["tell", "--control", str(box.control), "press", "2", "50"]) == os.EX_OK
        assert main(["tell", "--control", str(box.control), "dance"]) == os.EX_DATAERR
    finally:
        box.stop()
    assert main(["tell", "--control", str(folder / "nobody"), "lamps"]) == os.EX_UNAVAILABLE
    told = capsys.readouterr()
    assert told.out.startswith("ok\nerror: ")
    assert "Cannot talk to the simulator" in told.err
