"""Writes the events of deploy's programs: one JSON line each, as the other processes do. Knows no event.

The level stands before the line as journald wants it, so that a unit may keep what is below a level out of the journal.
"""

import json
import logging
import os

LEVELS = {logging.INFO: "<5>", logging.WARNING: "<4>", logging.ERROR: "<3>"}  # INFO as notice: it is rare and wanted


class JsonLine(logging.Formatter):
    """`log.info(event, extra={"fields": {...}})` as `<5>{"event": …}`; without the level where nobody reads one."""

    def __init__(self, with_level: bool = False) -> None:
        super().__init__()
        self._with_level = with_level

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "event": record.getMessage(),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        line.update(getattr(record, "fields", {}))
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        level = LEVELS.get(record.levelno, "<5>") if self._with_level else ""
        return level + json.dumps(line, ensure_ascii=False, default=str)


def log_to_journal() -> None:
    """Send every log line of this process to standard error in this form."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLine(with_level="JOURNAL_STREAM" in os.environ))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
