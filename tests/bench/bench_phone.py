"""The phone's first page: bytes on the wire and time to its first byte, beside Django's own bare page in the same run.

    python tests/bench/bench_phone.py [--pages N] [--json FILE]

Two gunicorn servers with the same options, one process each, asked in turn over kept connections on loopback. Ours
judges the code and reads four tables for each page; the bare one has no middleware and no database. The last line is a
first tap: the time until the answer is on the disk (SQLite, DELETE/EXTRA) and the next page is named.
"""

import argparse
import http.client
import importlib.util
import json
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
BESIDE = ROOT / "tests" / "central_office"
WARM_UP = 20
TARGET_BYTES = 50_000
# «Next.js Bundle Analysis» of github.com/formbricks/formbricks, pull request 698 (2023): scripts that every page of it
# loads, compressed. No published figure of a LimeSurvey page was found.
FORMBRICKS_SCRIPTS_KB = 74.11


def load(name: str) -> Any:
    """A helper module of the intake's tests."""
    spec = importlib.util.spec_from_file_location(f"bench_{name}", BESIDE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


support, phones = load("support"), load("phones")


class Bare:
    """The bare page's server."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        options = ("--worker-class", "gthread", "--workers", "1", "--threads", "4", "--keep-alive", "75")
        command = [sys.executable, "-m", "gunicorn", *options, "--bind", f"127.0.0.1:{port}", "bare_django:application"]
        self.url = f"http://127.0.0.1:{port}/"
        self.process = subprocess.Popen(command, cwd=Path(__file__).parent / "peers", stderr=subprocess.DEVNULL)
        support.until(self.answers)

    def answers(self) -> bool:
        try:
            return whole(self.url).startswith(b"HTTP/1.1 200")
        except OSError:
            return False

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


def whole(url: str) -> bytes:
    """Every byte of the reply to one GET, over a bare socket."""
    parts = urlsplit(url)
    with socket.create_connection((str(parts.hostname), parts.port or 80), timeout=20) as connection:
        connection.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode())
        pieces = []
        while piece := connection.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)


def asker(url: str) -> Callable[[], float]:
    """Asks for the page once more; milliseconds until its first byte is there."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=20)

    def ask() -> float:
        started = time.perf_counter()
        connection.request("GET", parts.path)
        response = connection.getresponse()
        first_ms = (time.perf_counter() - started) * 1000
        assert response.status == 200
        response.read()
        return first_ms

    return ask


def tap(url: str, path: str) -> float:
    """A first tap on a fresh slip; milliseconds until the next page is named, the answer then being on the disk."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=20)
    connection.request("GET", path)
    page = connection.getresponse().read().decode()
    action = re.search(r'action="([^"]+)"', page)
    assert action is not None
    started = time.perf_counter()
    sent = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", action[1], urlencode({"a": 4}), sent)
    status = connection.getresponse().status
    assert status == 303, status
    milliseconds = (time.perf_counter() - started) * 1000
    connection.close()
    return milliseconds


def spread(times_ms: list[float]) -> dict[str, float]:
    return {
        "p50_ms": round(statistics.median(times_ms), 2),
        "p99_ms": round(sorted(times_ms)[len(times_ms) * 99 // 100], 2),
    }


def measure(pages: int) -> dict[str, Any]:
    taps = min(pages, 100)
    with tempfile.TemporaryDirectory(prefix="hailong-bench-") as name:
        config = support.write_config(Path(name) / "office", "sqlite")
        support.run_office(config, "setup")
        codes, unit = phones.issued(config, taps + 1)
        office, bare = support.Process(config, "--workers", "1", "--threads", "4"), Bare()
        url = office.url.rstrip("/")
        try:
            addresses = {"slip": f"{url}/P/{codes[0]}", "unit": url + unit, "bare": bare.url}
            asking = {name: asker(address) for name, address in addresses.items()}
            times: dict[str, list[float]] = {name: [] for name in addresses}
            for turn in range(WARM_UP + pages):
                for name, ask in asking.items():
                    took_ms = ask()
                    if turn >= WARM_UP:
                        times[name].append(took_ms)
            found = {name: {"bytes": len(whole(addresses[name])), **spread(times[name])} for name in addresses}
            first_taps = [tap(url, f"/P/{code}") for code in codes[1:]]
        finally:
            bare.stop()
            office.stop()
    return {"pages": pages, **found, "first_tap": {"taps": taps, **spread(first_taps)}}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    found = measure(arguments.pages)
    print(f"first page, {arguments.pages} times each in turn, one request, no script, no cookie")
    print(f"{'page':<26}{'bytes':>8}{'p50 ms':>9}{'p99 ms':>9}{'× bare':>8}")
    for name, words in (
        ("slip", "ours, a slip's code"),
        ("unit", "ours, a unit's code"),
        ("bare", "bare Django template"),
    ):
        row, ratio = found[name], found[name]["p50_ms"] / found["bare"]["p50_ms"]
        print(f"{words:<26}{row['bytes']:>8,}{row['p50_ms']:>9.2f}{row['p99_ms']:>9.2f}{ratio:>8.2f}")
    print(
        f"{'first tap, on the disk':<26}{'':>8}{found['first_tap']['p50_ms']:>9.2f}{found['first_tap']['p99_ms']:>9.2f}"
    )
    print(
        f"target: under {TARGET_BYTES:,} bytes; Formbricks loads {FORMBRICKS_SCRIPTS_KB} kB of scripts with every page"
    )
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps({"phone": found}, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
