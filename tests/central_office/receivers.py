"""A webhook's receiver and a mail server for the tests: real sockets on loopback, strict about what they are told."""

import http.server
import socketserver
import ssl
import threading
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Hook:
    """A receiver of webhooks. `replies`: status and headers of the next replies; after them 204."""

    replies: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def __enter__(self) -> "Hook":
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def handle(self) -> None:
                try:
                    super().handle()
                except OSError:
                    return  # the other side did not like the certificate

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.got.append((self.path, dict(self.headers), body))
                status, headers = hook.replies.pop(0) if hook.replies else (204, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                return

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if self.tls is not None:
            self.server.socket = self.tls.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        _run(self.server)
        return self

    def __exit__(self, *_arguments: object) -> None:
        self.server.shutdown()
        self.server.server_close()


@dataclass
class Mailbox:
    """A mail server that takes a letter only in the order of RFC 5321, with CRLF. `refuse`: recipients it refuses."""

    refuse: dict[str, bytes] = field(default_factory=dict)
    letters: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __enter__(self) -> "Mailbox":
        box = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.say(b"220 test ready")
                sender, to, greeted = "", list[str](), False
                while line := self.rfile.readline(1_001):
                    if not line.endswith(b"\r\n"):
                        box.faults.append(f"no CRLF: {line!r}")
                    word, _, rest = line.strip().partition(b" ")
                    word = word.upper()
                    if word in (b"EHLO", b"HELO"):
                        greeted = True
                        self.say(b"250 test")
                    elif word == b"MAIL" and greeted and not sender:
                        sender = self.address(rest, b"FROM:")
                        self.say(b"250 ok")
                    elif word == b"RCPT" and sender:
                        name = self.address(rest, b"TO:")
                        refusal = box.refuse.get(name)
                        to += [] if refusal else [name]
                        self.say(refusal or b"250 ok")
                    elif word == b"DATA" and to:
                        self.say(b"354 go on")
                        box.letters.append((sender, to, self.data()))
                        sender, to = "", []
                        self.say(b"250 taken")
                    elif word == b"RSET":
                        sender, to = "", []
                        self.say(b"250 ok")
                    elif word == b"QUIT":
                        self.say(b"221 bye")
                        return
                    else:
                        box.faults.append(f"out of order: {line!r}")
                        self.say(b"503 bad sequence")

            def data(self) -> bytes:
                lines = []
                while (line := self.rfile.readline(1_001)) not in (b".\r\n", b""):
                    if not line.endswith(b"\r\n") or len(line) > 1_000:
                        box.faults.append(f"line: {line!r}")
                    lines.append(line.removeprefix(b"."))
                return b"".join(lines)

            def address(self, rest: bytes, word: bytes) -> str:
                if not rest.upper().startswith(word):
                    box.faults.append(f"no {word!r}: {rest!r}")
                return rest[len(word) :].split(b">")[0].strip(b" <").decode("ascii")

            def say(self, line: bytes) -> None:
                self.wfile.write(line + b"\r\n")

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self.server: Any = Server(("127.0.0.1", 0), Handler)
        self.port = int(self.server.server_address[1])
        _run(self.server)
        return self

    def __exit__(self, *_arguments: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def _run(server: Any) -> None:
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
