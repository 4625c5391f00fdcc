"""This process's log: one JSON line per event, for journald. Knows no event."""

import json
import logging
import logging.handlers
from pathlib import Path

IDENT = "hailong-usb"
SOCKET = Path("/dev/log")


class JsonLine(logging.Formatter):
    """One event and its fields in one line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {"event": record.getMessage(), "level": record.levelname.lower(), "logger": record.name}
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def start_log(under_udev: bool = False, socket: Path = SOCKET) -> None:
    """To standard error; under udev, which keeps nothing of that, to the journal's socket where there is one yet."""
    handler: logging.Handler = logging.StreamHandler()
    if under_udev and socket.is_socket():
        handler = logging.handlers.SysLogHandler(str(socket))
        handler.ident = f"{IDENT}: "
    handler.setFormatter(JsonLine())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
