"""The stage of a counter that hands out slips: the same, with a printer, the officer's page and a scanner."""

import contextlib
import json
import random
import socket
from collections.abc import Mapping
from pathlib import Path

from deploy.demo.stage import DemoFailed, Stage

WIDTH_PX = 384  # a head for rolls of 58 mm


class SlipStage(Stage):
    """`prints`: folder in which the printer leaves a PNG of each slip."""

    def __init__(self, directory: Path, form: str, prints: Path) -> None:
        super().__init__(directory, form)
        self.prints, self.station_url = prints, ""
        self._scanner_line = directory / "ttySCANNER"

    def office_settings(self) -> Mapping[str, str | float]:
        """An address of its own, for it stands in every QR code."""
        address = f"127.0.0.1:{_free_port()}"
        return {"listen": address, "public_url": f"http://{address}"}

    def kiosk_settings(self) -> str:
        return f'[scanner]\nkind = "serial"\ndevice = "{self._scanner_line}"\n'

    def open_scanner(self) -> Path:
        """Plug in the simulated scanner; its control socket."""
        control = self.directory / "scanner.sock"
        command = ["python", "-m", "hardware.scanner_simulator", "--link", str(self._scanner_line)]
        self.start("scanner", [*command, "--control", str(control)])
        self.wait_until("the scanner", control.exists)
        return control

    def open_station(self) -> None:
        """Plug in the simulated printer, which prints on the line as slowly as a real one, and serve the counter's
        page once the office has said how slips are made."""
        line, control = self.directory / "ttyPRINTER", self.directory / "printer.sock"
        self.prints.mkdir(parents=True)
        self.start(
            "printer",
            ["hailong-printer", "simulate", "--link", str(line), "--out", str(self.prints), "--width", str(WIDTH_PX),
             "--baud", "115200", "--control", str(control)],
        )  # fmt: skip
        self.wait_until("the printer", control.exists)
        self.wait_until("what slips are made with", (self.data / "slips.json").exists)
        config = self.directory / "station.toml"
        config.write_text(
            f"data_directory = {json.dumps(str(self.data))}\n"
            'listen = "127.0.0.1:0"\n'
            f'[printer]\nkind = "serial"\ndevice = {json.dumps(str(line))}\nwidth_px = {WIDTH_PX}\n'
            'flow = "none"\nnative_qr = true\n',
            "utf-8",
        )
        self.start("station", ["hailong-station", "--config", str(config)])
        self.station_url = "http://" + self.wait_for_line("station.log", r'"(127\.0\.0\.1:\d+)"')


def _free_port() -> int:
    """Below those that Linux hands out: nobody gets it by chance before the office takes it. Raises: DemoFailed."""
    for port in random.SystemRandom().sample(range(20_000, 32_000), 100):
        with socket.socket() as free, contextlib.suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port
    raise DemoFailed("no free port for the office between 20000 and 32000")
