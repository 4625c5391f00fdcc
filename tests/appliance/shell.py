"""A root shell for the tests in an image that has no login: brought in from outside, by the machine's firmware tables.

systemd reads credentials from SMBIOS (type 11) and, from version 256 on, makes units of those named
`systemd.extra-unit.*` and drop-ins of `systemd.unit-dropin.*`. Nothing of it is on the disk, and a real Pi has no
such tables. The shell speaks over a virtio port, which is no tty.
"""

import base64
import secrets
import socket
import time
from pathlib import Path

SHELL_PORT, REPORT_PORT = "org.hailong.test", "org.hailong.report"
PORTS = "/dev/virtio-ports"
TEST_UNIT = f"""[Unit]
Description=Root shell of the tests
DefaultDependencies=no
StartLimitIntervalSec=0
[Service]
ExecStart=/bin/sh -c 'until test -c {PORTS}/{SHELL_PORT}; do sleep 0.5; done; exec /bin/sh <>{PORTS}/{SHELL_PORT} >&0'
StandardError=journal
Restart=always
RestartSec=1
OOMScoreAdjust=-1000
"""
WANTED = "[Unit]\nWants=hailong-test.service hailong-report.service\n"
REPORT_PIPE = "/run/hailong-report"
REPORT_UNIT = f"""[Unit]
Description=Carries the kiosk's report of its screens out to the tests
DefaultDependencies=no
StartLimitIntervalSec=0
[Service]
ExecStartPre=/bin/sh -c 'rm -f {REPORT_PIPE}; mkfifo -m 666 {REPORT_PIPE}'
ExecStartPre=/bin/sh -c 'until test -c {PORTS}/{REPORT_PORT}; do sleep 0.5; done'
ExecStart=/bin/sh -c 'exec cat <>{REPORT_PIPE} >{PORTS}/{REPORT_PORT}'
Restart=always
RestartSec=1
TimeoutStartSec=infinity
"""
# The kiosk keeps its own sandbox, in which a pipe under /run may be written. Emulation, beside other work, draws some
# ten times slower than a Pi, so the watchdog's patience is stretched; that it bites is tried on systemd itself.
KIOSK_REPORTS = f"""[Unit]
Wants=hailong-report.service
After=hailong-report.service
[Service]
WatchdogSec=180
ExecStart=
ExecStart=/opt/hailong/bin/hailong-kiosk --config /etc/hailong/kiosk.toml --report {REPORT_PIPE}
"""
POLL_S = 0.02


class ShellError(Exception):
    """The guest did not answer, or a command ended otherwise than expected."""


def credentials() -> list[str]:
    """QEMU's arguments that bring the shell and the kiosk's report of its screens into a PC."""
    told = {
        "systemd.extra-unit.hailong-test.service": TEST_UNIT,
        "systemd.extra-unit.hailong-report.service": REPORT_UNIT,
        "systemd.unit-dropin.sysinit.target~test": WANTED,
        "systemd.unit-dropin.hailong-kiosk.service~test": KIOSK_REPORTS,
    }
    return [part for name, text in told.items() for part in _smbios(name, text)]


def _smbios(name: str, text: str) -> tuple[str, str]:
    coded = base64.b64encode(text.encode()).decode()
    return "-smbios", f"type=11,value=io.systemd.credential.binary:{name}={coded}"


class Shell:
    """Runs one command after the other as root in the guest."""

    def __init__(self, path: Path) -> None:
        self._link = socket.socket(socket.AF_UNIX)
        self._link.connect(str(path))
        self._link.settimeout(POLL_S)
        self._heard = ""

    def wait(self, timeout_s: float) -> None:
        """Until the guest's shell answers; it may not have been started yet. Raises: ShellError."""
        give_up = time.monotonic() + timeout_s
        while time.monotonic() < give_up:
            try:
                self.run("true", timeout_s=2.0)
            except ShellError:
                continue
            return
        raise ShellError(f"no shell within {timeout_s:.0f} s")

    def run(self, command: str, timeout_s: float = 120.0, check: bool = True) -> str:
        """What `command` wrote, errors too. Raises: ShellError if it takes too long or, with `check`, fails."""
        mark = secrets.token_hex(6)
        line = f"{{ {command}\n}} </dev/null 2>&1; printf '\\n%s %d\\n' {mark} $?\n"
        try:
            self._link.sendall(line.encode())
        except OSError as error:
            raise ShellError(f"the machine is gone: {error}") from error
        said, code = self._answer(mark, command, timeout_s)
        if check and code:
            raise ShellError(f"{command!r} ended with {code}: {said.strip()[-2000:]}")
        return said

    def _answer(self, mark: str, command: str, timeout_s: float) -> tuple[str, int]:
        give_up = time.monotonic() + timeout_s
        while f"\n{mark} " not in self._heard or not self._heard.split(f"\n{mark} ", 1)[1].endswith("\n"):
            if time.monotonic() > give_up:
                raise ShellError(f"no answer to {command!r} within {timeout_s:.0f} s; heard {self._heard[-300:]!r}")
            self._listen()
        said, rest = self._heard.split(f"\n{mark} ", 1)
        code, self._heard = rest.split("\n", 1)
        return said, int(code)

    def _listen(self) -> None:
        try:
            heard = self._link.recv(1 << 16)
        except TimeoutError:
            return
        except OSError as error:
            raise ShellError(f"the machine is gone: {error}") from error
        if not heard:
            raise ShellError("the machine is gone")
        self._heard += heard.decode("utf-8", "replace")
