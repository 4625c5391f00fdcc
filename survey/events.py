"""The words in which every process logs: one JSON line per event, its name from this catalogue. Never an answer.

docs/events.md is printed from `EVENTS`; a test keeps the two equal.
"""

import json
import logging
from collections.abc import Mapping

EVENTS: Mapping[str, str] = {
    "process.started": "A process is up; `version` and what it serves follow.",
    "process.stopped": "A process ends in order.",
    "process.failed": "A process ends because of an error that it could not handle; `code` and `hint` follow.",
}


class JsonLine(logging.Formatter):
    """Formats `logger.info(event, extra={"fields": {...}})` as one line for journald (which adds the time)."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "event": record.getMessage(),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        line.update(getattr(record, "fields", {}))
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def log_to_stderr(level: int = logging.INFO) -> None:
    """Send every log line of this process to standard error in this format."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLine())
    logging.basicConfig(level=level, handlers=[handler], force=True)
