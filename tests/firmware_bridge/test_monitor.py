"""What a technician's commands say and send: the rules in virtual time, the ports for real, the box as a process."""

import fcntl
import itertools
import json
import os
import pty
import random
import signal
import subprocess
import sys
import tempfile
import termios
import time
import tty
from pathlib import Path

import pytest

from firmware_bridge.__main__ import main
from firmware_bridge.commands import RESET
from firmware_bridge.frames import (
    Ack,
    Command,
    Decoder,
    Hello,
    HelloRequest,
    Ping,
    Press,
    Provision,
    Result,
    Status,
    TimeMark,
    Totals,
    Touch,
    Welcome,
    encode,
)
from firmware_bridge.technician.inspection import MOST_TRIES, TEST_S, Inspection, Operation
from firmware_bridge.technician.monitor import Story
from firmware_bridge.technician.port import Port, PortError, Trouble, choose, found_ports, holders
from firmware_bridge.technician.texts import Texts
from tests.firmware_bridge.workbench import Errand, simulated, wait_for

ROOT = Path(__file__).parents[2]
EPOCH = 0x5EED1E57
HELLO = Hello(1, 1, 0, 0, 1, 5, EPOCH, 3, 1234, 1, 7, 2, 67, 1, 0)
BLANK = Hello(1, 1, 0, 0, 1, 5, 0, 1, 500, 1, 0, 0, 67, 0, 0)
STATUS = Status(3, 5000, 2, 1, 0, 0, 0, 0, 0, 0, 0, 4980)
PRESS = Press(EPOCH, 7, 3, 2000, 3, 0, 2010)


def said(data: bytes) -> list[object]:
    return Decoder().feed(data)


class Talk:
    """An inspection and the box that it hears, in virtual seconds."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.box = Inspection(self.now_s)
        self.sent: list[object] = []

    def hear(self, *messages: object, after_s: float = 0.1) -> list[object]:
        self.now_s += after_s
        out, _ = self.box.step(self.now_s, b"".join(encode(message) for message in messages))
        self.sent += said(out)
        return said(out)


def test_nothing_is_sent_before_a_whole_frame_of_a_terminal_has_come():
    rng = random.Random(5)
    talk = Talk()
    talk.box.test(True)
    talk.box.command(Operation.IDENTIFY, 5)
    for _ in range(2000):
        talk.now_s += 0.05
        out, _ = talk.box.step(talk.now_s, rng.randbytes(20) if rng.random() < 0.5 else encode(HELLO)[:-9])
        assert out == b""
    assert talk.hear(Welcome(1, EPOCH)) == [], "another host's frame is no terminal's"
    print("inspection: silent through 2,000 portions of noise, seed 5")


def test_it_greets_and_asks_but_never_takes_or_gives():
    talk = Talk()
    assert talk.hear(HELLO)[:2] == [Welcome(1, EPOCH), RESET]
    for _ in range(400):
        talk.hear(PRESS, STATUS, Totals(EPOCH, 3, 9, 2, 1, 0, 2, 4, 1, 1))
    assert {type(message) for message in talk.sent} == {Welcome, Command, Ping}
    talk = Talk()
    for _ in range(50):
        talk.hear(BLANK, after_s=1.0)
    assert not any(isinstance(message, Provision | Ack | TimeMark) for message in talk.sent), "a blank box stays blank"
    assert talk.sent[0] == Welcome(1, 0)


def test_a_box_that_believes_in_another_host_is_asked_to_introduce_itself_once_a_second():
    talk = Talk()
    for _ in range(50):
        talk.hear(PRESS)
    assert set(map(type, talk.sent)) == {HelloRequest}
    assert len(talk.sent) == 5


def test_a_box_of_another_protocol_is_told_nothing():
    talk = Talk()
    strange = Hello(9, *(getattr(HELLO, name) for name in Hello.__slots__[1:]))
    assert talk.hear(strange, PRESS, STATUS) == []
    assert talk.box.foreign == 9


def test_the_self_test_is_renewed_in_time_and_ended():
    talk = Talk()
    talk.box.test(True)
    talk.hear(HELLO)
    starts = []
    for _ in range(600):
        commands = [m for m in talk.hear(STATUS) if isinstance(m, Command) and m.operation == Operation.SELF_TEST]
        starts += [talk.now_s for command in commands if command.a]
        talk.hear(*(Result(command.id, 0) for command in commands), after_s=0.0)
    gaps = [later - sooner for sooner, later in itertools.pairwise(starts)]
    assert len(starts) > 10
    assert max(gaps) < TEST_S / 2, "two renewals may be lost on the line"
    talk.box.test(False)
    last = [m for m in talk.hear() if isinstance(m, Command)]
    assert [(command.operation, command.a) for command in last] == [(Operation.SELF_TEST, 0)]
    talk.hear(Result(last[0].id, 0))
    assert talk.box.idle
    assert talk.box.test_answer == 0


def test_a_command_is_repeated_under_its_number_until_answered_or_given_up():
    talk = Talk()
    talk.hear(HELLO)
    number = talk.box.command(Operation.IDENTIFY, 5)
    sent = [m for _ in range(50) for m in talk.hear(STATUS) if isinstance(m, Command)]
    assert len(sent) > 5
    assert set(sent) == {Command(number, Operation.IDENTIFY, 5)}
    talk.hear(Result(number, 1))
    assert talk.box.results[number] == 1
    deaf = talk.box.command(Operation.BUZZER, 9)
    sent = [m for _ in range(200) for m in talk.hear(STATUS) if isinstance(m, Command)]
    assert len(sent) == MOST_TRIES
    assert talk.box.results[deaf] is None


def test_what_is_told_is_told_once_and_never_what_a_citizen_pressed():
    story = Story(Texts("vi"))
    lines = list(
        story.lines([HELLO, STATUS, PRESS, Status(*[*(getattr(STATUS, n) for n in Status.__slots__[:-1]), 4990])])
    )
    assert lines[0] == "Hộp 5eed1e57 · phần mềm 1.0.0 · 5 nút · khởi động lần 3 (cấp nguồn)"
    assert lines[1].startswith("Nguồn 5,00 V · nút kẹt: không")
    assert lines[2] == "Trong hộp còn 2 lượt bấm của người dân chờ kiosk nhận. Để nguyên, không lấy ra."
    assert len(lines) == 3
    touches = list(story.lines([Touch(61000, 3, 1), Touch(61120, 3, 0)]))
    assert touches == ["▼ Nút 4 – Hài lòng", "▲ Nút 4 – Hài lòng (giữ 120 ms)"]
    assert list(Story(Texts("en")).lines([BLANK]))[1].startswith("A blank box")


def test_the_language_is_chosen_or_both_are_given():
    assert Texts(None, {"LANG": "en_GB.UTF-8"})("passed") == "PASS"
    assert Texts(None, {"LANG": "C"})("passed") == "ĐẠT"
    assert Texts("en").error("no_answer") == "The box does not answer"
    assert Texts(None, {}).error("no_answer") == "Hộp không trả lời (The box does not answer)"


# --- ports ---


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


# --- commands ---


@pytest.mark.parametrize("name", ["monitor", "selftest", "flash", "identify", "status", "tell", "simulate"])
def test_every_command_explains_itself(name, capsys):
    with pytest.raises(SystemExit) as left:
        main([name, "--help"])
    assert left.value.code == 0
    assert f"usage: hailong-terminal {name}" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["monitor", "selftest", "flash", "identify", "status"])
def test_a_port_that_is_not_there_is_one_line_in_both_languages(name, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("LANG", "C")
    assert main([name, "--device", str(tmp_path / "none")]) == os.EX_NOINPUT
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "Không có cổng" in lines[0]
    assert "There is no port" in lines[0]


def test_listening_prints_both_directions_and_sends_nothing(line):
    master, path = line
    words = [sys.executable, "-m", "firmware_bridge", "monitor", "--listen", "--language", "en", "--device", str(path)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as monitor:
        assert "nothing is sent" in monitor.stdout.readline()
        os.write(master, b"noise" + encode(Ping()) + encode(HELLO) + encode(PRESS) + b"\x01\x02")
        printed = [monitor.stdout.readline() for _ in range(3)]
        monitor.send_signal(signal.SIGINT)
        assert monitor.wait(20) == 0
    assert ["Ping(" in printed[0], "Hello(" in printed[1], "Press(" in printed[2]] == [True] * 3
    os.set_blocking(master, False)
    with pytest.raises(OSError):  # nothing to read, or nobody there
        os.read(master, 1)


def test_a_silent_port_is_told_and_the_reader_may_leave(line, capsys, monkeypatch):
    _, path = line
    monkeypatch.setattr("firmware_bridge.technician.cli.HEAR_S", 0.3)
    assert main(["status", "--device", str(path), "--language", "en"]) == os.EX_UNAVAILABLE
    assert "No button terminal heard" in capsys.readouterr().err


# --- with the firmware itself ---


@pytest.fixture
def box():
    with tempfile.TemporaryDirectory(prefix="hl-") as name:
        box = simulated(Path(name))
        yield box
        box.stop()


def status_of(box) -> dict:
    status = Errand("status", "--device", box.device, "--json")
    assert status.end() == 0, status.errors
    return json.loads(status.said[-1])


def test_the_monitor_shows_presses_and_takes_and_makes_none(box):
    for button in (4, 1):
        recorded = sum(json.loads(box.tell("lamps"))["counts"])
        box.press(button)
        wait_for(lambda before=recorded: sum(json.loads(box.tell("lamps"))["counts"]) > before, "the lamp")
        wait_for(lambda: not json.loads(box.tell("lamps"))["lit"], "the end of it")
        time.sleep(0.5)  # longer than the refractory time
    before = status_of(box)
    assert before["status"]["unacked"] == 2
    monitor = Errand("monitor", "--device", box.device)
    assert "2 presses of citizens wait" in monitor.until("wait in the box")
    monitor.until("SELF-TEST: no press is recorded")
    for button in range(5):
        box.press(button)
        monitor.until(f"▲ Button {button + 1} – ")
    assert monitor.end(signal.SIGINT) == 0
    assert "back at work" in monitor.said[-1]
    after = status_of(box)
    assert (after["status"]["unacked"], after["next_seq"], after["totals"]) == (2, before["next_seq"], before["totals"])
    assert "TESTING" not in after["status"]["flags"]
    assert after["status"]["rx_bad"] == 0
    assert not any("seq" in line for line in monitor.said), "a citizen's answer is nobody's to see"
    print("monitor on the firmware: 2 records waiting before and after, 5 presses shown, none recorded")


def test_a_pulled_cable_is_told_and_waited_out(box):
    monitor = Errand("monitor", "--device", box.device, language="vi")
    monitor.until("TỰ KIỂM")
    for _ in range(2):
        box.tell("unplug")
        monitor.until("Mất kết nối")
        box.tell("plug")
        monitor.until("có cổng trở lại")
        monitor.until("TỰ KIỂM")
        box.press(0)
        monitor.until("▲ Nút 1 – Rất không hài lòng")
    assert monitor.end(signal.SIGTERM) == 0


def test_a_second_technician_is_sent_away(box):
    monitor = Errand("monitor", "--device", box.device)
    monitor.until("SELF-TEST")
    second = Errand("status", "--device", box.device)
    assert second.end() == os.EX_TEMPFAIL
    assert f"({monitor.process.pid})" in second.errors
    monitor.end(signal.SIGINT)
