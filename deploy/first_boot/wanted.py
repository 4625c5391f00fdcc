"""What `hailong.toml` may say, read into one frozen value. Faults are said in Vietnamese. Opens nothing."""

import ipaddress
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from deploy.first_boot.kiosk_keys import PANEL, TABLES, faults, shown
from deploy.first_boot.rules import Rule, Value, like, text

CODE = re.compile(r"[0-9A-Za-z]{20}")
PEM = "-----BEGIN CERTIFICATE-----"
HOST = re.compile(r"[A-Za-z0-9.:-]{1,253}")
NAME = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
URL = re.compile(rf"(https?)://({NAME}|\[[0-9a-f:]+\])(?::([0-9]{{1,5}}))?(?:/[A-Za-z0-9._~/-]*)?")
PROXY = re.compile(rf"https?://(?:[A-Za-z0-9._%-]+(?::[A-Za-z0-9._%-]*)?@)?({NAME})(?::([0-9]{{1,5}}))?")
NEAR = ("localhost", "127.0.0.1", "[::1]")  # where nothing crosses a network in clear
LONGEST_NAME, HIGHEST_PORT = 253, 65535
SSID_BYTES, LEAST_PASSWORD, MOST_PASSWORD = 32, 8, 63  # IEEE 802.11
AT_LINE = re.compile(r"\(at line (\d+), column (\d+)\)")
KEYS = {
    "centre": {"url", "ca", "proxy"},
    "enrolment": {"code", "point"},
    "network": {"kind", "address", "gateway", "dns", "ssid", "password"},
    "time": {"servers"},
    "service": {"staff_code", "technician_code"},
}
ROWS: Mapping[str, Mapping[str, Rule]] = MappingProxyType(
    {
        "panel": PANEL,
        "keyboard": {  # of usb.toml: what may type here
            "port": text,
            "vendor": like("[0-9a-f]{4}", '4 chữ số hệ mười sáu viết thường, ví dụ "0c2e"'),
            "product": like("[0-9a-f]{4}", '4 chữ số hệ mười sáu viết thường, ví dụ "0b61"'),
            "label": text,
        },
    }
)
KEPT_CODE = re.compile(r"scrypt\$16384\$8\$1\$[0-9a-f]{32}\$[0-9a-f]{64}")  # kiosk/service/code.py takes no other


class BadFile(Exception):
    """The file cannot be used; `problems`: every fault, for the technician."""

    code = "bad_file"
    hint = "Mở tệp hailong.toml trên máy tính, sửa các chỗ trên, cắm lại và bật máy."

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


@dataclass(frozen=True, slots=True)
class Network:
    """`address`: "dhcp", or an address with its prefix length; `ssid` only where `kind` is "wifi"."""

    kind: str = "ethernet"
    address: str = "dhcp"
    gateway: str = ""
    dns: tuple[str, ...] = ()
    ssid: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """`network`, `servers`, `panels`, `keyboards`: None where the file says nothing, and the machine stays as it is.

    `kiosk`: what changes in kiosk.toml, by table ("" for the top); a table without keys is taken out of it.
    """

    centre_url: str = ""
    authority: str = ""
    proxy: str = ""
    code: str = ""
    network: Network | None = None
    servers: tuple[str, ...] | None = None
    kiosk: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    panels: tuple[Mapping[str, Value], ...] | None = None
    keyboards: tuple[Mapping[str, Value], ...] | None = None


def read_wanted(data: bytes) -> Wanted:
    """Raises: BadFile with every problem."""
    try:
        document = tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError:
        raise BadFile(["tệp phải lưu bằng bảng mã UTF-8"]) from None
    except (ValueError, RecursionError) as error:  # of TOML, of a number of ten thousand digits, of a thousand brackets
        raise BadFile([_unreadable(str(error))]) from None
    problems = _unknown(document)
    tables = {name: document.get(name, {}) for name in (*KEYS, *TABLES) if name}
    if any(not isinstance(table, dict) for table in tables.values()):
        raise BadFile([*problems, "mỗi phần phải mở đầu bằng [tên phần]"])
    if document.get("version") != 1:
        problems.append("version: phải là 1")
    centre = tables["centre"]
    wanted = Wanted(
        centre_url=_url(centre.get("url", ""), problems),
        authority=_authority(centre.get("ca", ""), problems),
        proxy=_proxy(centre.get("proxy", ""), problems),
        code=_code(tables["enrolment"].get("code", ""), problems),
        network=_network(tables["network"], problems) if "network" in document else None,
        servers=_servers(tables["time"].get("servers", []), problems) if "time" in document else None,
        kiosk=_kiosk(document, problems),
        panels=_rows(document, "panel", problems),
        keyboards=_rows(document, "keyboard", problems),
    )
    if wanted.code and not wanted.centre_url:
        problems.append("[centre] url: cần địa chỉ cơ quan để ghi danh")
    if problems:
        raise BadFile(problems)
    return wanted


def _unreadable(reason: str) -> str:
    """Where it broke off. The parser's own words repeat what stands in the file, which no screen should show."""
    found = AT_LINE.search(reason)
    place = f"dòng {found[1]}, cột {found[2]}" if found else "đoạn cuối tệp"
    return f"không đọc được tệp: {place} viết chưa đúng (thiếu dấu ngoặc kép, ngoặc vuông, hoặc một tên ghi hai lần?)"


def _unknown(document: dict[str, Any]) -> list[str]:
    top = {"version", *KEYS, *TABLES, *TABLES[""], *ROWS}
    found = faults("", dict.fromkeys(sorted(document.keys() - top)), {})
    for name, table in document.items():
        if name in KEYS and isinstance(table, dict):
            odd = sorted(table.keys() - KEYS[name])
            found += [f"[{name}] {shown(key)}: không có mục này" for key in odd]
    return found


def _kiosk(document: dict[str, Any], problems: list[str]) -> dict[str, Mapping[str, Value]]:
    """An empty [scanner] is none: so the kiosk reads it too. Any other empty table says nothing."""
    top = {key: value for key, value in document.items() if key in TABLES[""]}
    tables = {"": top} | {name: document[name] for name in TABLES if name in document}
    for name, table in tables.items():
        problems += faults(name, table, TABLES[name])
    if "service" in document:
        tables["service"] = dict(_service(document["service"], problems))
    return {name: table for name, table in tables.items() if table or name == "scanner"}


def _rows(document: dict[str, Any], name: str, problems: list[str]) -> tuple[Mapping[str, Value], ...] | None:
    if name not in document:
        return None
    rows = document[name]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        problems.append(f"{name}: mỗi cái phải mở đầu bằng [[{name}]], hai ngoặc vuông")
        return None
    for place, row in enumerate(rows, 1):
        where = f"[[{name}]] thứ {place}: "
        problems += faults(name, row, ROWS[name], where)
        if name == "keyboard" and not any(row.get(key) for key in ("port", "vendor", "label")):
            problems.append(f"{where}cần port, vendor hoặc label")
    return tuple(rows)


def _text(value: Any, what: str, problems: list[str], lines: bool = False) -> str:
    """One line, or `lines`: in the files that are written of it a line break would begin a setting of its own."""
    if not isinstance(value, str) or not all(c.isprintable() or (lines and c == "\n") for c in value):
        problems.append(f"{what}: phải là chữ trong ngoặc kép")
        return ""
    return value.strip()


def _url(value: Any, problems: list[str]) -> str:
    """An address without which the agent would not start is none, so this is stricter than it."""
    text = _text(value, "[centre] url", problems).rstrip("/")
    found = URL.fullmatch(text)
    good = found and _is_place(found[2], found[3]) and (found[1] == "https" or found[2] in NEAR)
    if text and not good:
        problems.append("[centre] url: phải có dạng https://hailong.tinh.gov.vn, cổng (nếu có) từ 1 đến 65535")
    return text


def _is_place(host: str, port: str | None) -> bool:
    if host.startswith("[") and not _is_address(host[1:-1]):
        return False
    return len(host) <= LONGEST_NAME and 1 <= int(port or 1) <= HIGHEST_PORT


def _authority(value: Any, problems: list[str]) -> str:
    text = _text(value, "[centre] ca", problems, lines=True)
    if text and PEM not in text:
        problems.append(f"[centre] ca: dán nguyên văn chứng thư, bắt đầu bằng {PEM}")
    return text


def _proxy(value: Any, problems: list[str]) -> str:
    text = _text(value, "[centre] proxy", problems)
    found = PROXY.fullmatch(text)
    if text and not (found and _is_place(found[1], found[2])):
        problems.append("[centre] proxy: phải có dạng http://proxy.tinh.gov.vn:3128")
    return text


def _code(value: Any, problems: list[str]) -> str:
    text = _text(value, "[enrolment] code", problems)
    if text and not CODE.fullmatch(re.sub(r"[\s-]", "", text)):
        problems.append("[enrolment] code: mã ghi danh có 20 chữ và số")
    return text


def _network(table: dict[str, Any], problems: list[str]) -> Network:
    where = "[network]"
    kind = _text(table.get("kind", "ethernet"), f"{where} kind", problems)
    if kind not in ("ethernet", "wifi"):
        problems.append(f'{where} kind: phải là "ethernet" hoặc "wifi"')
    address = _text(table.get("address", "dhcp"), f"{where} address", problems)
    gateway = _text(table.get("gateway", ""), f"{where} gateway", problems)
    if address != "dhcp" and not _is_way_out(address, gateway):
        problems.append(
            f'{where} address: "dhcp", hoặc dạng "192.168.1.20/24" kèm gateway = "192.168.1.1" trong cùng mạng ấy'
        )
    dns = _hosts(table.get("dns", []), f"{where} dns", problems)
    if not all(map(_is_address, dns)):
        problems.append(f'{where} dns: phải là địa chỉ bằng số, ví dụ ["10.0.0.1"]')
    ssid, password = (_text(table.get(name, ""), f"{where} {name}", problems) for name in ("ssid", "password"))
    if kind == "wifi" and not 1 <= len(ssid.encode()) <= SSID_BYTES:
        problems.append(f"{where} ssid: cần tên Wi-Fi, nhiều nhất {SSID_BYTES} byte")
    if kind == "wifi" and not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
        problems.append(f"{where} password: mật khẩu Wi-Fi có {LEAST_PASSWORD} đến {MOST_PASSWORD} ký tự")
    return Network(kind, address, gateway, dns, ssid, password)


def _is_way_out(address: str, gateway: str) -> bool:
    """What systemd-networkd would leave out without a word is refused: a mask in dots, a gateway of another network."""
    try:
        own, way = ipaddress.IPv4Interface(address), ipaddress.IPv4Address(gateway)
    except ValueError:
        return False
    return bool(re.search(r"/[0-9]{1,2}$", address)) and way in own.network and way != own.ip


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _hosts(value: Any, what: str, problems: list[str]) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) and HOST.fullmatch(each) for each in value):
        problems.append(f'{what}: phải là danh sách, ví dụ ["10.0.0.1", "10.0.0.2"]')
        return ()
    return tuple(value)


def _servers(value: Any, problems: list[str]) -> tuple[str, ...]:
    return _hosts(value, "[time] servers", problems)


def _service(table: dict[str, Any], problems: list[str]) -> tuple[tuple[str, str], ...]:
    """Never the code itself: the card lies in a car, and what opens every kiosk's menu must not lie on it."""
    known = sorted(KEYS["service"] & table.keys())
    codes = [(name, _text(table[name], f"[service] {name}", problems)) for name in known]
    for name, kept in codes:
        if not KEPT_CODE.fullmatch(kept):
            problems.append(
                f"[service] {name}: chép dòng do «hailong-kiosk --make-service-code» in ra, không ghi mã số"
            )
    return tuple(codes)
