"""Where a webhook may go: https to a public address, looked up once and held to. Knows no message.

Whoever enters an address could else make the office knock at doors behind its own wall (SSRF), also by a name that
points elsewhere at the second look.
"""

import ipaddress
import socket
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Lookup = Callable[[str, int], list[str]]
NAT64 = ipaddress.ip_network("64:ff9b::/96")
LONGEST_URL = 500


class AddressRefused(Exception):
    """An address to which nothing is sent."""

    code = "address_refused"
    hint = "A webhook is https:// to a public address; outgoing_private in the settings allows others."


class Door(NamedTuple):
    """Where to knock. `ip`: the one address to connect to; `host`: whom the certificate must name."""

    secure: bool
    host: str
    ip: str
    port: int
    path: str


def look_up(host: str, port: int) -> list[str]:
    """Every address of `host`. Raises: OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def check_url(url: str, *, private: bool) -> tuple[bool, str, int, str]:
    """Secure, host, port and path of a webhook's URL. Raises: AddressRefused."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError as error:
        raise AddressRefused(str(error)) from None
    if parts.scheme not in (("https", "http") if private else ("https",)) or not host:
        raise AddressRefused("not an https:// address")
    if "@" in parts.netloc or parts.fragment or not url.isascii() or not url.isprintable() or " " in url:
        raise AddressRefused("holds a user name, a fragment or other letters than an address has")
    if len(url) > LONGEST_URL or port == 0:
        raise AddressRefused("too long, or port 0")
    secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return secure, host, port or (443 if secure else 80), path


def door_of(url: str, *, private: bool, look: Lookup = look_up) -> Door:
    """The door at `url`, its name looked up now and never again. Raises: AddressRefused, OSError."""
    secure, host, port, path = check_url(url, private=private)
    found = [each.partition("%")[0] for each in look(host, port)]
    if not found:
        raise AddressRefused(f"{host} has no address")
    if not private and not all(is_public(ipaddress.ip_address(each)) for each in found):
        raise AddressRefused(f"{host} is not a public address")
    return Door(secure, host, found[0], port, path)


def is_public(address: IPAddress) -> bool:
    """Whether it is anybody's on the Internet: also an IPv4 address that an IPv6 one wraps must be."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        last = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if address in NAT64:
            return is_public(last)
        inner = [address.sixtofour, *(address.teredo or ()), last if int(address) >> 32 == 0 else None]
        if any(each is not None and not is_public(each) for each in inner):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved
