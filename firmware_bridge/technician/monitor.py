"""Shows a technician what a box says. Records nothing, takes nothing: presses are tried in the box's own self-test."""

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from firmware_bridge.frames import PROTOCOL, Decoder, FromTerminal, Hello, Message, Status, Totals, Touch
from firmware_bridge.technician.inspection import TEST_S
from firmware_bridge.technician.port import Port, PortError
from firmware_bridge.technician.report import identity_lines, state_lines, totals_line
from firmware_bridge.technician.texts import Texts
from firmware_bridge.technician.visit import Visit

SILENT_S = 5.0
RETRY_S = 0.5

Say = Callable[[str], None]


class Story:
    """Messages in, lines out: what is new to the reader, once."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._buttons = 5
        self._told: dict[str, tuple[str, ...]] = {}
        self._closed_ms: dict[int, int] = {}

    def lines(self, messages: Iterable[FromTerminal]) -> Iterator[str]:
        for message in messages:
            if isinstance(message, Hello):
                yield from self._hello(message)
            elif isinstance(message, Status):
                yield from self._once("status", state_lines(self._texts, _steady(message)))
            elif isinstance(message, Totals):
                yield from self._once("totals", [totals_line(self._texts, message, self._buttons)])
            elif isinstance(message, Touch):
                yield self._touch(message)

    def _hello(self, hello: Hello) -> Iterator[str]:
        if hello.protocol != PROTOCOL:
            text = self._texts("other_protocol", number=hello.protocol, ours=PROTOCOL)
            yield from self._once("hello", [text])
            return
        self._buttons = hello.buttons
        self._closed_ms.clear()
        yield from self._once("hello", identity_lines(self._texts, hello))

    def _touch(self, touch: Touch) -> str:
        name = self._texts.button(touch.button, self._buttons)
        if touch.closed:
            self._closed_ms[touch.button] = touch.t_ms
            return self._texts("touch_closed", button=name)
        hold_ms = (touch.t_ms - self._closed_ms.pop(touch.button, touch.t_ms)) % 2**32
        return self._texts("touch_opened", button=name, hold_ms=hold_ms)

    def _once(self, what: str, lines: Iterable[str]) -> Iterator[str]:
        block = tuple(lines)
        if self._told.get(what) != block:
            self._told[what] = block
            yield from block


def _steady(status: Status) -> Status:
    """Its supply to the nearest 50 mV: what flickers is no news."""
    values = {name: getattr(status, name) for name in Status.__slots__}
    return Status(**{**values, "supply_mv": round(status.supply_mv / 50) * 50})


def watch(device: Path, texts: Texts, say: Say, clock: Callable[[], float] = time.monotonic) -> None:
    """Show the box at `device` for ever, through pulled cables; the box is in its self-test meanwhile.

    Raises PortError when the port cannot be opened at first. Ctrl-C puts the box back to work.
    """
    say(texts("listening", device=device))
    story = Story(texts)
    for port in _ports(device, texts, say, read_only=False):
        _attend(Visit(port, clock), texts, story, say)


def listen(device: Path, texts: Texts, say: Say, clock: Callable[[], float] = time.monotonic) -> None:
    """Show every frame, of either direction, for ever; send nothing at all. Raises as `watch`."""
    say(texts("monitor_listening"))
    started_s = clock()
    for port in _ports(device, texts, say, read_only=True):
        for message in _frames(port):
            say(f"{clock() - started_s:9.3f} {message}")


def _ports(device: Path, texts: Texts, say: Say, *, read_only: bool) -> Iterator[Port]:
    """The port, opened again whenever it was lost while in use."""
    port = Port(device, read_only=read_only)
    while True:
        with port:
            yield port
        say(texts("pulled"))
        port = _reopened(device, read_only)
        say(texts("back"))


def _reopened(device: Path, read_only: bool) -> Port:
    while True:
        time.sleep(RETRY_S)
        try:
            return Port(device, read_only=read_only)
        except PortError:
            continue  # not back yet, or udev is still giving it to its group


def _frames(port: Port) -> Iterator[Message]:
    decoder = Decoder()
    try:
        while True:
            yield from decoder.feed(port.read(1.0))
    except PortError:
        return


def _attend(visit: Visit, texts: Texts, story: Story, say: Say) -> None:
    """Until the port is lost."""
    visit.box.test(True)
    try:
        _show(visit, texts, story, say)
    except PortError:
        return
    except BaseException:  # Ctrl-C, or the reader of our output left: the box must not stay in its self-test
        done = visit.leave()
        if visit.box.hello:
            say(texts("back_to_work") if done else texts("not_back_to_work", seconds=TEST_S))
        raise


def _show(visit: Visit, texts: Texts, story: Story, say: Say) -> None:
    testing, quiet_since_s = False, visit.clock()
    while True:
        for line in story.lines(visit.turn()):
            say(line)
        box, tested = visit.box, visit.box.linked and visit.box.test_answer == 0
        if tested and not testing:
            say(texts("monitor_testing"))
        elif testing and not box.linked:
            say(texts("fallen_silent"))
        elif not box.hello and box.foreign is None and visit.clock() > quiet_since_s + SILENT_S:
            say(texts("still_silent"))
            quiet_since_s = float("inf")
        testing = tested or (testing and box.linked)
