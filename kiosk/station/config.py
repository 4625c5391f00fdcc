"""The counter station's TOML file, read into one frozen value. Opens nothing that the file names but its lists."""

import ipaddress
import tomllib
from dataclasses import dataclass
from pathlib import Path

from hardware.errors import BadPrinterSettings
from hardware.printer import BAUDS, PAPERS, Flow, PrinterKind, PrinterSettings, check
from hardware.slip_bytes import Cut
from kiosk.config import Table
from kiosk.errors import BadConfig
from kiosk.service.code import is_hash
from kiosk.station.lists import SHIPPED

LISTEN = "127.0.0.1:8430"
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
HIGHEST_PORT = 0xFFFF


@dataclass(frozen=True, slots=True)
class Config:
    """`host`, `port`: where the page is served. `hosts`: further names under which it is reached. `staff_code`: hash as
    `--make-staff-code` prints it, "" for none, which only loopback may go without. `https`: a proxy in front speaks
    TLS. `lists`: what an officer chooses from. `printer`: None at a counter that has none yet."""

    data_directory: Path
    host: str
    port: int
    hosts: tuple[str, ...] = ()
    staff_code: str = ""
    https: bool = False
    lists: Path = SHIPPED
    printer: PrinterSettings | None = None

    @property
    def known_hosts(self) -> frozenset[str]:
        """What a request may call this machine, without port: any other name is somebody else's page."""
        own = () if self.host in ("0.0.0.0", "::") else (f"[{self.host}]" if ":" in self.host else self.host,)  # noqa: S104
        return frozenset({*LOOPBACK_NAMES, *own, *(name.lower() for name in self.hosts)})


def read_config(data: bytes, source: str) -> Config:
    """The configuration in `data`; `source` is what messages call the file.

    Raises: BadConfig with every problem of the file.
    """
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfig(source, [str(error)]) from None
    table = Table(document, "")
    host, port = _listen(table)
    config = Config(
        data_directory=Path(table.text("data_directory", None)),
        host=host,
        port=port,
        hosts=table.texts("hosts"),
        staff_code=table.text("staff_code", ""),
        https=table.flag("https", False),
        lists=Path(table.text("lists", str(SHIPPED))),
        printer=_printer(table.table("printer")),
    )
    problems = table.finish()
    if not config.data_directory.is_absolute() or not config.lists.is_absolute():
        problems.append("data_directory, lists: must be absolute paths")
    if config.staff_code and not is_hash(config.staff_code):
        problems.append("staff_code: is not what hailong-station --make-staff-code prints")
    if not config.staff_code and not _is_loopback(host):
        problems.append("staff_code: is missing, and the page would be open to the whole network")
    if host in ("0.0.0.0", "::") and not config.hosts:  # noqa: S104
        problems.append("hosts: say under which names or addresses tablets open the page")
    if problems:
        raise BadConfig(source, problems)
    return config


def _listen(table: Table) -> tuple[str, int]:
    text = table.text("listen", LISTEN)
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    try:
        ipaddress.ip_address(host)
        if 0 <= int(port) <= HIGHEST_PORT:
            return host, int(port)
    except ValueError:
        pass
    table.problems.append('listen: must be an address and a port such as "127.0.0.1:8430"')
    return "127.0.0.1", 8430


def _is_loopback(host: str) -> bool:
    return ipaddress.ip_address(host).is_loopback


def _printer(table: Table) -> PrinterSettings | None:
    if not table.value:
        return None
    device = table.text("device", "")
    paper = table.choice("paper", tuple(PAPERS), "58")
    settings = PrinterSettings(
        kind=PrinterKind(table.choice("kind", tuple(PrinterKind), PrinterKind.SERIAL)),
        width_px=int(table.number("width_px", PAPERS[paper], 8, 4096)),
        device=Path(device) if device else None,
        baud=int(table.number("baud", 115_200, BAUDS[0], BAUDS[-1])),
        flow=Flow(table.choice("flow", tuple(Flow), Flow.RTSCTS)),
        host=table.text("host", ""),
        port=int(table.number("port", 9100, 1, HIGHEST_PORT)),
        usb_vendor=int(table.number("usb_vendor", 0, 0, 0xFFFF)),
        usb_product=int(table.number("usb_product", 0, 0, 0xFFFF)),
        cut=Cut(table.choice("cut", tuple(Cut), Cut.PARTIAL)),
        asks=table.flag("asks", True),
        native_qr=table.flag("native_qr", False),
        numbers=table.flag("numbers", False),
        names=table.flag("names", False),
    )
    try:
        check(settings)
    except BadPrinterSettings as error:
        table.problems.append(f"printer: {error}")
    return settings
