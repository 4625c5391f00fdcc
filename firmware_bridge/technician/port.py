"""A serial port as a technician's tools need it: found, opened, read, written, lost. Knows no frame."""

import fcntl
import os
import select
import stat
import termios
import tty
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

SERIAL = Path("/dev/serial/by-path")
_LOOSE = ("ttyUSB*", "ttyACM*")  # where udev makes no stable names
_ISPEED, _OSPEED = 4, 5  # places in what termios.tcgetattr gives
WRITE_S = 2.0


class Trouble(StrEnum):
    """Why a port cannot be used; the value is the key of its text."""

    NO_PORT = "no_port"
    SEVERAL_PORTS = "several_ports"
    ABSENT = "port_absent"
    DENIED = "port_denied"
    BUSY = "port_busy"
    NOT_SERIAL = "port_not_serial"
    LOST = "port_lost"

    @property
    def exit_code(self) -> int:
        """The sysexits code of a command that ends for this reason."""
        return _EXIT_CODES[self]


_EXIT_CODES = {
    Trouble.NO_PORT: os.EX_NOINPUT,
    Trouble.SEVERAL_PORTS: os.EX_USAGE,
    Trouble.ABSENT: os.EX_NOINPUT,
    Trouble.DENIED: os.EX_NOPERM,
    Trouble.BUSY: os.EX_TEMPFAIL,
    Trouble.NOT_SERIAL: os.EX_NOINPUT,
    Trouble.LOST: os.EX_IOERR,
}


class PortError(OSError):
    """A port that cannot be used. `trouble`: why; `device`: which; `detail`: who holds it, or which there are."""

    def __init__(self, trouble: Trouble, device: Path | str = "", detail: str = "") -> None:
        super().__init__(f"{trouble} {device} {detail}".strip())
        self.trouble = trouble
        self.device = str(device)
        self.detail = detail


class Port:
    """A raw line at 38,400 baud that nobody else may use meanwhile. Opening it restarts most boxes (DTR).

    `read_only`: nothing can be sent, whatever happens. Raises PortError, here and in every method.
    """

    def __init__(self, device: Path, *, read_only: bool = False) -> None:
        self.device = device
        self._line = _open(device, os.O_RDONLY if read_only else os.O_RDWR)
        try:
            _set_up(self._line, device)
        except PortError:
            os.close(self._line)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def fileno(self) -> int:
        return self._line

    def read(self, timeout_s: float) -> bytes:
        """What has come, after at most `timeout_s`; b"" when nothing has."""
        ready, _, _ = select.select([self._line], [], [], timeout_s)
        if not ready:
            return b""
        try:
            data = os.read(self._line, 4096)
        except OSError:
            data = b""
        if not data:
            raise PortError(Trouble.LOST, self.device)
        return data

    def write(self, data: bytes) -> None:
        """Send all of it; a line that takes nothing for 2 s counts as lost."""
        while data:
            _, ready, _ = select.select([], [self._line], [], WRITE_S)
            try:
                sent = os.write(self._line, data) if ready else 0
            except OSError:
                sent = 0
            if not sent:
                raise PortError(Trouble.LOST, self.device)
            data = data[sent:]

    def close(self) -> None:
        os.close(self._line)


def _open(device: Path, access: int) -> int:
    try:
        return os.open(device, access | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except PermissionError:
        raise PortError(Trouble.DENIED, device) from None
    except OSError as error:
        if error.errno == 16:  # EBUSY: somebody has TIOCEXCL
            raise PortError(Trouble.BUSY, device, ", ".join(holders(device))) from None
        raise PortError(Trouble.ABSENT, device) from None


def _set_up(line: int, device: Path) -> None:
    try:
        fcntl.flock(line, fcntl.LOCK_EX | fcntl.LOCK_NB)  # what pyserial's `exclusive` takes
    except BlockingIOError:
        raise PortError(Trouble.BUSY, device, ", ".join(holders(device))) from None
    try:
        fcntl.ioctl(line, termios.TIOCEXCL)
        tty.setraw(line, termios.TCSANOW)  # keep what has already arrived
        attributes = termios.tcgetattr(line)
        attributes[2] |= termios.CLOCAL
        attributes[_ISPEED] = attributes[_OSPEED] = termios.B38400
        termios.tcsetattr(line, termios.TCSANOW, attributes)
    except (termios.error, OSError):
        raise PortError(Trouble.NOT_SERIAL, device) from None


def holders(device: Path) -> list[str]:
    """The other processes that have `device` open, as "name (pid)"; those of other users only when root asks."""
    target = os.path.realpath(device)
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        if int(process.name) != os.getpid() and _has_open(process, target):
            found.append(f"{_name(process)} ({process.name})")
    return sorted(found)


def _has_open(process: Path, target: str) -> bool:
    try:
        files = [descriptor for descriptor in (process / "fd").iterdir() if os.path.realpath(descriptor) == target]
        return any(not _names_only(process / "fdinfo" / file.name) for file in files)
    except OSError:
        return False  # another user's, or gone meanwhile


def _names_only(info: Path) -> bool:
    """Whether a descriptor holds a file's name and not the file (O_PATH), as a simulated box does with its port."""
    fields = dict(line.split(":", 1) for line in info.read_text("ascii").splitlines() if ":" in line)
    return bool(int(fields["flags"], 8) & os.O_PATH)


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text("utf-8").strip()
    except OSError:
        return "?"


def choose(device: Path | None, simulated: Path, folder: Path = SERIAL, loose: Path = Path("/dev")) -> Path:
    """`device` itself; without one the simulator's port when it is there, else the only port of this machine."""
    if device is not None:
        return device
    if simulated.exists():
        return simulated
    ports = found_ports(folder, loose)
    if len(ports) == 1:
        return ports[0]
    if not ports:
        raise PortError(Trouble.NO_PORT)
    raise PortError(Trouble.SEVERAL_PORTS, detail=", ".join(map(str, ports)))


def found_ports(folder: Path = SERIAL, loose: Path = Path("/dev")) -> list[Path]:
    """Every serial port once, by the name that stays the same when it is pulled and put back, if it has one."""
    stable = sorted(folder.iterdir()) if folder.is_dir() else []
    names: Iterable[Path] = [*stable, *sorted(path for pattern in _LOOSE for path in loose.glob(pattern))]
    by_target: dict[str, Path] = {}
    for name in names:
        by_target.setdefault(os.path.realpath(name), name)
    return [name for target, name in by_target.items() if _is_device(target, folder)]


def _is_device(target: str, folder: Path) -> bool:
    try:
        return folder != SERIAL or stat.S_ISCHR(Path(target).stat().st_mode)
    except OSError:
        return False
