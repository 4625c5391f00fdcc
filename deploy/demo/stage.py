"""Starts and stops the processes of the demo, each the very command that a technician would type."""

import json
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

PLAN = "demo"
POINT = "kn-huyen"
NOTICE = Path(__file__).with_name("notice.json")
WIDTH, HEIGHT = 1024, 600
PATIENCE_S = 60.0
TERMINAL_SOCKET, PINS_SOCKET = "terminal.sock", "pins.sock"
LONGEST_SOCKET = 107  # bytes of a Unix socket's path, in Linux


class DemoFailed(Exception):
    """A part did not do what the demo needs; the message says which and where its log lies."""


class Stage:
    """Owns `directory` (made anew) and every process that it starts; leaving it stops them all.

    `form`: id of the form that the kiosk asks, one of those that the office has from its set-up.
    """

    def __init__(self, directory: Path, form: str = "rut-gon-mot-cua") -> None:
        self.directory, self.form = directory, form
        self.data = directory / "kiosk"
        self.office_url = ""
        self.user = self.password = ""
        self._processes: list[tuple[str, subprocess.Popen[str]]] = []
        self._environment = dict(os.environ)
        self._logs: list[TextIO] = []

    def __enter__(self) -> Self:
        self.data.mkdir(parents=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _, process in reversed(self._processes):
            process.terminate()
        for _, process in reversed(self._processes):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for log in self._logs:
            log.close()

    def open_display(self, virtual: bool = False) -> str:
        """The display to use: the user's, or a `virtual` one of our own. Also tells whether it is ours ("" if not)."""
        if os.environ.get("DISPLAY") and not virtual:
            return ""
        reading, writing = os.pipe()
        command = [
            "Xvfb",
            "-displayfd",
            str(writing),
            "-screen",
            "0",
            f"{WIDTH}x{HEIGHT}x24",
            "-nolisten",
            "tcp",
            "-noreset",
        ]
        self.start("xvfb", command, pass_fds=(writing,))
        os.close(writing)
        with os.fdopen(reading) as numbers:
            display = f":{numbers.readline().strip()}"
        if display == ":":
            raise DemoFailed(f"Xvfb did not start: see {self.directory / 'xvfb.log'}")
        self._environment["DISPLAY"] = display
        return display

    def open_office(self, plan_days: tuple[str, str]) -> None:
        """Set up the central office, give the year's plan the window `plan_days`, and serve it on loopback."""
        settings: dict[str, str | float] = {"data_directory": str(self.directory / "office"), "listen": "127.0.0.1:0"}
        settings["second_factor"] = "optional"  # whoever looks at the demo has the password and no telephone to enrol
        config = self.write("office.toml", settings | dict(self.office_settings()))
        self._office_config = config
        said = self._run("hailong-office", "--config", str(config), "setup")
        found = re.search(r"administrator: (\S+)\n.*password, shown once: (\S+)", said)
        if found is None:
            raise DemoFailed(f"the office's set-up named no administrator:\n{said}")
        self.user, self.password = found.groups()
        days = ("--from", plan_days[0], "--to", plan_days[1])
        self.office("plan", "clone", "krong-no-2023", "--id", PLAN, *days, "--form", self.form)
        self.start("office", ["hailong-office", "--config", str(config), "serve"])
        self.office_url = self.wait_for_line("office.log", r"(http://127\.0\.0\.1:\d+)")

    def office_settings(self) -> Mapping[str, str | float]:
        """What the office's file says besides the least."""
        return {}

    def kiosk_settings(self) -> str:
        """Tables that the kiosk's file has besides the least."""
        return ""

    def tell_citizens(self, days: tuple[str, str]) -> None:
        """Set what the invitation tells of last year, on the days from `days[0]` until `days[1]`."""
        document = json.loads(NOTICE.read_text("utf-8"))
        document |= {"plan": PLAN, "points": [POINT], "from": days[0], "until": days[1]}
        path = self.directory / "notice.json"
        path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
        self.office("notice", "load", str(path))

    def office(self, *arguments: str) -> str:
        return self._run("hailong-office", "--config", str(self._office_config), *arguments)

    def enrol(self) -> str:
        """Make a one-time code at the office and use it at the kiosk; what the agent said."""
        code = re.search(
            r"\b(?:[0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}\b",
            self.office("enrol", "--plan", PLAN, "--point", POINT),
        )
        if code is None:
            raise DemoFailed("the office gave no enrolment code")
        self._agent_config = self.write(
            "agent.toml",
            {"data_directory": str(self.data), "centre_url": self.office_url, "delivery_s": 0.3, "heartbeat_s": 5.0},
        )
        return self._run("hailong-agent", "--config", str(self._agent_config), "enrol", code[0])

    def overall_question(self) -> str:
        """Code of the question that the index is taken from, in the form that the kiosk was given."""
        document = json.loads((self.data / "form.json").read_text("utf-8"))
        return next(str(asked["code"]) for asked in document["questions"] if asked.get("role") == "overall")

    def open_terminal(self) -> Path:
        """Plug in the simulated button terminal; its control socket."""
        control = self.directory / TERMINAL_SOCKET
        self.start(
            "terminal",
            ["hailong-terminal", "simulate", "--link", str(self.directory / "ttyTERMINAL"), "--control", str(control),
             "--store", str(self.directory / "terminal.ring")],
        )  # fmt: skip
        self.wait_until("the button terminal", control.exists)
        return control

    def open_kiosk(self, fullscreen: bool = False, screen: bool = True) -> Path:
        """Switch on the kiosk with the serial terminal, buttons on GPIO pins and, unless it is one of buttons only, a
        screen; the pins' control socket."""
        pins = self.directory / PINS_SOCKET
        size = "" if fullscreen else f"width = {WIDTH}\nheight = {HEIGHT}\n"
        config = self.directory / "kiosk.toml"
        config.write_text(
            f'data_directory = "{self.data}"\n[screen]\non = {str(screen).lower()}\n{size}'
            "[timeouts]\nidle_s = 5\nthanks_s = 1\n"
            f'[[panel]]\nkind = "serial"\nname = "box"\ndevice = "{self.directory / "ttyTERMINAL"}"\n'
            f'[[panel]]\nkind = "gpio-simulated"\nname = "pins"\ncontrol_socket = "{pins}"\n'
            "button_pins = [5, 6, 13, 19, 26]\nlamp_pins = [12, 16, 20, 21, 25]\n" + self.kiosk_settings(),
            "utf-8",
        )
        self.report = self.directory / "screens.jsonl"
        report = ["--report", str(self.report)] if screen else []
        self.start("kiosk", ["hailong-kiosk", "--config", str(config), *report])
        if screen:
            shown = lambda: self.report.exists() and self.report.stat().st_size > 0  # noqa: E731
            self.wait_until("the kiosk's first screen", shown)
        self.wait_until("the pins", pins.exists)
        return pins

    def open_agent(self) -> None:
        self.start("agent", ["hailong-agent", "--config", str(self._agent_config), "run"])

    def wait_for_notice(self) -> None:
        """The agent has brought what the office tells: a kiosk that starts now shows it from its first screen on."""
        self.wait_until("the office's notice", (self.data / "notice.json").exists)

    def agent_status(self) -> dict[str, Any]:
        said = subprocess.run(
            [*_command("hailong-agent"), "--config", str(self._agent_config), "status", "--json"],
            capture_output=True, text=True, timeout=PATIENCE_S, env=self._environment, check=False,
        )  # fmt: skip
        if not said.stdout:
            raise DemoFailed(f"hailong-agent status: {said.stderr}")
        status: dict[str, Any] = json.loads(said.stdout)
        return status

    def check_alive(self) -> None:
        """Raises: DemoFailed if a process has ended."""
        for name, process in self._processes:
            if process.poll() is not None:
                log = self.directory / f"{name}.log"
                raise DemoFailed(f"{name} ended with {process.returncode}: {_last_line(log)}\nIts log: {log}")

    @property
    def display(self) -> str:
        return self._environment["DISPLAY"]

    def start(self, name: str, command: list[str], pass_fds: tuple[int, ...] = ()) -> None:
        log = (self.directory / f"{name}.log").open("w", encoding="utf-8")
        self._logs.append(log)
        process = subprocess.Popen(
            [*_command(command[0]), *command[1:]], stdin=subprocess.DEVNULL, stdout=log, stderr=log, text=True,
            env=self._environment, pass_fds=pass_fds, start_new_session=True,
        )  # fmt: skip
        self._processes.append((name, process))

    def end(self, name: str) -> None:
        """Stop one process, as its supervisor would."""
        for process in [process for known, process in self._processes if known == name]:
            process.terminate()
            process.wait(PATIENCE_S)
        self._processes = [(known, process) for known, process in self._processes if known != name]

    def _run(self, *command: str, within_s: float = PATIENCE_S) -> str:
        done = subprocess.run(
            [*_command(command[0]), *command[1:]], capture_output=True, text=True,
            timeout=within_s, env=self._environment, check=False,
        )  # fmt: skip
        if done.returncode:
            raise DemoFailed(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr or done.stdout}")
        return done.stdout

    def write(self, name: str, settings: Mapping[str, str | float]) -> Path:
        path = self.directory / name
        path.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items()), "utf-8")
        return path

    def wait_for_line(self, log: str, pattern: str) -> str:
        found: list[str] = []

        def look() -> bool:
            match = re.search(pattern, (self.directory / log).read_text("utf-8", "replace"))
            found[:] = [match[1]] if match else []
            return bool(match)

        self.wait_until(f"{pattern} in {log}", look)
        return found[0]

    def wait_until(self, what: str, ready: Callable[[], bool]) -> None:
        give_up = time.monotonic() + PATIENCE_S
        while not ready():
            self.check_alive()
            if time.monotonic() > give_up:
                raise DemoFailed(f"{what} did not come within {PATIENCE_S:.0f} s; logs are in {self.directory}")
            time.sleep(0.05)


def _command(name: str) -> list[str]:
    """The installed command beside this Python, so that the demo runs what the user would."""
    path = Path(sys.executable).with_name(Path(name).name)
    return [str(path)] if path.exists() else [name]


def _last_line(log: Path) -> str:
    """What a process said at its end: its directory may be gone when somebody reads of it."""
    lines = log.read_text("utf-8", "replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "it said nothing")


def fresh_directory(root: Path, short: Path = Path("/tmp")) -> Path:  # noqa: S108
    """A name for the directory of one run: in `root`, or in `short` where its sockets' paths would be too long."""
    name = f"hailong-demo-{secrets.token_hex(4)}"
    fits = len(os.fsencode(root / name / TERMINAL_SOCKET)) <= LONGEST_SOCKET
    return (root if fits else short) / name
