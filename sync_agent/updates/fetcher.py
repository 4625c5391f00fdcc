"""Fetches for python-tuf over the agent's own transport. Decides nothing; whatever goes wrong is a download error."""

from collections.abc import Callable, Iterator

from tuf.api.exceptions import DownloadError, DownloadHTTPError
from tuf.ngclient.fetcher import FetcherInterface

from sync_agent.delivery import Reply

MOST_BYTES = 1_000_000  # of one metadata file; a repository of 500 forms and systems has 150 kB
HTTP_OK = 200

Get = Callable[..., Reply]


class TransportFetcher(FetcherInterface):
    """`get`: Transport.get. Addresses are paths at the centre."""

    def __init__(self, get: Get) -> None:
        self._get = get

    def _fetch(self, url: str) -> Iterator[bytes]:
        reply = self._get(url, MOST_BYTES)
        if reply.status == 0:
            raise DownloadError(reply.body.decode("ascii", "replace"))
        if reply.status != HTTP_OK:
            raise DownloadHTTPError(f"HTTP {reply.status}", reply.status)
        return iter((reply.body,))
