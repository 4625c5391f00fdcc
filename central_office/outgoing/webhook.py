"""Sends one message to one webhook: POST, signed, to the address that was looked up, following nobody elsewhere."""

import hashlib
import hmac
import http.client
import socket
import ssl
import threading
from typing import NamedTuple

from central_office.outgoing.addresses import Door

TIMEOUT_S = 10
LONGEST_S = 30  # of the whole conversation: one who answers a letter at a time holds nobody up
MOST_REPLY_BYTES = 1_024
AGENT = "hailong-office"


class Outcome(NamedTuple):
    """`done`: it arrived. `final`: trying again is no use. `wait_s`: what the receiver asked for."""

    done: bool
    trouble: str = ""
    final: bool = False
    wait_s: int = 0


def signature(secret: str, message: str, at: int, body: bytes) -> str:
    """ "t=SECONDS,v1=HEX": HMAC-SHA256 over `message.at.body`; `at`: seconds since 1970."""
    signed = f"{message}.{at}.".encode() + body
    return f"t={at},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def send(door: Door, headers: dict[str, str], body: bytes, trust: ssl.SSLContext | None = None) -> Outcome:
    """Deliver `body`; whatever goes wrong is an Outcome. `trust`: whose certificates are believed."""
    try:
        return _converse(door, headers, body, trust)
    except ssl.SSLError as error:
        return Outcome(False, f"TLS: {error.reason or error}"[:200])
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Outcome(False, f"{type(error).__name__}: {error}"[:200])


def _converse(door: Door, headers: dict[str, str], body: bytes, trust: ssl.SSLContext | None) -> Outcome:
    plain = socket.create_connection((door.ip, door.port), TIMEOUT_S)
    end = threading.Timer(LONGEST_S, _hang_up, (plain,))
    end.daemon = True
    end.start()
    try:
        used = _secured(plain, door.host, trust) if door.secure else plain
        connection = http.client.HTTPConnection(door.host, door.port, timeout=TIMEOUT_S)
        connection.default_port = 443 if door.secure else 80  # which `Host` leaves out
        connection.sock = used
        connection.request("POST", door.path, body, {"User-Agent": AGENT, "Connection": "close", **headers})
        response = connection.getresponse()
        response.read(MOST_REPLY_BYTES)
        return _outcome(response)
    finally:
        end.cancel()
        _hang_up(plain)
        plain.close()


def _secured(plain: socket.socket, host: str, trust: ssl.SSLContext | None) -> ssl.SSLSocket:
    context = trust or ssl.create_default_context()
    return context.wrap_socket(plain, server_hostname=host)


def _hang_up(plain: socket.socket) -> None:
    try:
        plain.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _outcome(response: http.client.HTTPResponse) -> Outcome:
    """2xx is a receipt; a redirection is none, and nobody follows it. 410: gone for good."""
    status = response.status
    if 200 <= status < 300:
        return Outcome(True)
    told = response.getheader("Retry-After") or ""
    wait_s = int(told) if told.isascii() and told.isdecimal() and len(told) < 7 else 0
    return Outcome(False, f"HTTP {status}", final=status == 410, wait_s=wait_s)
