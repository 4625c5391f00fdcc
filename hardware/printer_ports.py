"""The ways to a printer: python-escpos' connections with an end to every wait. Knows no order and no slip.

python-escpos waits for ever where a printer takes nothing, and says of every trouble that the device was not found; the
cause stands behind its exception. Its own file printer cannot be asked and is not used.
"""

import errno
import logging
import os
import select
import shutil
import socket
import stat
import sys
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from hardware.ports import PrinterStatus

STALL_S = 2.5  # without taking a byte; switching it off and on takes longer, so no slip goes on after a restart
CONNECT_S = 3.0
LOOK_S = 0.002  # between two looks at what has not left yet
MOST_READ = 64
PRINTER_CLASS = 7  # of USB interfaces
_FORBIDDEN = (errno.EACCES, errno.EPERM)
_BUSY = (errno.EBUSY, errno.EAGAIN)


class PortFailed(Exception):
    """`status`: what it looks like from here."""

    def __init__(self, status: PrinterStatus) -> None:
        super().__init__(str(status))
        self.status = status


class Port(Protocol):
    """An open way to a printer. Each call may raise PortFailed; after that only `close` is left."""

    def write(self, data: bytes) -> None:
        """All of it, or PortFailed; then nobody knows how much of it went."""

    def read(self, wait_s: float) -> bytes:
        """What came within that time, as soon as something did; empty for nothing."""

    def close(self) -> None: ...


def failed(error: BaseException | None) -> PortFailed:
    """What an error of the system means."""
    number = getattr(error, "errno", None)
    if number in _FORBIDDEN:
        return PortFailed(PrinterStatus.FORBIDDEN)
    return PortFailed(PrinterStatus.BUSY if number in _BUSY else PrinterStatus.ABSENT)


@lru_cache(maxsize=1)
def escpos() -> Any:
    """python-escpos' module of printers, without what its import leaves behind: a log handler and a directory."""
    root = logging.getLogger()
    before = list(root.handlers)
    import escpos.capabilities as capabilities
    import escpos.printer as printers

    for handler in [handler for handler in root.handlers if handler not in before]:
        root.removeHandler(handler)
    if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
        shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
    return printers


def model_width_px(model: str) -> int | None:
    """Dots of the head of a model that python-escpos knows; None for others."""
    escpos()
    profiles = sys.modules["escpos.capabilities"].CAPABILITIES["profiles"]
    width = profiles.get(model, {}).get("media", {}).get("width", {}).get("pixels")
    return width if isinstance(width, int) else None


def _opened(printer: Any) -> Any:
    from escpos.exceptions import DeviceNotFoundError

    try:
        printer.open()
    except DeviceNotFoundError as error:
        printer.device = False  # nothing to close when it is collected
        raise failed(error.__context__) from None
    return printer


class SerialPort:
    """`flow`: "rtscts", "xonxoff" or "". Raises: PortFailed."""

    def __init__(self, device: Path, baud: int, flow: str) -> None:
        import serial

        self._error = serial.SerialException
        xonxoff, with_lines = flow == "xonxoff", flow != "rtscts"  # python-escpos: False means RTS and CTS
        self._printer = _opened(escpos().Serial(str(device), baud, timeout=0, xonxoff=xonxoff, dsrdtr=with_lines))
        self._line = self._printer.device
        try:
            self._line.rtscts = flow == "rtscts"
            self._line.exclusive = True
            self._line.write_timeout = STALL_S + 2048 * 10 / baud
        except (OSError, ValueError) as error:
            self.close()
            raise failed(error) from None

    def write(self, data: bytes) -> None:
        """Returns when the last byte has left: what is asked next must not queue up behind a slip."""
        import serial

        try:
            self._printer._raw(data)
            self._drain()
        except serial.SerialTimeoutException:
            raise PortFailed(PrinterStatus.SILENT) from None
        except (OSError, self._error) as error:
            raise failed(error) from None

    def _drain(self) -> None:
        left, since_s = self._line.out_waiting, time.monotonic()
        while left:
            time.sleep(LOOK_S)
            if (now := self._line.out_waiting) != left:
                left, since_s = now, time.monotonic()
            elif time.monotonic() - since_s > STALL_S:
                raise PortFailed(PrinterStatus.SILENT)

    def read(self, wait_s: float) -> bytes:
        try:
            if not select.select([self._line], [], [], max(0.0, wait_s))[0]:
                return b""
            data = bytes(self._printer._read())
        except (OSError, ValueError, self._error) as error:
            raise failed(error) from None
        return data

    def close(self) -> None:
        """What the printer did not take is thrown away: closing would wait for it."""
        line, self._printer.device = self._printer.device, False
        if line:
            with suppress(OSError, termios.error, self._error):  # it is gone
                line.reset_output_buffer()
            with suppress(OSError, self._error):
                line.close()


class NetworkPort:
    """TCP to a printer's port 9100. Raises: PortFailed."""

    def __init__(self, host: str, port: int) -> None:
        try:  # its own opening forgets the socket that was refused
            self._socket = socket.create_connection((host, port), CONNECT_S)
        except OSError as error:
            raise failed(error) from None
        self._socket.settimeout(STALL_S)
        self._printer = escpos().Network(host, port)
        self._printer.device = self._socket

    def write(self, data: bytes) -> None:
        try:
            self._printer._raw(data)
        except TimeoutError:
            raise PortFailed(PrinterStatus.SILENT) from None
        except OSError as error:
            raise failed(error) from None

    def read(self, wait_s: float) -> bytes:
        try:
            if not select.select([self._socket], [], [], max(0.0, wait_s))[0]:
                return b""
            data: bytes = self._printer._read()
        except (OSError, ValueError) as error:
            raise failed(error) from None
        if not data:
            raise PortFailed(PrinterStatus.ABSENT)
        return data

    def close(self) -> None:
        self._printer.close()


class UsbPort:
    """A printer on USB without a driver of the kernel. `vendor`, `product`: 0 for any. Raises: PortFailed."""

    def __init__(self, vendor: int, product: int, backend: Any = None) -> None:
        import usb.core

        self._usb = usb.core
        named = {"idVendor": vendor, "idProduct": product}
        which = {name: number for name, number in named.items() if number} | {"custom_match": _is_printer}
        if backend is not None:
            which["backend"] = backend
        try:
            found = usb.core.find(**which)
            out, back = _ends(found) if found is not None else (0, 0)
        except (usb.core.USBError, usb.core.NoBackendError) as error:
            raise failed(error) from None
        if found is None:
            raise PortFailed(PrinterStatus.ABSENT)
        self._back = back
        printer = escpos().Usb(usb_args=which, timeout=int(STALL_S * 1000), in_ep=back, out_ep=out)
        self._printer = _opened(printer)

    def write(self, data: bytes) -> None:
        try:
            self._printer._raw(data)
        except self._usb.USBTimeoutError:
            raise PortFailed(PrinterStatus.SILENT) from None
        except self._usb.USBError as error:
            raise failed(error) from None

    def read(self, wait_s: float) -> bytes:
        if not self._back:
            time.sleep(wait_s)
            return b""
        try:
            return bytes(self._printer.device.read(self._back, MOST_READ, max(1, int(wait_s * 1000))))
        except self._usb.USBTimeoutError:
            return b""
        except self._usb.USBError as error:
            raise failed(error) from None

    def close(self) -> None:
        with suppress(self._usb.USBError):  # it is gone
            self._printer.close()


def _is_printer(device: Any) -> bool:
    return any(face.bInterfaceClass == PRINTER_CLASS for setting in device for face in setting)


def _ends(device: Any) -> tuple[int, int]:
    """Addresses of the endpoints to it and from it, the latter 0 when it has none."""
    faces = [face for setting in device for face in setting if face.bInterfaceClass == PRINTER_CLASS]
    ends = [end.bEndpointAddress for end in faces[0]]
    out = next((end for end in ends if not end & 0x80), None)
    if out is None:
        raise PortFailed(PrinterStatus.FAULT)  # it takes nothing: another kind of device that calls itself a printer
    return out, next((end for end in ends if end & 0x80), 0)


class NodePort:
    """A device node such as /dev/usb/lp0, a FIFO or a file that is there. Raises: PortFailed."""

    def __init__(self, node: Path, asks: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        try:
            both_ways = asks and stat.S_ISCHR(node.stat().st_mode)
            how = os.O_RDWR if both_ways else os.O_WRONLY | os.O_APPEND
            self._file = os.open(node, how | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError as error:
            raise failed(error) from None
        self._both_ways = both_ways

    def write(self, data: bytes) -> None:
        give_up_s = self._clock() + STALL_S
        left = memoryview(data)
        while left:
            try:
                if not select.select([], [self._file], [], max(0.0, give_up_s - self._clock()))[1]:
                    raise PortFailed(PrinterStatus.SILENT)
                left = left[os.write(self._file, left) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise failed(error) from None

    def read(self, wait_s: float) -> bytes:
        """Where nothing can be heard it is still seen whether the other end is there."""
        poll = select.poll()
        poll.register(self._file, select.POLLIN if self._both_ways else 0)
        seen = [event for _, event in poll.poll(max(0.0, wait_s) * 1000)]
        if any(event & (select.POLLERR | select.POLLHUP | select.POLLNVAL) for event in seen):
            raise PortFailed(PrinterStatus.ABSENT)
        try:
            data = os.read(self._file, MOST_READ) if seen else b""
        except BlockingIOError:
            data = b""
        except OSError as error:
            raise failed(error) from None
        if seen and not data:
            time.sleep(min(wait_s, LOOK_S))  # some drivers say that there is something, and give nothing
        return data

    def close(self) -> None:
        os.close(self._file)
