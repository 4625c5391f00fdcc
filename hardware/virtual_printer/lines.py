"""What a virtual printer is plugged into: a pty, a TCP port, a FIFO. Knows no order.

Each line gives bytes, takes answers, and is there or not as the cable is.
"""

import errno
import os
import socket
from pathlib import Path
from typing import Protocol

from firmware_bridge.simulator.port import Port

LOCAL = "127.0.0.1"


class Line(Protocol):
    """`drops_with_power`: a printer that is switched off takes the line with it."""

    drops_with_power: bool

    def plug(self) -> None: ...

    def unplug(self) -> None: ...

    def fileno(self) -> int | None:
        """To wait for; None while nothing can come."""

    def read(self, most: int) -> bytes: ...

    def write(self, data: bytes) -> None: ...

    @property
    def name(self) -> str: ...


class PtyLine:
    """A serial line at `link`. Raises: OSError."""

    drops_with_power = False

    def __init__(self, link: Path) -> None:
        self._link, self._port = link, Port(link)

    @property
    def name(self) -> str:
        return str(self._link)

    def plug(self) -> None:
        self._port.plug()

    def unplug(self) -> None:
        self._port.unplug()

    def fileno(self) -> int | None:
        self._port.opened()
        return self._port.fileno()

    def read(self, most: int) -> bytes:
        return self._port.read(most)

    def write(self, data: bytes) -> None:
        self._port.write(data)


class TcpLine:
    """One caller at a time, as most network printers; `port` 0 takes a free one. Raises: OSError."""

    drops_with_power = True

    def __init__(self, port: int, host: str = LOCAL) -> None:
        self._address = (host, port)
        self._listener: socket.socket | None = None
        self._caller: socket.socket | None = None
        self.plug()

    @property
    def port(self) -> int:
        return self._address[1]

    @property
    def name(self) -> str:
        return f"{self._address[0]}:{self.port}"

    def plug(self) -> None:
        if self._listener is None:
            self._listener = socket.create_server(self._address, backlog=1)
            self._listener.setblocking(False)
            self._address = (self._address[0], self._listener.getsockname()[1])  # the same one when replugged

    def unplug(self) -> None:
        for end in (self._caller, self._listener):
            if end is not None:
                end.close()
        self._caller = self._listener = None

    def fileno(self) -> int | None:
        end = self._caller or self._listener
        return end.fileno() if end else None

    def read(self, most: int) -> bytes:
        if self._caller is None:
            self._accept()
            return b""
        try:
            data = self._caller.recv(most)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self._caller.close()
            self._caller = None
        return data

    def write(self, data: bytes) -> None:
        """What the caller does not fetch is lost."""
        if self._caller is not None:
            try:
                self._caller.send(data)
            except OSError:
                return

    def _accept(self) -> None:
        if self._listener is None:
            return
        try:
            self._caller, _ = self._listener.accept()
        except OSError:
            return
        self._caller.setblocking(False)


class FifoLine:
    """A FIFO at `path`, made if need be, like a device node that cannot be asked. Raises: OSError."""

    drops_with_power = True

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        try:
            os.mkfifo(path, 0o600)
        except FileExistsError:
            if not path.is_fifo():
                raise
        self.plug()

    @property
    def name(self) -> str:
        return str(self._path)

    def plug(self) -> None:
        if self._file is None:
            self._file = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)

    def unplug(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def fileno(self) -> int | None:
        """None: a FIFO that nobody writes to would always seem ready."""
        return None

    def read(self, most: int) -> bytes:
        if self._file is None:
            return b""
        try:
            return os.read(self._file, most)
        except OSError as error:
            if error.errno != errno.EAGAIN:
                raise
            return b""

    def write(self, data: bytes) -> None:
        """Nobody hears it."""
