"""The lamp behind the screen, through Linux's /sys/class/backlight. Knows no screen and no hours."""

import logging
from pathlib import Path

log = logging.getLogger(__name__)
SYSFS = Path("/sys/class/backlight")


class Backlight:
    """Every lamp under `directory`. One that cannot be switched is told of once and left alone."""

    def __init__(self, directory: Path = SYSFS) -> None:
        self._directory = directory
        self._failed: set[Path] = set()

    def shine(self, part: float) -> bool:
        """Set the light to `part` (0 to 1) of the greatest; whether any lamp took it. Never raises.

        Looked up anew each time: a display's driver may come late, or again.
        """
        lamps = sorted(self._directory.glob("*/brightness"))
        return sum(self._set(lamp, part) for lamp in lamps) > 0

    def _set(self, lamp: Path, part: float) -> bool:
        try:
            most = int(lamp.with_name("max_brightness").read_text(encoding="ascii"))
            value = max(round(most * part), 1) if part else 0  # a lamp that only knows on and off is not dimmed
            lamp.write_text(str(value), encoding="ascii")
        except (OSError, ValueError) as error:
            if lamp not in self._failed:
                self._failed.add(lamp)
                log.warning("backlight.failed", extra={"fields": {"lamp": str(lamp), "reason": str(error)}})
            return False
        self._failed.discard(lamp)
        return True
