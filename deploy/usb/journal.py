"""Where the log of `hailong-usb` goes, whoever started it. Knows no event."""

import logging
import logging.handlers
from pathlib import Path

from deploy.journal import JsonLine

IDENT = "hailong-usb"
SOCKET = Path("/dev/log")


def start_log(under_udev: bool = False, socket: Path = SOCKET) -> None:
    """To standard error; under udev, which keeps nothing of that, to the journal's socket where there is one yet."""
    handler: logging.Handler = logging.StreamHandler()
    if under_udev and socket.is_socket():
        handler = logging.handlers.SysLogHandler(str(socket))
        handler.ident = f"{IDENT}: "
    handler.setFormatter(JsonLine())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
