"""When a TLS certificate in a PEM file ends: just enough of DER (X.690) and RFC 5280 §4.1 to find `notAfter`."""

import base64
import re
from datetime import UTC, datetime

PEM = re.compile(rb"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)
SEQUENCE, EXPLICIT_VERSION, UTC_TIME = 0x30, 0xA0, 0x17


class NoCertificate(Exception):
    """The file holds no certificate that can be read."""

    code = "no_certificate"
    hint = "Name the PEM file that the TLS proxy serves, the server's own certificate first."


def ends_at(pem: bytes) -> datetime:
    """`notAfter` of the first certificate. Raises: NoCertificate."""
    found = PEM.search(pem)
    if found is None:
        raise NoCertificate("no PEM block of a certificate")
    try:
        return _not_after(base64.b64decode(found[1]))
    except (ValueError, IndexError) as error:
        raise NoCertificate(str(error)) from None


def _not_after(der: bytes) -> datetime:
    fields = _children(_children(der)[0][1])[0][1]
    parts = _children(fields)
    if parts[0][0] == EXPLICIT_VERSION:
        parts = parts[1:]
    _serial, _algorithm, _issuer, validity = parts[:4]
    tag, text = _children_of(validity)[1]
    form = "%y%m%d%H%M%SZ" if tag == UTC_TIME else "%Y%m%d%H%M%SZ"
    return datetime.strptime(text.decode("ascii"), form).replace(tzinfo=UTC)


def _children_of(part: tuple[int, bytes]) -> list[tuple[int, bytes]]:
    if part[0] != SEQUENCE:
        raise ValueError("the validity is no sequence")
    return _children(part[1])


def _children(data: bytes) -> list[tuple[int, bytes]]:
    """Tag and content of each value that stands in `data` one after another."""
    found, at = [], 0
    while at < len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(data[at : at + size], "big"), at + size
        if at + length > len(data):
            raise ValueError("a value is longer than what holds it")
        found.append((tag, data[at : at + length]))
        at += length
    return found
