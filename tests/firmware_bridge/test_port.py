"""Serial ports for real: held, lost, refused, and the only one of a machine."""

import fcntl
import os
import pty
import subprocess
import sys
import termios
import tty
from pathlib import Path

import pytest

from firmware_bridge.technician.port import Port, PortError, Trouble, choose, found_ports, holders


@pytest.fixture
def line():
    """A pty: our end, and the path of the other."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    path = Path(os.ttyname(slave))
    os.close(slave)
    yield master, path
    os.close(master)


def trouble_with(device: Path) -> Trouble:
    with pytest.raises(PortError) as found, Port(device):
        pass
    return found.value.trouble


def test_a_port_passes_bytes_and_tells_when_it_is_lost(tmp_path):
    master, slave = pty.openpty()
    with Port(Path(os.ttyname(slave))) as port:
        os.close(slave)
        port.write(b"\0\x11\x13\r\n")
        assert os.read(master, 10) == b"\0\x11\x13\r\n"
        os.write(master, b"\x03\x04")
        assert port.read(5.0) == b"\x03\x04"
        assert port.read(0.0) == b""
        os.close(master)
        with pytest.raises(PortError):
            port.read(5.0)


def test_who_knows_a_port_by_name_alone_does_not_hold_it(line):
    _, path = line
    program = (
        "import os, sys\nos.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY | int(sys.argv[2]))\nprint(flush=True)\ninput()"
    )
    for how, is_held in ((os.O_PATH, False), (0, True)):
        words = [sys.executable, "-c", program, str(path), str(how)]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
            other.stdout.readline()
            assert any(f"({other.pid})" in name for name in holders(path)) == is_held
            other.communicate("\n")


def test_a_port_that_another_program_holds_is_left_alone(line):
    _, path = line
    opened = f"fd = os.open({str(path)!r}, os.O_RDWR | os.O_NOCTTY)"
    holder = f"import fcntl, os, sys\n{opened}\n{{}}\nprint('held', flush=True)\nsys.stdin.read()"
    for lock in ("fcntl.flock(fd, fcntl.LOCK_EX)", f"fcntl.ioctl(fd, {termios.TIOCEXCL})"):
        if "ioctl" in lock and os.geteuid() == 0:
            continue  # the kernel lets root in
        words = [sys.executable, "-c", holder.format(lock)]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
            other.stdout.readline()
            assert any(f"({other.pid})" in name for name in holders(path))
            with pytest.raises(PortError) as found:
                Port(path)
            assert found.value.trouble is Trouble.BUSY
            assert f"({other.pid})" in found.value.detail
            other.stdin.close()
            other.wait(20)


def test_our_own_hold_keeps_others_out(line):
    _, path = line
    with Port(path):
        other = os.open(path, os.O_RDWR | os.O_NOCTTY) if os.geteuid() == 0 else None
        if other is not None:
            with pytest.raises(BlockingIOError):
                fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.close(other)
        assert trouble_with(path) is Trouble.BUSY


def test_what_is_no_port_is_told_apart(tmp_path, monkeypatch):
    assert trouble_with(tmp_path / "none") is Trouble.ABSENT
    plain = tmp_path / "file"
    plain.write_bytes(b"")
    assert trouble_with(plain) is Trouble.NOT_SERIAL

    def refuse(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr(os, "open", refuse)
    assert trouble_with(plain) is Trouble.DENIED


def test_the_only_port_is_taken_and_several_are_listed(tmp_path):
    stable, loose = tmp_path / "by-path", tmp_path / "dev"
    stable.mkdir()
    loose.mkdir()
    with pytest.raises(PortError, match="no_port"):
        choose(None, tmp_path / "sim", stable, loose)
    (loose / "ttyUSB0").touch()
    assert choose(None, tmp_path / "sim", stable, loose) == loose / "ttyUSB0"
    (stable / "pci-usb-0").symlink_to(loose / "ttyUSB0")
    (stable / "pci-usbv2-0").symlink_to(loose / "ttyUSB0")
    assert found_ports(stable, loose) == [stable / "pci-usb-0"], "one device, its stable name"
    (loose / "ttyACM0").touch()
    with pytest.raises(PortError) as found:
        choose(None, tmp_path / "sim", stable, loose)
    assert found.value.trouble is Trouble.SEVERAL_PORTS
    assert "ttyACM0" in found.value.detail
    assert choose(tmp_path / "named", tmp_path / "sim", stable, loose) == tmp_path / "named"
    (tmp_path / "sim").touch()
    assert choose(None, tmp_path / "sim", stable, loose) == tmp_path / "sim"
