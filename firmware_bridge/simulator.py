"""The terminal in software as a process: a pty for its line, a socket for its fingers. Knows no protocol.

The pty is reached by a symbolic link that survives replugging, as udev would give. Opening it restarts the terminal,
as DTR restarts a Nano. `unplug` cuts the line only (the terminal has its own supply); SIGKILL cuts the supply.
"""

import json
import os
import pty
import select
import tty
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from firmware_bridge.control import ControlSocket, numbers
from firmware_bridge.frames import BUTTONS
from firmware_bridge.ring import Ring
from firmware_bridge.terminal import Terminal

TICK_S = 0.005
LONGEST_SLEEP_MS = 60_000  # after a longer one the machine was suspended, and the terminal sensed nothing
LONGEST_HOLD_MS = 60_000
LONGEST_BOUNCE_US = 100_000


@dataclass(frozen=True, slots=True)
class Finger:
    """One scripted press. Times in milliseconds of the process."""

    button: int
    from_ms: int
    until_ms: int
    bounce_ms: int

    def closed(self, t_ms: int) -> bool:
        """While it bounces, the contact is open every other millisecond, after making and after breaking."""
        if self.from_ms <= t_ms < self.until_ms:
            return t_ms - self.from_ms >= self.bounce_ms or (t_ms - self.from_ms) % 2 == 0
        return self.until_ms < t_ms < self.until_ms + self.bounce_ms and (t_ms - self.until_ms) % 2 == 1


class Simulator:
    """`now_ms`: milliseconds of a monotonic clock. Raises: OSError when the ring, link or socket cannot be made."""

    def __init__(self, link: Path, control: Path, store: Path, now_ms: Callable[[], int], dtr_reset: bool) -> None:
        self._link = link
        self._now_ms = now_ms
        self._dtr_reset = dtr_reset
        self._fingers: list[Finger] = []
        self._ring_path = store
        self._ring = Ring(store)
        self._lamp_counts = [0] * BUTTONS  # of earlier starts of the terminal
        self._started_ms, self._lived_ms = now_ms(), 0
        self._terminal = self._start()
        self._control = ControlSocket(control, self._answer)
        self._line: int | None = None
        self._open = False
        self.plug()

    def step(self) -> None:
        """Live for one tick."""
        line = [self._line] if self._line is not None and self._open else []
        self._control.serve(TICK_S, *line)
        if self._now_ms() - self._started_ms - self._lived_ms > LONGEST_SLEEP_MS:
            self._restart()
        self._notice_opening()
        now_ms = self._now_ms()
        self._lived_ms = now_ms - self._started_ms
        self._write(self._terminal.step(self._lived_ms, self._read()))
        self._fingers = [finger for finger in self._fingers if finger.until_ms + finger.bounce_ms > now_ms]

    def plug(self) -> None:
        if self._line is not None:
            return
        self._line, other = pty.openpty()
        tty.setraw(other)
        os.set_blocking(self._line, False)
        fresh = self._link.with_name(self._link.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.ttyname(other))
        os.close(other)
        fresh.replace(self._link)

    def unplug(self) -> None:
        if self._line is not None:
            self._link.unlink(missing_ok=True)
            os.close(self._line)
            self._line, self._open = None, False

    def close(self) -> None:
        self.unplug()
        self._control.close()
        self._ring.close()

    def _start(self) -> Terminal:
        self._started_ms, self._lived_ms = self._now_ms(), 0
        started_ms = self._started_ms
        return Terminal(self._ring, lambda t_ms: self._closed(started_ms + t_ms))

    def _restart(self) -> None:
        """A new start on what the ring kept; what was not yet recorded is gone, and was not confirmed."""
        self._lamp_counts = self._all_lamp_counts()
        self._ring.close()
        self._ring = Ring(self._ring_path)
        self._terminal = self._start()

    def _closed(self, t_ms: int) -> int:
        return sum({1 << finger.button for finger in self._fingers if finger.closed(t_ms)})

    def _notice_opening(self) -> None:
        """POLLHUP on our end means that nobody has the other end open; what is sent then is lost, as on a real line."""
        if self._line is None:
            return
        poll = select.poll()
        poll.register(self._line, select.POLLIN)
        was_open, self._open = self._open, not any(event & select.POLLHUP for _, event in poll.poll(0))
        if self._open and not was_open and self._dtr_reset:
            self._restart()

    def _read(self) -> bytes:
        if self._line is None or not self._open:
            return b""
        try:
            return os.read(self._line, 4096)
        except OSError:
            return b""

    def _write(self, data: bytes) -> None:
        if self._line is None or not self._open or not data:
            return
        try:
            os.write(self._line, data)
        except OSError:
            return  # nobody reads: lost, as on a real line; the terminal sends it again

    def _answer(self, line: str) -> str:
        word, *rest = line.split() or [""]
        if word == "press":
            self._press(*numbers(rest, 2, 3))
            return "ok"
        if word in ("plug", "unplug"):
            (self.plug if word == "plug" else self.unplug)()
            return "ok"
        if word == "lamps":
            return json.dumps({"lit": self._terminal.lit, "counts": self._all_lamp_counts()})
        if word == "stats":
            return json.dumps(self._stats())
        raise ValueError("press BUTTON HOLD_MS [BOUNCE_US], lamps, stats, plug or unplug wanted")

    def _press(self, button: int, hold_ms: int, bounce_us: int = 0) -> None:
        if button >= BUTTONS or hold_ms > LONGEST_HOLD_MS or bounce_us > LONGEST_BOUNCE_US:
            raise ValueError(f"button below {BUTTONS}, hold to {LONGEST_HOLD_MS} ms, bounce to {LONGEST_BOUNCE_US} us")
        from_ms = self._now_ms() + 1
        self._fingers.append(Finger(button, from_ms, from_ms + hold_ms, bounce_us // 1000))

    def _all_lamp_counts(self) -> list[int]:
        return [a + b for a, b in zip(self._lamp_counts, self._terminal.lamp_counts, strict=True)]

    def _stats(self) -> dict[str, int | bool]:
        ring, terminal = self._ring, self._terminal
        return {
            "plugged": self._line is not None,
            "linked": terminal.linked,
            "epoch": ring.epoch,
            "boot": ring.boot,
            "next_seq": ring.next_seq,
            "unacked": len(ring.live),
            "refused": terminal.refused,
            "bad_frames": terminal.bad_frames,
        }
