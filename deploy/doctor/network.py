"""Checks of the way to the office: cable, address, gateway, name, proxy, TLS with the agency's own authority, answer.

Each stops at the first thing that is wrong, for what comes after only follows from it. An answer without the centre's
signature proves nothing (law 3): that is the check of the last contact, which the agent has verified.
"""

import base64
import ipaddress
import json
import re
import socket
import ssl
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from deploy.doctor.finding import Finding, good, none, wrong
from deploy.doctor.machine import CONNECT_S, Machine, at

KNOWN = "/api/v1/heartbeats"  # an empty object is refused there, in our own words
OURS = "urn:hailong:problem:"
SOON_S = 14 * 86400.0
MOST_BYTES = 64 * 1024
SHIPPED = Path(__file__).parents[2] / "certifi" / "cacert.pem"  # the authorities that the agent beside us believes
LOGIN = re.compile(
    rb"log.?in|sign.?in|password|\xc4\x91\xc4\x83ng nh\xe1\xba\xadp|dang nhap|http-equiv=.?refresh", re.IGNORECASE
)
# X509_V_ERR_* of OpenSSL's x509_vfy.h
TLS_CODES = {9: "tls_not_yet_valid", 10: "tls_expired", 62: "tls_wrong_name", 64: "tls_wrong_name"} | dict.fromkeys(
    (2, 18, 19, 20, 21), "tls_unknown_authority"
)


@dataclass(frozen=True, slots=True)
class Goal:
    """Where the agent delivers. `proxy` None: straight."""

    host: str
    port: int
    secure: bool
    prefix: str
    proxy: SplitResult | None
    bundle: str

    @property
    def first(self) -> tuple[str, int]:
        """Whom the machine itself must find and reach."""
        if self.proxy is None:
            return self.host, self.port
        return self.proxy.hostname or "?", self.proxy.port or 3128


class Stop(Exception):
    """A finding that ends the check; never leaves this module."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


def check_link(machine: Machine) -> list[Finding]:
    ports = [path for path in machine.glob("sys/class/net/*") if path.name != "lo"]
    real = [path for path in ports if (path / "device").exists()] or ports
    if not real:
        return [wrong("link_down", ports="không có cổng mạng")]
    up = [path.name for path in real if _is_up(machine, path)]
    if not up:
        return [wrong("link_down", ports=", ".join(path.name for path in real))]
    addresses = _addresses(machine)
    if addresses == []:
        return [wrong("address_missing")]
    if not _has_gateway(machine):
        return [wrong("gateway_missing", address=addresses[0] if addresses else "?")]
    return [good("link", f"{up[0]}" + (f", {addresses[0]}" if addresses else ""))]


def _is_up(machine: Machine, path: Path) -> bool:
    name = path.relative_to(machine.root)
    return machine.text(name / "operstate") == "up" or machine.number(name / "carrier") == 1


def _addresses(machine: Machine) -> list[str] | None:
    """Of the whole network, not of this link alone; None if nobody says."""
    output = machine.run(["ip", "-json", "address", "show", "up", "scope", "global"], False)
    try:
        value = json.loads(output.text)
        found = [each["local"] for port in value for each in port.get("addr_info", ())]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return [text for text in found if isinstance(text, str) and not text.startswith("169.254.")]


def _has_gateway(machine: Machine) -> bool:
    four = re.search(r"^\S+\t0{8}\t", machine.text("proc/net/route") or "", re.MULTILINE)
    six = re.search(r"^0{32} 00 (?!.* lo$)", machine.text("proc/net/ipv6_route") or "", re.MULTILINE)
    return bool(four or six)


def goal(machine: Machine) -> Goal | None:
    """Where the agent's settings lead; None where they lead nowhere."""
    settings = machine.settings("agent")
    try:
        url = urlsplit(at(settings, str, "centre_url") or "")
        given = at(settings, str, "proxy") or ""
        proxy = urlsplit(given) if given else None
        secure = url.scheme == "https"
        port = url.port or (443 if secure else 80)
        if not url.hostname or url.scheme not in ("http", "https") or (proxy is not None and not proxy.hostname):
            return None
        if proxy is not None and proxy.port == 0:
            return None
    except ValueError:
        return None
    return Goal(url.hostname, port, secure, url.path.rstrip("/"), proxy, at(settings, str, "ca_bundle") or "")


def check_office(machine: Machine) -> list[Finding]:
    to = goal(machine)
    if to is None:
        return [none("office", "chưa có địa chỉ cơ quan trong agent.toml")]
    try:
        _find(machine, to)
        context = _context(machine, to)
        return _ask(machine, to, context)
    except Stop as stop:
        hidden = stop.finding.code in ("tls_unknown_authority", "tls_wrong_name", "tls_failed", "office_unreachable")
        where = _portal(machine, to) if hidden and to.proxy is None else ""
        return [wrong("captive_portal", where=where)] if where else [stop.finding]


def _find(machine: Machine, to: Goal) -> None:
    host, port = to.first
    try:
        ipaddress.ip_address(host)
        return
    except ValueError:
        pass
    try:
        machine.resolve(host, port)
    except (OSError, UnicodeError) as error:
        silent = isinstance(error, TimeoutError) or getattr(error, "errno", None) == socket.EAI_AGAIN
        raise Stop(wrong("dns_slow" if silent else "dns_failed", host=host)) from None


def _context(machine: Machine, to: Goal) -> ssl.SSLContext | None:
    if not to.secure:
        return None
    try:
        shipped = str(SHIPPED) if SHIPPED.exists() else None
        return ssl.create_default_context(cafile=str(machine.path(to.bundle)) if to.bundle else shipped)
    except (OSError, ValueError):  # ssl.SSLError is an OSError
        raise Stop(wrong("ca_bundle_bad", file=to.bundle)) from None


def _line(machine: Machine, to: Goal) -> socket.socket:
    """A connection that reaches the office, through the proxy where there is one. Raises: Stop."""
    host, port = to.first
    try:
        line = machine.connect(host, port)
        line.settimeout(CONNECT_S)
    except (OSError, ValueError, OverflowError) as error:
        raise Stop(_no_line(to, _why(error))) from None
    if to.proxy is not None and to.secure:
        status = _tunnel(line, to)
        if status != 200:
            line.close()
            raise Stop(_no_line(to, f"mã {status}" if status else "không trả lời"))
    return line


def _no_line(to: Goal, why: str) -> Finding:
    if to.proxy is not None:
        return wrong("proxy_dead", proxy=f"{to.first[0]}:{to.first[1]}", host=to.host, why=why)
    return wrong("office_unreachable", host=to.host, port=to.port, why=why)


def _tunnel(line: socket.socket, to: Goal) -> int:
    """The proxy's answer to CONNECT, 0 for none."""
    try:
        place = f"{to.host}:{to.port}"
        line.sendall(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n{_pass_for(to)}\r\n".encode("ascii"))
        head = b""
        while not head.endswith(b"\r\n\r\n") and len(head) < 8192:
            byte = line.recv(1)  # not one byte more: what follows belongs to TLS
            if not byte:
                break
            head += byte
        match = re.match(rb"HTTP/1\.[01] ([0-9]{3})", head)
    except (OSError, UnicodeError):
        return 0
    return int(match[1]) if match else 0


def _pass_for(to: Goal) -> str:
    """The header by which a proxy with names lets this machine through, "" for one without."""
    if to.proxy is None or not to.proxy.username:
        return ""
    pair = f"{unquote(to.proxy.username)}:{unquote(to.proxy.password or '')}"
    return f"Proxy-Authorization: Basic {base64.b64encode(pair.encode()).decode()}\r\n"


def _ask(machine: Machine, to: Goal, context: ssl.SSLContext | None) -> list[Finding]:
    with closing(_line(machine, to)) as raw:
        if context is None:
            return _judge(to, raw, None, machine)
        try:
            with context.wrap_socket(raw, server_hostname=to.host) as line:
                return _judge(to, line, line.getpeercert(), machine)
        except ssl.SSLCertVerificationError as error:
            code = TLS_CODES.get(error.verify_code, "tls_failed")
            raise Stop(wrong(code, host=to.host, why=error.verify_message)) from None
        except TimeoutError:
            raise Stop(wrong("office_slow", host=to.host)) from None
        except (OSError, ValueError) as error:
            raise Stop(wrong("tls_failed", host=to.host, why=_why(error))) from None


def _judge(to: Goal, line: socket.socket, certificate: Mapping[str, object] | None, machine: Machine) -> list[Finding]:
    """What the answer says of who gave it. Raises: Stop."""
    try:
        status, place, body = _exchange(line, to, "POST", KNOWN, b"{}")
    except TimeoutError:
        raise Stop(wrong("office_slow", host=to.host)) from None
    except (OSError, HTTPException, ValueError):
        raise Stop(wrong("office_stranger", host=to.host)) from None
    if _is_ours(body):
        return _expiry(to, certificate, machine) or [good("office", to.host)]
    if where := _led_to(to.host, status, place, body):
        raise Stop(wrong("captive_portal", where=where))
    if status == 407 or (to.proxy is not None and status in (502, 503, 504)):
        raise Stop(_no_line(to, f"mã {status}"))
    if status >= 500:
        raise Stop(wrong("office_refused", host=to.host, status=status))
    raise Stop(wrong("office_stranger", host=to.host))


def _exchange(line: socket.socket, to: Goal, method: str, path: str, body: bytes) -> tuple[int, str, bytes]:
    """Status, Location and body. Raises: OSError, HTTPException, ValueError."""
    through = to.proxy is not None and not to.secure
    target = (f"http://{to.host}:{to.port}" if through else "") + to.prefix + path
    head = f"{method} {target} HTTP/1.1\r\nHost: {to.host}\r\nUser-Agent: hailong-doctor\r\nConnection: close\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    line.sendall(head.encode("latin-1") + body)
    with closing(HTTPResponse(line, method=method)) as response:
        response.begin()
        return response.status, response.getheader("Location") or "", response.read(MOST_BYTES)


def _is_ours(body: bytes) -> bool:
    try:
        return str(at(json.loads(body), str, "type")).startswith(OURS)
    except (ValueError, RecursionError):
        return False


def _expiry(to: Goal, certificate: Mapping[str, object] | None, machine: Machine) -> list[Finding]:
    try:
        left_s = ssl.cert_time_to_seconds(str((certificate or {})["notAfter"])) - machine.now_s()
    except (KeyError, ValueError):
        return []
    return [wrong("certificate_soon", host=to.host, days=max(0, int(left_s // 86400)))] if left_s < SOON_S else []


def _portal(machine: Machine, to: Goal) -> str:
    """Where plain HTTP to the office's name is led by a network that wants a sign-in first; "" if it is not."""
    plain = Goal(to.host, machine.plain_port, False, "", None, "")
    try:
        with closing(machine.connect(to.host, machine.plain_port)) as line:
            line.settimeout(CONNECT_S)
            status, place, body = _exchange(line, plain, "GET", "/", b"")
    except (OSError, HTTPException, ValueError, OverflowError):
        return ""
    return _led_to(to.host, status, place, body)


def _led_to(host: str, status: int, place: str, body: bytes) -> str:
    """Where an answer leads who should sign in first: to another host, or to a page that asks for it; "" nowhere."""
    if 300 <= status < 400:
        other = _host_of(place)
        return other if other and other != host else ""
    page = body[:MOST_BYTES].lower()
    return host if status in (200, 401, 403, 511) and b"<html" in page and LOGIN.search(page) else ""


def _host_of(place: str) -> str:
    """The host that an address names, "" for none."""
    try:
        return (urlsplit(place).hostname or "")[:100]
    except ValueError:
        return ""


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "không trả lời"
    if isinstance(error, ConnectionRefusedError):
        return "bị từ chối"
    return (getattr(error, "strerror", None) or type(error).__name__)[:80]
