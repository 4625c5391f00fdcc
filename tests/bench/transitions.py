"""Frames missed while one screen gives way to another: the real kiosk, and a Chromium page that fades the same way.

Both are tapped by XTEST on the same Xvfb. Ours tells when each frame went to the display; Chromium's page tells when
its requestAnimationFrame was called, which is the best that a page can know of its frames.
"""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from deploy.demo.fingers import Eyes
from kiosk.ui import theme
from tests.bench.frames import Frames, after_each, judge, together

LENGTH_S = theme.SLIDE_S  # of the kiosk's slide, and of Chromium's fade
SETTLE_S = 0.45  # after a tap, until the next: the transition is over, and it is no double strike
PATIENCE_S = 30.0
FRAMED = """
import os, sys, time
from kiosk import __main__ as kiosk
from kiosk.ui import counter
class Framed(counter.Counter):
    def flipped(self):
        os.write(2, b"FRAME %.9f\\n" % time.monotonic())
        super().flipped()
counter.Counter = Framed
sys.exit(kiosk.main(sys.argv[1:]))
"""
FADE = """<style>#a,#b{position:absolute;inset:0;background:inherit;transition:opacity %(ms)dms}
#b{opacity:0}</style><script>
let on=false;
const tell=(what)=>fetch("/told",{method:"POST",body:JSON.stringify(what)});
addEventListener("pointerdown",()=>{
 on=!on;a.style.opacity=on?0:1;b.style.opacity=on?1:0;
 const frames=[];
 const each=()=>{frames.push(performance.now());
  frames.at(-1)-frames[0]<%(ms)d+40?requestAnimationFrame(each):tell(frames)};
 requestAnimationFrame(each)});
requestAnimationFrame(()=>tell([]));
</script>"""

Running = Callable[[Sequence[str], dict[str, str], Path], AbstractContextManager[Any]]
Tap = Callable[[float, float], float]


def kiosk_frames(running: Running, environment: dict[str, str], home: Path, tap: Tap, rounds: int) -> Frames | None:
    """Two transitions a round: first rating, end. None where the screens only jump.

    The way from the thanks back to the invitation is a jump on purpose, and is not counted.
    """
    report, log = home / "screens.jsonl", home / "log"
    command = [sys.executable, "-c", FRAMED, "--config", str(home / "kiosk.toml"), "--report", str(report)]
    taps_s: list[float] = []
    slides: list[bool] = []
    with running(command, environment, log) as process:
        _until(lambda: report.exists() and report.stat().st_size > 0)
        eyes = Eyes(report, lambda: _check(process))
        for _ in range(rounds):
            for screen, target in (("invitation", "level:5"), ("question", "finish"), ("thanks", "done")):
                lit = eyes.wait_for(screen, lambda now, screen=screen: now.screen == screen)
                time.sleep(SETTLE_S)
                taps_s.append(tap(*lit.targets[target]))
                slides.append(screen != "thanks")
        eyes.wait_for("the invitation", lambda now: now.screen == "invitation")
        time.sleep(SETTLE_S)
    shown = [float(line.split()[1]) for line in log.read_text("utf-8").splitlines() if line.startswith("FRAME ")]
    parts = [part for part, slid in zip(after_each(taps_s, shown), slides, strict=True) if slid]
    moved = [part for part in parts if any(at > part[0] + LENGTH_S / 4 for at in part if at < part[0] + LENGTH_S)]
    return together(judge(part, LENGTH_S) for part in parts) if len(moved) > len(parts) / 2 else None


def chromium_frames(
    running: Running, environment: dict[str, str], home: Path, command: Sequence[str], tap: Tap, rounds: int
) -> Frames:
    """`command`: Chromium and its flags without an address; its page is `home`/page.html with the screens fading."""
    page = (home / "page.html").read_text("utf-8").split("<script>")[0].replace(" hidden>", ">")
    page += FADE % {"ms": LENGTH_S * 1000}
    with _site(page) as (address, told), running([*command, address], environment, home / "log"):
        _until(lambda: len(told) == 1)
        time.sleep(2)  # it goes on loading after its first frame
        for number in range(rounds * 2):
            tap(400, 370)
            _until(lambda number=number: len(told) == number + 2)
            time.sleep(SETTLE_S - LENGTH_S)
    return together(judge([at_ms / 1000 for at_ms in frames], LENGTH_S) for frames in told[1:])


@contextmanager
def _site(page: str) -> Iterator[tuple[str, list[list[float]]]]:
    """A loopback address that gives `page`, and the list of what the page tells."""
    told: list[list[float]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(page.encode())

        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._reply(b"")

        def _reply(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", told
        finally:
            server.shutdown()


def _until(true: Callable[[], bool]) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while not true():
        if time.monotonic() > end_s:
            raise TimeoutError("the screen did not answer")
        time.sleep(0.01)


def _check(process: Any) -> None:
    if process.poll() is not None:
        raise ChildProcessError(f"the kiosk ended with {process.returncode}")
