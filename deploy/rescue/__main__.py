"""`hailong-rescue OLD`: takes key, place and unsent answers of an old card (a partition or a folder) into this machine.

Drives `hailong-agent adopt` and `salvage` from outside, with the services stopped and the old card read-only where it
is a partition; a damaged card is salvaged, delivered once, and the kiosk enrolled anew.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

AGENT = "/opt/hailong/bin/hailong-agent"
CONFIG = Path("/etc/hailong/agent.toml")
SERVICES = ("hailong-kiosk.service", "hailong-terminal.service", "hailong-station.service", "hailong-agent.service")
INSIDE = ("", "hailong", "lib/hailong", "var/lib/hailong", "data/hailong")
OUTBOX = "outbox.db"
EX_OK, EX_NOINPUT, EX_UNAVAILABLE, EX_NOPERM = 0, 66, 69, 77


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit 0 done; 66 no data found; else the agent's own code, with what it said."""
    parser = argparse.ArgumentParser(prog="hailong-rescue", description=__doc__)
    parser.add_argument("old", type=Path, help="partition (/dev/sda3) or folder of the old card")
    parser.add_argument("--salvage", type=Path, metavar="DIR", help="a damaged card: put what can be read into DIR")
    parser.add_argument("--config", type=Path, default=CONFIG, help=f"the agent's settings ({CONFIG})")
    parser.add_argument("--agent", default=AGENT, help="the agent's program and leading arguments, for tests")
    options = parser.parse_args(arguments)
    command = [*options.agent.split(), "--config", str(options.config)]
    with _opened(options.old) as folder:
        data = next((folder / place for place in INSIDE if (folder / place / OUTBOX).is_file()), None)
        if data is None:
            print(f"Không thấy dữ liệu ki-ốt trong {options.old} / no kiosk data there", file=sys.stderr)
            return EX_NOINPUT
        if options.salvage is not None:
            return subprocess.run([*command, "salvage", str(data), str(options.salvage)], check=False).returncode  # noqa: S603
        with _stopped():
            return subprocess.run([*command, "adopt", str(data)], check=False).returncode  # noqa: S603


@contextmanager
def _opened(old: Path) -> Iterator[Path]:
    """The old card's files. A partition is mounted read-only, so it cannot be marked: whoever holds it is told."""
    if not old.is_block_device():
        yield old
        return
    print("Xong việc, KHÔNG bật lại máy nào bằng thẻ cũ: hai máy một khóa sẽ bị báo động.", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="hailong-rescue-") as place:
        subprocess.run(["mount", "-o", "ro,nosuid,nodev,noexec", str(old), place], check=True)  # noqa: S603, S607
        try:
            yield Path(place)
        finally:
            subprocess.run(["umount", place], check=True)  # noqa: S603, S607


@contextmanager
def _stopped() -> Iterator[None]:
    """Our services, those that run, stand still meanwhile."""
    systemctl = shutil.which("systemctl")
    running = []
    if systemctl and Path("/run/systemd/system").is_dir():
        for name in SERVICES:
            state = subprocess.run([systemctl, "is-active", "--quiet", name], check=False)  # noqa: S603
            running += [name] if state.returncode == 0 else []
        for name in running:
            subprocess.run([systemctl, "stop", name], check=True)  # noqa: S603
    try:
        yield
    finally:
        for name in reversed(running):
            subprocess.run([str(systemctl), "start", name], check=False)  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
