"""The host's end of the line: a pty behind a symbolic link that survives replugging, as udev would give it.

The kernel gives a pty's number to the next one as soon as it is free. So the link leads through this process, and
nowhere when that was killed: not into the port of somebody else, who got the number.
"""

import errno
import os
import pty
import select
import tty
from pathlib import Path

from firmware_bridge.simulator.openers import Openers


class Port:
    """Not plugged in at first. Raises: OSError when the pty or the link cannot be made."""

    def __init__(self, link: Path) -> None:
        self._link = link
        self._master: int | None = None
        self._openers: Openers | None = None
        self._way = -1  # names the other end without having it open
        self._is_open = False
        self.lost = 0  # bytes that nobody fetched

    @property
    def plugged(self) -> bool:
        return self._master is not None

    def fileno(self) -> int | None:
        """To wait for the host's bytes; None while nobody can have sent any."""
        return self._master if self._is_open else None

    def plug(self) -> None:
        if self._master is not None:
            return
        self._master, other = pty.openpty()
        tty.setraw(other)
        os.set_blocking(self._master, False)
        fresh = self._link.with_name(self._link.name + ".new")
        fresh.unlink(missing_ok=True)
        device = Path(os.ttyname(other))
        self._way = os.open(device, os.O_PATH | os.O_CLOEXEC)
        fresh.symlink_to(f"/proc/{os.getpid()}/fd/{self._way}")
        os.close(other)
        self._openers = Openers(device)
        fresh.replace(self._link)

    def unplug(self) -> None:
        if self._master is not None:
            self._link.unlink(missing_ok=True)
            os.close(self._way)
            os.close(self._master)
            self._master, self._way, self._is_open = None, -1, False
        if self._openers is not None:
            self._openers.close()
            self._openers = None

    def opened(self) -> bool:
        """Whether somebody who found it closed has opened the other end since the last call."""
        self._is_open = not self._hung_up()
        return self._openers is not None and self._openers.first_openings(self._is_open) > 0

    def _hung_up(self) -> bool:
        """What our end reports for as long as nobody has the other end open."""
        if self._master is None:
            return True
        poll = select.poll()
        poll.register(self._master, select.POLLIN)
        return any(event & select.POLLHUP for _, event in poll.poll(0))

    def read(self, most: int) -> bytes:
        if self._master is None or not self._is_open:
            return b""
        try:
            return os.read(self._master, most)
        except BlockingIOError:
            return b""
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            return b""  # closed at this moment

    def write(self, data: bytes) -> None:
        """What nobody fetches is lost, as on a real line."""
        if not data:
            return
        written = 0
        if self._master is not None and self._is_open:
            try:
                written = os.write(self._master, data)
            except BlockingIOError:
                written = 0
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
        self.lost += len(data) - written
