"""A real HTTP server that misbehaves: every trouble becomes a `Reply`, none an exception, and memory stays bounded."""

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from sync_agent.transport import MOST_REPLY_BYTES, Transport

Behave = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def server() -> Iterator[Callable[[Behave], str]]:
    """Starts a loopback server whose POST does what the test says; gives its address."""
    running: list[ThreadingHTTPServer] = []

    def start(behave: Behave) -> str:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                behave(self)

            do_GET = do_POST  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        http.daemon_threads = True
        threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        running.append(http)
        return f"http://127.0.0.1:{http.server_port}"

    yield start
    for http in running:
        http.shutdown()
        http.server_close()


def answer(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    if "Content_Length" not in headers:
        handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def post(url: str) -> tuple[int, bytes, dict[str, str]]:
    with Transport(url) as transport:
        reply = transport.post("/api/v1/batches", b"body", "text/plain")
    return reply.status, reply.body, dict(reply.headers)


def test_a_reply_comes_back_whole(server: Callable[[Behave], str]) -> None:
    status, body, headers = post(server(lambda h: answer(h, 503, b"busy", Retry_After="7")))
    assert (status, body, headers["retry-after"]) == (503, b"busy", "7")


def test_a_redirect_is_not_followed(server: Callable[[Behave], str]) -> None:
    asked: list[str] = []
    portal = server(lambda h: (asked.append(h.path), answer(h, 200, b"portal"))[-1])
    status, _, _ = post(server(lambda h: answer(h, 302, b"", Location=portal + "/login")))
    assert status == 302
    assert asked == []


def test_a_reply_cut_short_is_no_reply(server: Callable[[Behave], str]) -> None:
    def cut(handler: BaseHTTPRequestHandler) -> None:
        answer(handler, 200, b"half", Content_Length="1000")
        handler.close_connection = True

    status, _, _ = post(server(cut))
    assert status == 0


def test_an_endless_reply_is_cut(server: Callable[[Behave], str]) -> None:
    def flood(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            for _ in range(2000):
                handler.wfile.write(b"x" * 65536)
        except OSError:
            pass
        handler.close_connection = True

    status, body, _ = post(server(flood))
    assert status == 200
    assert MOST_REPLY_BYTES < len(body) < MOST_REPLY_BYTES + 200_000


@pytest.mark.slow
def test_a_packed_reply_is_not_unpacked(server: Callable[[Behave], str]) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    _, body, _ = post(server(lambda h: answer(h, 200, bomb, Content_Encoding="gzip")))
    assert body == bomb


NOISES = [b"", b"\x00" * 100, b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200\r\n", b"HTTP/9 x\r\n\r\n"]


@pytest.mark.parametrize("noise", NOISES)
def test_what_is_no_http_at_all_is_no_reply(noise: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def speak() -> None:
            connection, _ = listening.accept()
            connection.recv(65536)
            connection.sendall(noise)
            connection.close()

        threading.Thread(target=speak, daemon=True).start()
        status, body, _ = post(f"http://127.0.0.1:{listening.getsockname()[1]}")
    assert (status, bool(body)) in ((0, True), (200, False))


def test_nobody_there_is_no_reply() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    status, body, _ = post(f"http://127.0.0.1:{port}")
    assert (status, body) == (0, b"ConnectionError")
    assert post("http://no-such-name.invalid")[0] == 0
    assert post("not a url")[0] == 0


def test_the_environment_changes_nothing(server: Callable[[Behave], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    assert post(server(lambda h: answer(h, 200, b"direct")))[:2] == (200, b"direct")


@pytest.mark.slow
@pytest.mark.parametrize("headers_too", [True, False])
def test_a_peer_that_trickles_is_hung_up_on(headers_too: bool) -> None:
    """One byte now and then renews a read timeout for ever; only a limit on the whole request ends it."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def trickle() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                try:
                    connection.sendall(
                        b"HTTP/1.1 200 OK\r\n" + (b"" if headers_too else b"Content-Length: 9999\r\n\r\n")
                    )
                    while not stop.wait(0.05):
                        connection.sendall(b"x: y\r\n" if headers_too else b"x")
                except OSError:
                    pass

        thread = threading.Thread(target=trickle, daemon=True)
        thread.start()
        with Transport(f"http://127.0.0.1:{listening.getsockname()[1]}", whole_timeout_s=0.5) as transport:
            reply = transport.post("/api/v1/batches", b"body", "text/plain")
        stop.set()
        thread.join(10)
    assert reply.status == 0 or reply.body == b""  # headers that end in mid-air leave no body, so no receipt


@pytest.mark.slow
def test_a_line_that_was_hung_up_on_is_opened_again(server: Callable[[Behave], str]) -> None:
    hung_up = threading.Event()
    url = server(lambda h: (hung_up.wait(30), answer(h, 200, b"late"))[-1])
    with Transport(url, whole_timeout_s=1.5) as transport:
        assert transport.post("/x", b"", "text/plain").status == 0
        hung_up.set()
        assert transport.post("/x", b"", "text/plain").body == b"late"
