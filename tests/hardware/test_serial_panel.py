"""The serial panel on a real pty; the test says, frame by frame, what a box would."""

import errno
import os
import pty
import select
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import serial

from firmware_bridge.frames import (
    Ack,
    Decoder,
    Flag,
    Hello,
    Mark,
    Message,
    Ping,
    Provision,
    Status,
    TimeMark,
    Totals,
    Welcome,
    encode,
)
from firmware_bridge.frames import Press as Record
from hardware.box_report import reason_of
from hardware.counts import Hindrance
from hardware.ports import AgeQuality, Fault, Link, PanelStatus, Reason
from hardware.serial_panel import MOST_ACKS, SerialPanel, _Refusals

EPOCH, OTHER, NEW = 0x5EED1E57, 0x0BADB0C5, 0x00C0FFEE
PATIENCE_S = 30.0
WALL_MS = 1_790_000_123_456


def wait_for(truth: Callable[[], Any], what: str = "it") -> Any:
    deadline_s = time.monotonic() + PATIENCE_S
    while not (value := truth()):
        assert time.monotonic() < deadline_s, f"{what} did not happen within {PATIENCE_S} s"
        time.sleep(0.005)
    return value


class Line:
    """The box's end of a cable."""

    def __init__(self, device: Path) -> None:
        self.end, other = pty.openpty()
        tty.setraw(other)
        self.device = device
        device.symlink_to(os.ttyname(other))
        self._other = other  # held, so that what is said before the panel opens is not an error
        self._decoder = Decoder()
        self._heard: list[Message] = []
        self.all: list[Message] = []

    def say(self, *messages: Message) -> None:
        os.write(self.end, b"".join(map(encode, messages)))

    def hear(self, kind: type[Message]) -> Message:
        """The next message of that kind; those before it are dropped."""
        while True:
            while self._heard:
                if isinstance(message := self._heard.pop(0), kind):
                    return message
            assert select.select([self.end], [], [], PATIENCE_S)[0], f"no {kind.__name__}"
            new = self._decoder.feed(os.read(self.end, 4096))
            self._heard += new
            self.all += new

    def hung_up(self) -> None:
        """Pull the cable: first its name, as the kernel gives the number to the next pty of this machine."""
        self.device.unlink()
        os.close(self._other)
        os.close(self.end)
        self._other = self.end = -1

    def close(self) -> None:
        if self.end >= 0:
            self.hung_up()


def hello(epoch: int = EPOCH, boot: int = 5, protocol: int = 1, buttons: int = 5, refused: int = 0) -> Hello:
    return Hello(protocol, 1, 2, 3, 1, buttons, epoch, boot, 60_000, 0, 0, 0, 2039, 1, refused)


def record(seq: int = 0, what: int = 3, aux: int = 0, boot: int = 5, epoch: int = EPOCH) -> Record:
    return Record(epoch, seq, boot, 50_000 + seq, what, aux, 60_000)


def state(flags: int = 1, unacked: int = 0, stuck: int = 0, refused: int = 0, corrupt: int = 0) -> Status:
    return Status(5, 61_000, unacked, flags, stuck, 0, refused, 0, 0, corrupt, 0, 4980)


def sums(*made: int, epoch: int = EPOCH, unacked: int = 0) -> Totals:
    return Totals(epoch, 5, 9, unacked, *made)


@pytest.fixture
def line(tmp_path):
    line = Line(tmp_path / "tty")
    yield line
    line.close()


@pytest.fixture
def open_panel():
    opened = []

    def make(device: Path, name: str = "box", **settings: Any) -> SerialPanel:
        defaults: dict[str, Any] = {"box": None, "buttons": 5, "wall_ms": lambda: WALL_MS, "refractory_ms": 1500}
        panel = SerialPanel(name, device, new_epoch=lambda: NEW, clock=time.monotonic, **(defaults | settings))
        opened.append(panel)
        wait_for(lambda: panel.status().note or panel.status().reason is not Reason.ABSENT, "opening")
        return panel

    yield make
    for panel in opened:
        panel.close()


@pytest.fixture
def panel(line, open_panel):
    panel = open_panel(line.device)
    line.say(hello())
    line.hear(Welcome)
    wait_for(lambda: panel.status().link is Link.UP, "a link")
    return panel


def test_a_box_that_is_welcomed_is_described(panel, line):
    line.say(state(Flag.PROVISIONED | Flag.SUPPLY_LOW | Flag.DEEP_LOST, unacked=4, stuck=0b101, refused=2, corrupt=1))
    found = wait_for(lambda: panel.status().stuck and panel.status())
    assert found == PanelStatus(
        "box", Link.UP, stuck=(0, 2), lost=2, box="5eed1e57", firmware="1.2.3", buttons=5, supply_mv=4980, waiting=4,
        faults=(Fault.SUPPLY_LOW, Fault.DEEP_LOST, Fault.CORRUPT),
    )  # fmt: skip
    assert line.hear(TimeMark) == TimeMark(WALL_MS // 900_000, WALL_MS % 900_000)


def test_a_press_carries_what_the_disk_and_the_centre_need(panel, line):
    line.say(Mark(2, 0, WALL_MS // 900_000 - 4), record(), record(1, 0x32, 4), record(2, boot=4), record(3, boot=2))
    found: dict[str, Any] = {}
    wait_for(lambda: found.update({press.source: press for press in panel.poll()}) or len(found) == 4)
    ordinary, burst, unknown, marked = found.values()
    assert (ordinary.button, ordinary.flags, ordinary.buttons, ordinary.hits) == (3, (), (), 1)
    assert (ordinary.tally, ordinary.age_quality) == ("5eed1e57/3", AgeQuality.EXACT)
    assert ordinary.age_ms >= 10_000
    assert (burst.button, burst.flags, burst.buttons, burst.hits) == (1, ("burst",), (1, 4), 4)
    assert burst.tally == "5eed1e57/burst"
    assert (unknown.age_ms, unknown.age_quality) == (None, AgeQuality.UNKNOWN)
    assert marked.age_quality is AgeQuality.MARKED
    assert marked.age_ms >= 4 * 900_000 + WALL_MS % 900_000 - 50_003
    assert not [m for m in line.all if isinstance(m, Ack)], "nothing is on the disk"
    panel.confirm(burst)
    assert line.hear(Ack) == Ack(EPOCH, 1)


def test_what_is_safe_is_acknowledged_again_and_not_handed_over_again(panel, line):
    line.say(record())
    (press,) = wait_for(panel.poll)
    panel.confirm(press)
    for _ in range(3):
        assert line.hear(Ack) == Ack(EPOCH, 0)
        line.say(record())
    assert line.hear(Ack) == Ack(EPOCH, 0)
    assert panel.poll() == []


def test_many_acknowledgements_go_out_in_turns(panel, line):
    presses: dict[str, Any] = {}
    for seq in range(MOST_ACKS * 4):
        line.say(record(seq))
    wait_for(lambda: presses.update({p.source: p for p in panel.poll()}) or len(presses) == MOST_ACKS * 4)
    for press in presses.values():
        panel.confirm(press)
    assert {line.hear(Ack).seq for _ in presses} == set(range(MOST_ACKS * 4))


# Which box


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (hello(OTHER), Reason.OTHER_BOX),
        (hello(0), Reason.OTHER_BOX),
        (hello(buttons=4), Reason.OTHER_BUTTONS),
        (hello(protocol=2), Reason.OTHER_PROTOCOL),
    ],
)
def test_a_box_that_does_not_belong_here_is_told_and_not_spoken_to(line, open_panel, words, reason):
    panel = open_panel(line.device, box=EPOCH)
    line.say(words, record())
    found = wait_for(lambda: panel.status().reason is reason and panel.status(), "a refusal")
    assert (found.link, found.box) == (Link.SILENT, "5eed1e57")
    assert found.down_since_s is not None
    assert f"box {words.epoch:08x}" in found.note
    line.say(hello())
    line.hear(Welcome)
    assert line.all[0] == Welcome(1, EPOCH), "and not a byte before it"
    wait_for(lambda: panel.status().link is Link.UP)
    assert (panel.status().reason, panel.status().down_since_s, panel.status().note) == (Reason.NONE, None, "")


def test_the_first_box_is_bound_even_when_the_port_was_gone_meanwhile(tmp_path, open_panel):
    port = tmp_path / "port"
    first, second = Line(tmp_path / "first"), Line(tmp_path / "second")
    port.symlink_to(first.device)
    panel = open_panel(port)
    first.say(hello())
    first.hear(Welcome)
    wait_for(lambda: panel.status().box == "5eed1e57")
    port.unlink()
    first.hung_up()
    gone = wait_for(lambda: panel.status().link is Link.ABSENT and panel.status())
    assert (gone.box, gone.firmware) == ("5eed1e57", "1.2.3"), "as it was last"
    port.symlink_to(second.device)
    wait_for(lambda: (second.say(hello(OTHER)), time.sleep(0.05), panel.status().reason is Reason.OTHER_BOX)[-1])
    assert panel.status().down_since_s == gone.down_since_s, "down since the cable was pulled"
    assert second.all == []
    second.say(hello())
    assert second.hear(Welcome) == Welcome(1, EPOCH)
    second.close()


def test_two_panels_on_one_port_are_told(panel, line, open_panel):
    second = open_panel(line.device, "second")
    assert (second.status().link, second.status().reason) == (Link.ABSENT, Reason.BUSY)
    assert panel.status().link is Link.UP


# Counts


def test_counts_can_be_compared_only_while_nothing_is_under_way(panel, line):
    assert panel.status().count is None
    line.say(sums(1, 0, 0, 3, 0, 2, unacked=1))
    assert wait_for(lambda: panel.status().count).hindrance is Hindrance.UNACKED
    line.say(sums(1, 0, 0, 3, 0, 2))
    count = wait_for(lambda: not panel.status().count.hindrance and panel.status().count)
    assert (count.box, count.made, count.fresh) == ("5eed1e57", (1, 0, 0, 3, 0, 2), False)
    line.say(record())
    (press,) = wait_for(panel.poll)
    assert panel.status().count is None, "whoever can have counted this press does not see totals without it"
    line.say(sums(1, 0, 0, 4, 0, 2))
    assert wait_for(lambda: panel.status().count).hindrance is Hindrance.IN_HAND
    panel.confirm(press)
    line.hear(Ack)
    assert not panel.status().count.hindrance
    line.say(state(Flag.PROVISIONED | Flag.STORE_FAULT))
    wait_for(lambda: panel.status().count.hindrance is Hindrance.FAULT)


def test_a_box_that_got_its_identity_here_has_no_past(line, open_panel):
    panel = open_panel(line.device)
    line.say(hello(0))
    assert line.hear(Provision) == Provision(0, NEW, 1500)
    line.say(hello(NEW))
    line.hear(Welcome)
    line.say(sums(0, 0, 0, 0, 0, 0, epoch=NEW))
    assert wait_for(lambda: panel.status().count).fresh


@pytest.mark.slow
def test_totals_are_asked_for_soon_after_the_link(panel, line):
    assert line.hear(Ping) == Ping(1)


# Ends


def test_refusals_are_summed_over_starts_of_the_box():
    refusals = _Refusals()
    for boot, refused in [(1, 0), (1, 2), (1, 2), (1, 5), (2, 0), (2, 1), (3, 4), (3, 4), (3, 1), (3, 1)]:
        refusals.see((EPOCH, boot), refused)
    assert refusals.total == 5 + 1 + 4 + 1


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (serial.SerialException(errno.ENOENT, "could not open port"), Reason.ABSENT),
        (serial.SerialException(errno.EACCES, "could not open port"), Reason.FORBIDDEN),
        (serial.SerialException(errno.EBUSY, "could not open port"), Reason.BUSY),
        (serial.SerialException(errno.EAGAIN, "could not exclusively lock port"), Reason.BUSY),
        (serial.SerialException("device reports readiness to read but returned no data"), Reason.ABSENT),
        (OSError(errno.EIO, "Input/output error"), Reason.ABSENT),
    ],
)
def test_why_a_port_cannot_be_had(error, reason):
    assert reason_of(error) is reason


def test_a_thread_that_died_is_a_status(monkeypatch, line, open_panel):
    monkeypatch.setattr(threading, "excepthook", lambda _: None)

    def broken() -> int:
        raise RuntimeError("no clock")

    panel = open_panel(line.device, wall_ms=broken)
    line.say(hello())
    found = wait_for(lambda: panel.status().reason is Reason.BROKEN and panel.status())
    assert found.link is Link.ABSENT
    panel.close()
    assert panel.status().reason is Reason.CLOSED
