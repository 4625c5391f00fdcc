"""A counter for the tests: its data directory, a virtual printer on a pty, the station's process, and an officer."""

import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import requests
import zxingcpp
from PIL import Image

from firmware_bridge.control import tell
from kiosk.station import texts
from survey.assignment import FILE_NAME, FORM_FILE_NAME, Assignment
from survey.form_file import read_form
from survey.invitation import Code, read_code
from survey.slip_setup import FILE_NAME as SETUP_FILE
from survey.slip_setup import SlipSetup
from sync_agent.outbox import Slip, SlipBook

ROOT = Path(__file__).parents[3]
FORM_DATA = (ROOT / "survey/data/forms/rut-gon-mot-cua.json").read_bytes()
FORM = read_form(FORM_DATA, "form")
OFFICE = "UBND huyện Krông Nô"
POINT = "Bộ phận Tiếp nhận và Trả kết quả huyện"
KEY = bytes(range(32))
BASE = "https://hailong.daknong.gov.vn"
PATIENCE_S = 30.0
MOST_TRIES = 10
STAMP = re.compile(r'name="stamp" value="([0-9a-f]{64})"')
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
REQUESTS = re.compile(r'name="request" value="([0-9a-f]{32})"')


def assignment() -> Assignment:
    return Assignment("kn-huyen-1", "krong-no-2023", "kn-huyen", {"vi": POINT}, {"vi": OFFICE}, FORM.ref)


def setup(**changes: Any) -> SlipSetup:
    values: dict[str, Any] = {"plan": "krong-no-2023", "point": "kn-huyen", "form": FORM.ref, "number": 7, "key": KEY}
    values |= {"url": BASE, "valid_days": 15, "keep_days": 30}
    return SlipSetup(**(values | changes))


def furnish(folder: Path, with_setup: bool = True) -> None:
    """What the agent writes."""
    (folder / FILE_NAME).write_bytes(assignment().encode())
    (folder / FORM_FILE_NAME).write_bytes(FORM_DATA)
    if with_setup:
        (folder / SETUP_FILE).write_bytes(setup().encode())


def today() -> date:
    return datetime.now(UTC).astimezone().date()


def slips_in(book: SlipBook) -> list[Slip]:
    """All slips, newest first, whatever day the station took for today."""
    found: list[Slip] = []
    while (slip := book.slip(len(found) + 1)) is not None:
        found.append(slip)
    return found[::-1]


def codes_on(picture: Path) -> list[Code]:
    """What an independent reader finds on a slip."""
    return [read_code(found.text) for found in zxingcpp.read_barcodes(Image.open(picture))]


class Started:
    """A process of ours that says when it is ready; ended by `end` or killed by `kill`."""

    def __init__(self, *command: object, ready: str, stream: str = "stderr", **more: Any) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: subprocess.PIPE}
        arguments = [sys.executable, *map(str, command)]
        self.process = subprocess.Popen(arguments, cwd=ROOT, env=environment, **pipes, **more)
        pipe = getattr(self.process, stream)
        deadline_s = time.monotonic() + PATIENCE_S
        self.said = b""
        while not re.search(ready.encode(), self.said):
            assert select.select([pipe], [], [], max(0.0, deadline_s - time.monotonic()))[0], self.said
            part = os.read(pipe.fileno(), 65536)
            assert part, f"{arguments} ended: {self.said.decode()}"
            self.said += part

    def end(self, with_signal: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        pipe = self.process.stderr or self.process.stdout
        if pipe is not None and not pipe.closed:
            self.said += pipe.read()
            pipe.close()
        return self.process.wait(PATIENCE_S)


@dataclass
class Printer:
    """A virtual printer on a pty."""

    folder: Path
    width: int = 384
    process: Started = field(init=False)

    def __post_init__(self) -> None:
        way = ("--link", self.link, "--out", self.out, "--control", self.folder / "control", "--width", self.width)
        command = ("-m", "hardware.virtual_printer", "simulate", *way)
        self.process = Started(*command, ready="printer at", stream="stdout")

    @property
    def link(self) -> Path:
        return self.folder / "printer"

    @property
    def out(self) -> Path:
        return self.folder / "slips"

    def tell(self, words: str) -> str:
        reply = tell(self.folder / "control", words)
        assert not reply.startswith("error"), reply
        return reply

    def slips(self) -> list[Path]:
        return sorted(self.out.glob("*.png"))

    def end(self) -> None:
        self.process.end()


class Station:
    """The station's process on a port of its own."""

    def __init__(self, folder: Path, printer: Printer | None, scanner: Path | None = None, **settings: Any) -> None:
        self.folder = folder
        lines = {"data_directory": str(folder), "listen": "127.0.0.1:0", **settings}
        text = "".join(f"{key} = {json.dumps(value)}\n" for key, value in lines.items())
        if printer is not None:
            text += f'[printer]\nkind = "serial"\ndevice = "{printer.link}"\nflow = "none"\nnative_qr = true\n'
            text += f"width_px = {printer.width}\n"
        if scanner is not None:
            text += f'[scanner]\nkind = "serial"\ndevice = "{scanner}"\n'
        self.config = folder / "station.toml"
        self.config.write_text(text, "utf-8")
        self.start()

    def start(self) -> None:
        command = ("-m", "kiosk.station", "--config", self.config)
        self.process = Started(*command, ready=r'"listen": ?"127\.0\.0\.1:(\d+)"')
        found = re.search(rb"127\.0\.0\.1:(\d+)", self.process.said)
        assert found
        self.url = f"http://127.0.0.1:{int(found[1])}"

    def end(self) -> int:
        return self.process.end()

    def kill(self) -> None:
        self.process.end(signal.SIGKILL)

    def officer(self) -> "Officer":
        return Officer(self.url)


class Officer:
    """A browser without JavaScript: cookies, the last page, and forms sent as that page has them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        self.page = ""
        self.status = 0

    def open(self, path: str = "/") -> str:
        self._took(self.session.get(self.url + path, timeout=PATIENCE_S))
        if 'action="/ngay"' in self.page:  # no time service sets this machine's clock
            self.post("/ngay", **self._hidden("/ngay"))
            self._took(self.session.get(self.url + path, timeout=PATIENCE_S))
        return self.page

    def post(self, path: str, **fields: str) -> str:
        stamp = STAMP.search(self.page)
        return self._took(
            self.session.post(self.url + path, data={"stamp": stamp[1] if stamp else "", **fields}, timeout=PATIENCE_S)
        )

    @property
    def request(self) -> str:
        """The wish that the page's button stands for."""
        return REQUESTS.findall(self.page)[0]

    def press(self) -> str:
        """The one big button."""
        return self.post("/phieu", request=self.request)

    def insist(self) -> str:
        """Go on until the slip is no longer waiting: a busy test machine may let the printer look silent once."""
        for _ in range(MOST_TRIES):
            waiting = re.search(r'action="/phieu/([0-9]+)/in-tiep"', self.page)
            if texts.ISSUED_TEXT not in self.page or waiting is None:
                break
            self.order("in-tiep", int(waiting[1]))
        return self.page

    def see(self, text: str) -> bool:
        """Whether the page says `text`, if not at once then after some more looks, for the same reason."""
        return any(text in self.open() for _ in range(MOST_TRIES))

    def order(self, action: str, n: int, **fields: str) -> str:
        """A button of a slip, as the page has it: what it says of the slip is posted too."""
        path = f"/phieu/{n}/{action}"
        return self.post(path, **self._hidden(path) | fields)

    def _hidden(self, path: str) -> dict[str, str]:
        form = re.search(rf'action="{path}"[^>]*>(.*?)</form>', self.page, re.DOTALL)
        return dict(HIDDEN.findall(form[1])) if form else {}

    def _took(self, response: requests.Response) -> str:
        self.status, self.page = response.status_code, response.text
        return self.page
