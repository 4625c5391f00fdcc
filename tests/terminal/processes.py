"""The processes of the soak: started, killed, asked; all of it gone at the end. Knows no verdict."""

import json
import random
import signal
import sqlite3
import subprocess
import sys
from ctypes import sizeof
from pathlib import Path

from firmware_bridge.control import tell
from firmware_bridge.simulator.board import CYCLES_PER_US
from firmware_bridge.simulator.native import Store
from tests.terminal.builds import ROOT, program

PATIENCE_S = 120
ANSWER_S = 30.0


class Process:
    """One of them. Raises: AssertionError when it does not say that it is ready."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", *arguments]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        assert self._process.stdout.readline(), f"{arguments[0]} ended before it was ready"

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._process.kill()
        self.wait()

    def wait(self) -> int:
        """Its exit code. Raises: TimeoutExpired."""
        code = self._process.wait(PATIENCE_S)
        if self._process.stdout:
            self._process.stdout.close()
        return code


class Rigging:
    """Terminal, cable and host, in one directory. `rate`: how much faster the terminal lives than we do."""

    def __init__(self, directory: Path, seed: int, rate: float, crash_rate: float) -> None:
        self._directory, self._rate, self._crash_rate = directory, rate, crash_rate
        self._dice = random.Random(seed)
        self.host_deaths = 0
        self.terminal = self._start_terminal()
        self._proxy = Process("tests.terminal.proxy", *self._paths("tty", "host", "proxy"), str(seed), str(rate))
        self.host = self._start_host()

    def _paths(self, *names: str) -> list[str]:
        return [str(self._directory / name) for name in names]

    def _start_terminal(self) -> Process:
        link, control, store = self._paths("tty", "control", "store")
        places = ["--link", link, "--control", control, "--store", store, "--firmware", str(program())]
        seed = str(self._dice.randrange(1, 1 << 31))
        return Process(
            "firmware_bridge", "simulate", *places, "--rate", str(self._rate), "--seed", seed, "--no-dtr-reset"
        )

    def _start_host(self) -> Process:
        seed = str(self._dice.randrange(1 << 31))
        rates = [str(self._rate), str(self._crash_rate)]
        return Process("tests.terminal.panel_process", *self._paths("host", "presses.db"), seed, *rates)

    def power_back(self) -> None:
        self.terminal = self._start_terminal()

    def look_after_host(self, crash_rate: float | None = None) -> None:
        """Start it again if it died."""
        self._crash_rate = self._crash_rate if crash_rate is None else crash_rate
        if not self.host.alive:
            assert self.host.wait() == -signal.SIGKILL, "the host died of itself"
            self.host_deaths += 1
            self.host = self._start_host()

    def restart_host(self) -> None:
        self.host.kill()
        self.host_deaths += 1
        self.host = self._start_host()

    def to_terminal(self, line: str) -> str:
        """Raises: OSError when it has just died."""
        return tell(self._directory / "control", line, ANSWER_S)

    def to_cable(self, line: str) -> str:
        answer = tell(self._directory / "proxy", line, ANSWER_S)
        assert not answer.startswith("error"), answer
        return answer

    def now_ms(self) -> float:
        """Of the terminal's clock since its power came. Raises: OSError."""
        return float(json.loads(self.to_terminal("stats"))["cycles"]) / CYCLES_PER_US / 1000

    def lamp_counts(self) -> list[int]:
        """From the file that outlives the terminal's process."""
        content = (self._directory / "store").read_bytes()
        return list(Store.from_buffer_copy(content[: sizeof(Store)]).lamp_rises)

    def delivered(self) -> list[tuple[int, bool]]:
        """Buttons as the terminal numbered them, and whether each is a burst."""
        rows = self._ask("SELECT button, burst FROM press ORDER BY source")
        return [(int(button), bool(burst)) for button, burst in rows]

    def count_of(self, table: str) -> int:
        return int(self._ask(f"SELECT count(*) FROM {table}")[0][0])

    def _ask(self, question: str) -> list[tuple[int, ...]]:
        database = sqlite3.connect(self._directory / "presses.db", timeout=30)
        try:
            return database.execute(question).fetchall()
        finally:
            database.close()

    def close(self) -> None:
        for process in (self.terminal, self.host, self._proxy):
            if process.alive:
                process.kill()
