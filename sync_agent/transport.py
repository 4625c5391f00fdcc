"""The only room of `requests`: bytes out, a `Reply` in. No network trouble is an exception here.

Follows no redirect (a captive portal would get the batch), reads no proxy or CA from the environment, never reads
more than a reply may hold, and hangs up on a peer that trickles: a read timeout begins anew with every byte.
"""

import contextlib
import socket
import ssl
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

import requests
import requests.adapters
import urllib3.connection
import urllib3.connectionpool
import urllib3.exceptions

from sync_agent.delivery import Reply

CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 30.0
WHOLE_TIMEOUT_S = 60.0
MOST_REPLY_BYTES = 1_000_000
USER_AGENT = "hailong-agent"


class Transport:
    """One kept connection to the centre at `url`. `ca_bundle` None means the system's authorities."""

    def __init__(
        self, url: str, ca_bundle: Path | None = None, proxy: str = "", whole_timeout_s: float = WHOLE_TIMEOUT_S
    ) -> None:
        self._url = url.rstrip("/")
        self._whole_timeout_s = whole_timeout_s
        self._line = Line()
        self._session = requests.Session()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Adapter(self._line))
        self._session.trust_env = False  # REQUESTS_CA_BUNDLE would override `verify`
        self._session.verify = str(ca_bundle) if ca_bundle else True
        self._session.headers.update(
            {"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "identity"}
        )
        if proxy:
            self._session.proxies = {"http": proxy, "https": proxy}

    def post(self, path: str, body: bytes, content_type: str) -> Reply:
        """The reply to a POST, or a `Reply` of status 0 that says why there was none.

        Takes at most `whole_timeout_s`, beside the time in which the system resolves a name.
        """
        with self._line.cut_after(self._whole_timeout_s):
            try:
                with self._session.post(
                    self._url + path,
                    data=body,
                    headers={"Content-Type": content_type},
                    timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    headers = {name.lower(): value for name, value in response.headers.items()}
                    return Reply(response.status_code, headers, _read(response))
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                return Reply(0, {}, _named(error).encode("ascii", "replace"))

    def get(self, path: str, most_bytes: int = MOST_REPLY_BYTES, span: tuple[int, int] | None = None) -> Reply:
        """The reply to a GET, as with `post`; at most `most_bytes` and a little of it.

        `span`: first and last byte wanted, which whoever answers may pass over (status 200 instead of 206).
        """
        headers = {"Accept": "*/*"} | ({"Range": f"bytes={span[0]}-{span[1]}"} if span else {})
        with self._line.cut_after(self._whole_timeout_s):
            try:
                with self._session.get(
                    self._url + path,
                    headers=headers,
                    timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    named = {name.lower(): value for name, value in response.headers.items()}
                    return Reply(response.status_code, named, _read(response, most_bytes))
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                return Reply(0, {}, _named(error).encode("ascii", "replace"))

    def close(self) -> None:
        self._session.close()

    def __enter__(self) -> "Transport":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _named(error: BaseException) -> str:
    """The kind of an error and, of a certificate, what is the matter with it; never an address or a host."""
    name, found = type(error).__name__, [error]
    for each in found:  # grows: requests wraps urllib3's, which wraps the library's
        if isinstance(each, ssl.SSLCertVerificationError):
            return f"{name}: {each.verify_message}"
        inner = [*each.args, getattr(each, "reason", None), each.__cause__, each.__context__]
        found += [more for more in inner if isinstance(more, BaseException) and more not in found]
    return name


def _read(response: requests.Response, most_bytes: int = MOST_REPLY_BYTES) -> bytes:
    """The body; cut at the limit, which no receipt reaches, so that what is cut can only be refused."""
    parts: list[bytes] = []
    size = 0
    for part in response.raw.stream(65536, decode_content=False):  # unpacking could make gigabytes
        parts.append(part)
        size += len(part)
        if size > most_bytes:
            response.close()
            break
    return b"".join(parts)


class Line:
    """The socket in use, so that it can be shut from another thread while this one waits in it."""

    def __init__(self) -> None:
        self._sockets: list[socket.socket] = []

    def remember(self, used: socket.socket) -> None:
        """The raw socket, and again what TLS makes of it: the first is shut during the handshake, the second after."""
        self._sockets = [*self._sockets[-1:], used]

    def hang_up(self) -> None:
        for used in self._sockets:
            with contextlib.suppress(OSError):
                used.shutdown(socket.SHUT_RDWR)

    @contextlib.contextmanager
    def cut_after(self, seconds: float) -> Any:
        timer = threading.Timer(seconds, self.hang_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


class _Adapter(requests.adapters.HTTPAdapter):
    """requests' own adapter, whose connections tell the line which socket they use."""

    def __init__(self, line: Line) -> None:
        self._line = line
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        super().init_poolmanager(*arguments, **named)
        self.poolmanager.pool_classes_by_scheme = _pools(self._line)

    def proxy_manager_for(self, proxy: str, **named: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **named)
        manager.pool_classes_by_scheme = _pools(self._line)
        return manager


def _pools(line: Line) -> dict[str, type]:
    class Plain(urllib3.connection.HTTPConnection):
        def _new_conn(self) -> socket.socket:
            made = super()._new_conn()
            line.remember(made)
            return made

    class Secure(urllib3.connection.HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            made = super()._new_conn()
            line.remember(made)
            return made

        def connect(self) -> None:
            super().connect()
            line.remember(self.sock)

    class PlainPool(urllib3.connectionpool.HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(urllib3.connectionpool.HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
