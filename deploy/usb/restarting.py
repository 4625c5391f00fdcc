"""The kiosk's restart after its settings were changed: between citizens, and with no stick at work. Knows no setting.

Who changed the settings starts `hailong-kiosk-restart.service`; what is asked for twice is done once.
"""

import logging
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.shared import held
from deploy.update.quiet import nobody_sits
from deploy.usb.window import RUN, Window

log = logging.getLogger(__name__)
PRIVATE = Path("/run/hailong-usb")
SERVING, PRESENT = "serving", "present"  # locks: a stick is worked on; it is still plugged in
COMMAND = ("systemctl", "try-restart", "hailong-kiosk.service")
COMMAND_S = 150.0


@dataclass(frozen=True, slots=True)
class Restart:
    """`run`: the folder that kiosk and root share. `private`: where those who serve sticks hold their locks."""

    run: Path = RUN
    private: Path = PRIVATE
    command: Sequence[str] = COMMAND

    def turn(self, boot_s: float, wall_s: float) -> bool:
        """Restart the kiosk if the moment is quiet; whether it was. Nobody sits down as long as it lasts.

        A stick that is left in for good is waited for until the window closes. Raises: OSError;
        subprocess.SubprocessError for a service manager that does not answer.
        """
        with _free(self.private / SERVING) as idle, _free(self.private / PRESENT) as gone:
            if not idle or not (gone or not Window(self.run).is_open(boot_s)):
                return False
            with nobody_sits(self.run / "sitting", wall_s) as quiet:
                if quiet:
                    log.info("usb.kiosk_restarting")
                    subprocess.run(self.command, check=False, timeout=COMMAND_S)  # noqa: S603  our own command
                return quiet


@contextmanager
def _free(path: Path) -> Iterator[bool]:
    """Whether nobody holds this lock; held as long as this lasts."""
    path.parent.mkdir(mode=0o711, exist_ok=True)
    with held(path) as free:
        yield free
