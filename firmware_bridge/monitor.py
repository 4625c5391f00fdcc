"""Prints the frames that pass a port, for a technician. Sends nothing; knows no meaning of a frame."""

import fcntl
import os
import termios
import tty
from collections.abc import Iterator
from pathlib import Path

from firmware_bridge.frames import Decoder, Message

_ISPEED, _OSPEED = 4, 5  # places in what termios.tcgetattr gives


def messages(device: Path) -> Iterator[Message]:
    """Everything heard at 38,400 baud, until the port is gone. Raises: OSError when it cannot be opened or is lost."""
    line = os.open(device, os.O_RDONLY | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        _set_up(line)
        decoder = Decoder()
        while data := os.read(line, 4096):
            yield from decoder.feed(data)
    finally:
        os.close(line)


def _set_up(line: int) -> None:
    try:
        fcntl.ioctl(line, termios.TIOCEXCL)
        tty.setraw(line, termios.TCSANOW)  # keep what has already arrived
        attributes = termios.tcgetattr(line)
        attributes[_ISPEED] = attributes[_OSPEED] = termios.B38400
        termios.tcsetattr(line, termios.TCSANOW, attributes)
    except termios.error as error:
        raise OSError(*error.args) from None
