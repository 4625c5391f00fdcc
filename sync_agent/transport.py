"""The only room of `requests`: bytes out, a `Reply` in. No network trouble is an exception here.

Follows no redirect (a captive portal would get the batch), reads no proxy or CA from the environment, and never
reads more than a reply may hold.
"""

import time
from pathlib import Path
from types import TracebackType

import requests
import urllib3.exceptions

from sync_agent.delivery import Reply

CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 30.0
WHOLE_TIMEOUT_S = 60.0
MOST_REPLY_BYTES = 1_000_000
USER_AGENT = "hailong-agent"


class Transport:
    """One kept connection to the centre at `url`. `ca_bundle` None means the system's authorities."""

    def __init__(self, url: str, ca_bundle: Path | None = None, proxy: str = "") -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False  # REQUESTS_CA_BUNDLE would override `verify`
        self._session.verify = str(ca_bundle) if ca_bundle else True
        self._session.headers.update(
            {"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "identity"}
        )
        if proxy:
            self._session.proxies = {"http": proxy, "https": proxy}

    def post(self, path: str, body: bytes, content_type: str) -> Reply:
        """The reply to a POST, or a `Reply` of status 0 that says why there was none. Takes at most 70 s."""
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
                return Reply(response.status_code, headers, self._read(response))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            return Reply(0, {}, type(error).__name__.encode("ascii", "replace"))

    def _read(self, response: requests.Response) -> bytes:
        """The body; cut at the limit, which no receipt reaches, so that what is cut can only be refused."""
        parts: list[bytes] = []
        size = 0
        give_up = time.monotonic() + WHOLE_TIMEOUT_S
        for part in response.raw.stream(65536, decode_content=False):  # unpacking could make gigabytes
            parts.append(part)
            size += len(part)
            if size > MOST_REPLY_BYTES or time.monotonic() > give_up:
                response.close()
                break
        return b"".join(parts)

    def close(self) -> None:
        self._session.close()

    def __enter__(self) -> "Transport":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
