"""The real central office on this machine, and in front of it TLS by an authority of the agency's own.

The guest reaches it at 10.0.2.2, the address by which QEMU's network shows the host. Knows the office's commands and
its export, no machine.
"""

import json
import re
import socket
import ssl
import subprocess
import threading
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from deploy.demo.stage import PLAN, POINT, Stage

SEEN_AS = "10.0.2.2"
WINDOW_DAYS = 45
CODE = re.compile(r"\b(?:[0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}\b")


class Office(Stage):
    """Central office and TLS front; leaving it stops both. `directory`: made anew."""

    def open(self) -> None:
        """Set up, serve, and stand behind TLS."""
        today = date.today()
        days = (today - timedelta(days=WINDOW_DAYS)).isoformat(), (today + timedelta(days=WINDOW_DAYS)).isoformat()
        self.open_office(days)
        self.authority = Authority(self.directory / "authority")
        self.front = TlsFront(urlsplit(self.office_url).port or 0, self.authority.certificate("good", 30))

    def office_settings(self) -> Mapping[str, str | float]:
        return {"allowed_hosts": f"127.0.0.1 localhost {SEEN_AS}"}

    @property
    def seen_url(self) -> str:
        """Where a guest finds it."""
        return f"https://{SEEN_AS}:{self.front.port}"

    def enrolment_code(self) -> str:
        """A one-time code. Raises: LookupError if the office printed none."""
        found = CODE.search(self.office("enrol", "--plan", PLAN, "--point", POINT))
        if found is None:
            raise LookupError("the office gave no enrolment code")
        return found[0]

    def records(self) -> list[Mapping[str, Any]]:
        """Every record that the office counts, kiosk by kiosk in the order of its chain."""
        folder = self.directory / f"export-{len(list(self.directory.glob('export-*')))}"
        self.office("export", "--plan", PLAN, str(folder))
        lines = (folder / "answers.ndjson").read_text("utf-8").splitlines()
        return sorted((json.loads(line) for line in lines), key=lambda record: (record["kiosk"], record["seq"]))


class Authority:
    """A certificate authority that no browser knows, as agencies have them."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True)
        self._directory, self.bundle = directory, directory / "ca.pem"
        self._openssl("req", "-x509", "-newkey", "ed25519", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
                      "-subj", "/CN=Authority of the test", "-days", "3650",
                      "-addext", "keyUsage=critical,keyCertSign,cRLSign")  # fmt: skip

    def certificate(self, name: str, days: int) -> Path:
        """A certificate with its key in one file, for the address that guests see; -1 days: expired."""
        (self._directory / "names").write_text(f"subjectAltName=IP:{SEEN_AS}\n")
        self._openssl("req", "-newkey", "ed25519", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr",
                      "-subj", "/CN=office")  # fmt: skip
        self._openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                      "-out", f"{name}.crt", "-days", str(days), "-extfile", "names")  # fmt: skip
        both = self._directory / f"{name}.pem"
        both.write_text((self._directory / f"{name}.key").read_text() + (self._directory / f"{name}.crt").read_text())
        return both

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self._directory, check=True, capture_output=True)


class TlsFront:
    """Ends TLS and hands the bytes on to the office, connection by connection."""

    def __init__(self, office_port: int, certificate: Path) -> None:
        self._office_port = office_port
        self._listener = socket.create_server(("0.0.0.0", 0))
        self.port = int(self._listener.getsockname()[1])
        self.show(certificate)
        threading.Thread(target=self._run, daemon=True).start()

    def show(self, certificate: Path) -> None:
        """From the next connection on."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._context = context

    def _run(self) -> None:
        while True:
            link, _ = self._listener.accept()
            threading.Thread(target=self._serve, args=(link,), daemon=True).start()

    def _serve(self, link: socket.socket) -> None:
        try:
            inner = self._context.wrap_socket(link, server_side=True)
            with inner, socket.create_connection(("127.0.0.1", self._office_port)) as office:
                back = threading.Thread(target=_pump, args=(office, inner), daemon=True)
                back.start()
                _pump(inner, office)
                back.join()
        except OSError:
            return  # a guest that was cut off, or that does not trust us


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while part := source.recv(1 << 16):
            sink.sendall(part)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return
