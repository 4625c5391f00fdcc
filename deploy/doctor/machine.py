"""The machine as the checks see it: files below a root, commands, clocks, sockets; all can be handed in.

Nothing here judges. What cannot be read is None; a command that is missing or hangs is a status, not an exception.
"""

import json
import os
import pwd
import re
import signal
import socket
import subprocess
import threading
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

USER = "hailong"  # the kiosk's own: files that a command of ours makes must belong to it
DATA = "/var/lib/hailong"
OWN_COMMANDS = "/opt/hailong/bin"  # not in the path of a unit or of sudo
MISSING, HUNG = -1, -2  # instead of an exit code
MOST_BYTES = 512 * 1024
COMMAND_S = 12.0
CONNECT_S = 4.0


@dataclass(frozen=True, slots=True)
class Output:
    """`status`: the exit code, MISSING, or HUNG."""

    status: int
    text: str = ""
    error: str = ""


def run_command(command: Sequence[str], as_user: bool = False) -> Output:
    """The output of `command` in the C locale, ended after COMMAND_S. `as_user`: as USER where this is root."""
    given: dict[str, Any] = _as_user() if as_user else {}
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "PATH": f"{OWN_COMMANDS}:{os.environ.get('PATH', os.defpath)}"}
    try:
        process = subprocess.Popen(  # noqa: S603  our own commands, no shell
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
            **given,
        )
    except (OSError, ValueError):
        return Output(MISSING)
    try:
        out, error = process.communicate(timeout=COMMAND_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return Output(HUNG)
    return Output(process.returncode, _letters(out), _letters(error))


def _as_user() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    try:
        found = pwd.getpwnam(USER)
    except KeyError:
        return {}
    groups = os.getgrouplist(USER, found.pw_gid)
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": groups}


def _letters(data: bytes) -> str:
    return data[:MOST_BYTES].decode("utf-8", "replace").replace("\0", "")


def _resolve(host: str, port: int) -> list[str]:
    """Raises: OSError."""
    return sorted({str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})


def _connect(host: str, port: int) -> socket.socket:
    """Raises: OSError."""
    return socket.create_connection((host, port), timeout=CONNECT_S)


@dataclass(frozen=True)
class Machine:
    """`run`: command, and whether as the kiosk's user. `now_s`: wall clock. `up_s`: seconds since the start.

    `built_s`: when this software was built. `plain_port`: where a captive portal would catch plain HTTP.
    """

    root: Path = Path("/")
    run: Callable[[Sequence[str], bool], Output] = run_command
    now_s: Callable[[], float] = time.time
    up_s: Callable[[], float] = lambda: time.clock_gettime(time.CLOCK_BOOTTIME)
    resolve: Callable[[str, int], list[str]] = _resolve
    connect: Callable[[str, int], socket.socket] = _connect
    built_s: float = field(default_factory=lambda: Path(__file__).stat().st_mtime)
    plain_port: int = 80
    settings_directory: str = "/etc/hailong"
    _kept: dict[str, Any] = field(default_factory=dict)
    _turns: dict[str, threading.Lock] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def path(self, name: str | Path) -> Path:
        return self.root / str(name).lstrip("/")

    def has(self, name: str | Path) -> bool:
        try:
            return self.path(name).exists()
        except (OSError, ValueError):  # a name with a zero byte
            return False

    def text(self, name: str | Path) -> str | None:
        """The file's text without what surrounds it; None if it cannot be read."""
        try:
            with self.path(name).open("rb") as file:
                return _letters(file.read(MOST_BYTES)).strip()
        except (OSError, ValueError):
            return None

    def number(self, name: str | Path) -> int | None:
        """The whole number in the file, decimal or 0x…; None if there is none."""
        return whole(self.text(name))

    def glob(self, pattern: str) -> list[Path]:
        try:
            return sorted(self.root.glob(pattern.lstrip("/")))
        except OSError:
            return []

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What `make` gave the first time: several checks ask the same."""
        with self._lock:
            turn = self._turns.setdefault(name, threading.Lock())
        with turn:
            if name not in self._kept:
                self._kept[name] = make()
            return self._kept[name]

    def settings(self, name: str) -> Mapping[str, Any]:
        """The table in a settings file («kiosk», «agent», «station»); empty if there is none that can be read."""
        text = self.text(f"{self.settings_directory}/{name}.toml")
        try:
            return tomllib.loads(text or "")
        except (tomllib.TOMLDecodeError, RecursionError):
            return {}

    def data(self) -> Path:
        """The kiosk's data directory below the root."""
        found = at(self.settings("agent"), str, "data_directory") or at(self.settings("kiosk"), str, "data_directory")
        return self.path(found or DATA)

    def agent(self) -> "tuple[Output, Mapping[str, Any]]":
        """What `hailong-agent status --json` says, asked once."""
        command = ["hailong-agent", "--config", str(self.path(f"{self.settings_directory}/agent.toml"))]
        output: Output = self.once("agent", lambda: self.run([*command, "status", "--json"], True))
        return output, table_in(output.text)

    def kernel_log(self) -> str:
        """Warnings of the kernel since the start, asked once."""
        command = [
            "journalctl",
            "--dmesg",
            "--boot",
            "--priority=warning",
            "--output=cat",
            "--lines=3000",
            "--no-pager",
        ]
        log: str = self.once("kernel", lambda: self.run(command, False).text)
        return log


def whole(text: str | None) -> int | None:
    match = re.match(r"\s*(0[xX][0-9a-fA-F]{1,16}|-?[0-9]{1,18})\b", text or "", re.ASCII)
    return int(match[1], 0 if match[1][:2].lower() == "0x" else 10) if match else None


def table_in(text: str) -> Mapping[str, Any]:
    """The JSON object in `text`; empty if there is none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def at(table: object, kind: type[Any], *keys: str) -> Any:
    """The value under `keys` if it is of `kind`, else None: nothing that is read here is believed to have its shape."""
    for key in keys:
        if not isinstance(table, Mapping):
            return None
        table = table.get(key)
    sound = isinstance(table, kind) and not (isinstance(table, bool) and kind is not bool)
    return table if sound else None
