"""The screen beside its peer in one run: the real kiosk and a Chromium kiosk page with the same five buttons.

`python tests/bench/bench_screen.py [--json FILE] [--taps N] [--starts N]`. Both on the same Xvfb, tapped by
XTEST; a repaint is seen by reading one pixel of the root window until it changes. Targets: docs/performance.md.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from kiosk.ui import theme  # noqa: E402
from kiosk.ui.gallery import FORM, form, standing  # noqa: E402
from kiosk.ui.screens import virtual_display  # noqa: E402
from tests.bench.transitions import chromium_frames, kiosk_frames  # noqa: E402

WIDTH, HEIGHT = 1024, 600
PROBE = (6, 6)  # on the invitation's band: teal there, paper on the question that follows
CONFIG = """
data_directory = "{data}"
[screen]
width = 1024
height = 600
[timeouts]
double_strike_s = 0.3
"""
TIMED = """
import os, sys, time
from kiosk import __main__ as kiosk, store
class Timed(store.Reopening):
    def save_draft(self, submission):
        super().save_draft(submission)
        os.write(2, b"DURABLE %.9f\\n" % time.monotonic())
kiosk.outbox_in = lambda directory: Timed(lambda: store.Outbox.open(directory / store.FILE_NAME))
sys.exit(kiosk.main(sys.argv[1:]))
"""
FACE = '<svg viewBox="0 0 100 100"><circle cx="50" cy="50" r="50" fill="{tint}"/><circle cx="33" cy="40" r="4"/>'
FACE += '<circle cx="67" cy="40" r="4"/><path d="M30 68 Q50 {bow} 70 68" fill="none" stroke="#112434"/></svg>'
PAGE = """<!doctype html><meta charset="utf-8"><style>
body{margin:0;background:rgb%(paper)s;font-family:sans-serif;color:rgb%(ink)s;overflow:hidden;cursor:none}
header{background:rgb%(teal)s;color:#fff;height:96px;padding:12px 28px;box-sizing:border-box;font:bold 28px sans-serif}
h1{font-size:46px;text-align:center;margin:16px 40px;height:116px}
.row{display:flex;gap:23px;margin:0 28px}
.row button{flex:1;height:240px;border:2px solid #d0cbbe;border-radius:18px;background:#fff;font:bold 27px sans-serif}
.row svg{width:128px;display:block;margin:0 auto 12px}
nav{display:flex;gap:23px;margin:40px 28px}nav button{flex:1;height:94px;font-size:28px;border-radius:18px}
</style><div id="a"><header>UBND huyện Krông Nô</header><h1>%(q)s</h1><div class="row">%(buttons)s</div></div>
<div id="b" hidden><h1>Tiếp cận dịch vụ</h1><div class="row">%(buttons)s</div><nav><button>Quay lại</button>
<button>Kết thúc</button><button>Bỏ qua</button></nav></div>
<script>let on=false;addEventListener("pointerdown",()=>{on=!on;a.hidden=on;b.hidden=!on})</script>"""


class Screen:
    """One X display: taps, and the colour of one pixel."""

    def __init__(self, display: str) -> None:
        from Xlib.display import Display

        self._x = Display(display)
        self._root = self._x.screen().root

    def tap(self, x: float, y: float) -> float:
        """The monotonic instant just before the press was sent."""
        from Xlib import X
        from Xlib.ext import xtest

        xtest.fake_input(self._x, X.MotionNotify, x=int(x), y=int(y))
        self._x.sync()
        began_s = time.monotonic()
        xtest.fake_input(self._x, X.ButtonPress, 1)
        xtest.fake_input(self._x, X.ButtonRelease, 1)
        self._x.flush()
        return began_s

    def pixel(self) -> tuple[int, int, int]:
        from Xlib import X

        data = self._root.get_image(*PROBE, 1, 1, X.ZPixmap, 0xFFFFFFFF).data
        return data[2], data[1], data[0]

    def until(self, colour: theme.Colour, timeout_s: float = 30) -> float:
        """The monotonic instant at which the pixel had `colour`."""
        end_s = time.monotonic() + timeout_s
        while time.monotonic() < end_s:
            time.sleep(0.0004)
            if all(abs(a - b) <= 3 for a, b in zip(self.pixel(), colour, strict=True)):
                return time.monotonic()
        raise TimeoutError(f"pixel {self.pixel()}, wanted {colour}")


Command = Callable[[Path], Sequence[str]]


def kiosk_command(home: Path) -> Sequence[str]:
    return [sys.executable, "-m", "kiosk", "--config", str(home / "kiosk.toml")]


def timed_command(home: Path) -> Sequence[str]:
    return [sys.executable, "-c", TIMED, "--config", str(home / "kiosk.toml")]


def chromium_command(home: Path) -> Sequence[str]:
    flags = "--kiosk --no-sandbox --no-first-run --disable-extensions --disable-sync --disable-background-networking"
    flags += f" --disable-component-update --window-position=0,0 --window-size={WIDTH},{HEIGHT}"
    return ["chromium", *flags.split(), f"--user-data-dir={home / 'chromium'}", (home / "page.html").as_uri()]


def prepare(home: Path) -> None:
    (home / "kiosk.toml").write_text(CONFIG.format(data=home))
    (home / "form.json").write_bytes(FORM.read_bytes())
    of = form()
    (home / "assignment.json").write_bytes(standing(of).assignment.encode())
    overall = of.overall
    assert overall
    assert overall.scale
    buttons = ""
    for level in overall.scale.levels:
        face = FACE.format(tint=f"rgb{theme.face_tint(theme.DAY, level.value, 5)}", bow=40 + 10 * level.value)
        buttons += f"<button>{face}{level.text['vi']}</button>"
    colours = {"paper": theme.DAY.paper, "ink": theme.DAY.ink, "teal": theme.DAY.band}
    (home / "page.html").write_text(PAGE % {**colours, "q": overall.text["vi"], "buttons": buttons})


@contextmanager
def running(command: Sequence[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as stream:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=stream, stderr=stream, process_group=0)
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, 15)
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, 9)
            process.wait(5)
            time.sleep(0.3)


def start_ms(command: Command, environment: dict[str, str], home: Path, *, cold: bool) -> float:
    screen = Screen(environment["DISPLAY"])
    if cold:
        drop_caches()
    began_s = time.monotonic()
    with running(command(home), environment, home / "log"):
        return (screen.until(theme.DAY.band) - began_s) * 1000


def drop_caches() -> None:
    os.sync()
    Path("/proc/sys/vm/drop_caches").write_text("3")


def may_drop_caches() -> bool:
    try:
        drop_caches()
    except OSError:
        return False
    return True


def family(pid: int) -> list[int]:
    """The processes of one process group."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError, ValueError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(fields[2]) == pid or int(entry.name) == pid:
                    found.append(int(entry.name))
    return found


def pss_mb(pid: int) -> float:
    total = 0
    for member in family(pid):
        with suppress(OSError):
            lines = Path(f"/proc/{member}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def cpu_s(pid: int) -> float:
    ticks = 0
    for member in family(pid):
        with suppress(OSError):
            fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def at_rest(command: Command, environment: dict[str, str], home: Path, seconds: float) -> dict[str, float]:
    screen = Screen(environment["DISPLAY"])
    with running(command(home), environment, home / "log") as process:
        screen.until(theme.DAY.band)
        time.sleep(4)
        before, began_s = cpu_s(process.pid), time.monotonic()
        time.sleep(seconds)
        idle = (cpu_s(process.pid) - before) / (time.monotonic() - began_s) * 100
        return {"pss_mb": pss_mb(process.pid), "idle_cpu_percent": idle, "processes": len(family(process.pid))}


def kiosk_taps(environment: dict[str, str], home: Path, taps: int) -> tuple[list[float], list[float]]:
    """Repaint and durable times in ms of first ratings; between two, the citizen finishes and the next one comes."""
    screen, repaints, sent = Screen(environment["DISPLAY"]), [], []
    log = home / "log"
    with running(timed_command(home), environment, log):
        screen.until(theme.DAY.band)
        time.sleep(1)
        for number in range(taps):
            began_s = screen.tap(115 + 198 * (number % 5), 370)
            repaints.append((screen.until(theme.DAY.paper) - began_s) * 1000)
            sent.append(began_s)
            time.sleep(0.12)
            screen.tap(635, 529)  # finish
            time.sleep(0.12)
            screen.tap(512, 529)  # back to the first screen
            screen.until(theme.DAY.band)
            time.sleep(0.12)
    durable = [float(line.split()[1]) for line in log.read_text().splitlines() if line.startswith("DURABLE")]
    return repaints, [(kept - tapped) * 1000 for kept, tapped in zip(durable, sent, strict=True)]


def chromium_taps(environment: dict[str, str], home: Path, taps: int) -> list[float]:
    screen, repaints = Screen(environment["DISPLAY"]), []
    with running(chromium_command(home), environment, home / "log"):
        screen.until(theme.DAY.band)
        time.sleep(2)
        for number in range(taps):
            began_s = screen.tap(115 + 198 * (number % 5), 370)
            repaints.append((screen.until(theme.DAY.paper) - began_s) * 1000)
            time.sleep(0.12)
            screen.tap(512, 370)
            screen.until(theme.DAY.band)
            time.sleep(0.24)
    return repaints


def percentile(values: Sequence[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)]


def measure(environment: dict[str, str], home: Path, taps: int, starts: int) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {"kiosk": {}, "chromium": {}}
    commands: dict[str, Command] = {"kiosk": kiosk_command, "chromium": chromium_command}
    for name, command in commands.items():
        start_ms(command, environment, home, cold=False)  # makes profiles and .pyc files
        warm = [start_ms(command, environment, home, cold=False) for _ in range(starts)]
        found[name]["start_warm_ms"] = statistics.median(warm)
        if may_drop_caches():
            cold = [start_ms(command, environment, home, cold=True) for _ in range(max(starts // 2, 1))]
            found[name]["start_cold_ms"] = statistics.median(cold)
        found[name] |= at_rest(command, environment, home, 20)
    repaints, durable = kiosk_taps(environment, home, taps)
    theirs = chromium_taps(environment, home, taps)
    for name, values in (("kiosk", repaints), ("chromium", theirs)):
        found[name] |= {"repaint_p50_ms": percentile(values, 0.5), "repaint_p99_ms": percentile(values, 0.99)}
    measure_transitions(found, environment, home, max(taps // 10, 1))
    found["kiosk"] |= {"durable_p50_ms": percentile(durable, 0.5), "durable_p99_ms": percentile(durable, 0.99)}
    return found


def measure_transitions(
    found: dict[str, dict[str, float]], environment: dict[str, str], home: Path, rounds: int
) -> None:
    tap = Screen(environment["DISPLAY"]).tap
    ours = kiosk_frames(running, environment, home, tap, rounds)
    theirs = chromium_frames(running, environment, home, chromium_command(home)[:-1], tap, rounds)
    for name, frames in (("kiosk", ours), ("chromium", theirs)):
        if frames is not None:
            found[name] |= {
                "transitions": rounds * 3,
                "frames_missed_percent": frames.percent,
                "longest_frame_ms": frames.longest_s * 1000,
            }


TARGETS = {
    "start_warm_ms": "≤ 0.40×",
    "start_cold_ms": "≤ 0.50×",
    "pss_mb": "≤ 0.25×",
    "idle_cpu_percent": "≤ 0.1",
    "repaint_p50_ms": "",
    "repaint_p99_ms": "≤ 17, ≤ 0.6×",
    "durable_p50_ms": "",
    "durable_p99_ms": "≤ 20",
    "transitions": "",
    "frames_missed_percent": "≤ 1×",
    "longest_frame_ms": "",
    "processes": "",
}


def table(found: dict[str, dict[str, float]]) -> str:
    lines = ["| | kiosk | Chromium --kiosk | ratio | target |", "|---|---|---|---|---|"]
    for key, target in TARGETS.items():
        ours, theirs = found["kiosk"].get(key), found["chromium"].get(key)
        if ours is None:
            lines.append(f"| {key} | not measured | | | {target} |")
            continue
        ratio = f"{ours / theirs:.2f}" if theirs else ""
        lines.append(f"| {key} | {ours:.2f} | {'' if theirs is None else f'{theirs:.2f}'} | {ratio} | {target} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--taps", type=int, default=150)
    parser.add_argument("--starts", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hailong-bench-") as folder, virtual_display("1024x600") as environment:
        home = Path(folder)
        prepare(home)
        found = measure(environment, home, options.taps, options.starts)
    print(table(found))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(found, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
