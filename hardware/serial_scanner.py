"""A scanner that sends its codes over a serial line (RS-232, or USB as a serial port). Owns the port, knows no code."""

import select
from pathlib import Path

import serial

from hardware.code_reader import Silence

MOST_BYTES = 4096


class SerialLine:
    """`device`: a stable path (/dev/serial/by-id/…). What was sent before the opening is not read.

    Raises: OSError when the port is absent, forbidden or another program's.
    """

    def __init__(self, device: Path, baud: int) -> None:
        self._port = serial.Serial(str(device), baud, timeout=0, exclusive=True)

    def read(self, wait_s: float) -> bytes | Silence:
        select.select([self._port.fileno()], [], [], wait_s)
        return bytes(self._port.read(min(max(self._port.in_waiting, 1), MOST_BYTES))) or Silence.QUIET

    def close(self) -> None:
        self._port.close()
