"""The button terminal: a press from contact to disk beside the line's own time, and its frames beside their peers.

`python tests/bench/bench_terminal.py [--json FILE] [--presses N] [--streams N]` prints two tables. The press is made at
the pins of the simulated chip, in real time, and goes over a pty; it is durable when the outbox has committed it.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from firmware_bridge.control import tell  # noqa: E402
from firmware_bridge.frames import Press, encode  # noqa: E402
from hardware.panels import PanelKind, PanelSettings, open_panel  # noqa: E402
from hardware.ports import ButtonPanel, Link  # noqa: E402
from sync_agent.outbox import Outbox  # noqa: E402
from tests.bench.peers import frame_peers  # noqa: E402
from tests.sync_agent.outbox import answers  # noqa: E402

BAUD, BITS = 38_400, 10
REFRACTORY_MS = 300
HOLD_MS, BOUNCE_US = 60, 3000
PATIENCE_S = 20.0
SEED = 20261122
MEMORIES = {"FRAM": "present", "EEPROM": "absent"}


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


@contextmanager
def terminal(directory: Path, fram: str) -> Iterator[Path]:
    """A fresh box in real time, its port at DIRECTORY/tty; its control socket."""
    control = directory / "control"
    command = [sys.executable, "-m", "firmware_bridge", "simulate", "--link", str(directory / "tty")]
    command += ["--control", str(control), "--store", str(directory / "store"), "--no-dtr-reset"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        tell(control, f"fram {fram}")
        tell(control, "power off")
        tell(control, "power on")
        yield control
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def presses(directory: Path, fram: str, count: int) -> dict[str, Any]:
    """Milliseconds from the contact to the host and to its disk."""
    chance = random.Random(SEED)
    settings = PanelSettings(PanelKind.SERIAL, "box", device=directory / "tty", refractory_ms=REFRACTORY_MS)
    heard: list[float] = []
    durable: list[float] = []
    with terminal(directory, fram) as control, Outbox.open(directory / "outbox.db") as outbox:
        panel = open_panel(settings, boot_id="0" * 16)
        try:
            _wait(lambda: panel.status().link is Link.UP)
            time.sleep(1.0)
            for _ in range(count):
                tell(control, f"press {chance.randrange(5)} {HOLD_MS} {BOUNCE_US}")
                contact_s = time.monotonic()
                press = _next(panel)
                heard.append((time.monotonic() - contact_s) * 1000)
                outbox.finish(answers.submission(chance), press.source, press.tally)
                durable.append((time.monotonic() - contact_s) * 1000)
                panel.confirm(press)
                time.sleep(REFRACTORY_MS / 1000 + chance.random() * 0.3)
        finally:
            panel.close()
    return {
        "presses": count,
        "heard_p50_ms": percentile(heard, 0.5), "heard_p99_ms": percentile(heard, 0.99),
        "durable_p50_ms": percentile(durable, 0.5), "durable_p99_ms": percentile(durable, 0.99),
    }  # fmt: skip


def _next(panel: ButtonPanel) -> Any:
    found: list[Any] = []

    def some() -> bool:
        found.extend(press for press in panel.poll() if "burst" not in press.flags)
        return bool(found)

    _wait(some, 0.0005)
    return found[0]


def _wait(truth: Any, pause_s: float = 0.01) -> None:
    give_up_s = time.monotonic() + PATIENCE_S
    while not truth():
        if time.monotonic() > give_up_s:
            raise TimeoutError("the box does not answer")
        time.sleep(pause_s)


def events(count: int) -> list[bytes]:
    chance = random.Random(SEED)
    return [
        frame_peers.PRESS.pack(
            0x5EED1E57, n, 3, chance.randrange(2**32), chance.randrange(5), 0, chance.randrange(2**32)
        )
        for n in range(count)
    ]


def damaged(raw: bytes, chance: random.Random) -> bytes:
    """One to three faults: a bit flipped, a byte lost, a byte inserted, a byte doubled."""
    data = bytearray(raw)
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(data))
        fault = chance.randrange(4)
        if fault == 0:
            data[at] ^= 1 << chance.randrange(8)
        elif fault == 1 and len(data) > 1:
            del data[at]
        else:
            data.insert(at, data[at] if fault == 2 else chance.randrange(256))
    return bytes(data)


def framing(peer: Any, sample: list[bytes], streams: int) -> dict[str, Any]:
    """Microseconds a frame, bytes a frame; per million damaged streams, how many gave an event that was never sent."""
    begin = time.perf_counter()
    raws = [peer.encode(event) for event in sample]
    encode_s = time.perf_counter() - begin
    begin = time.perf_counter()
    read = [peer.decode(raw) for raw in raws]
    decode_s = time.perf_counter() - begin
    if read != [[event] for event in sample]:
        raise AssertionError(f"{peer.name} does not read what it wrote")
    chance = random.Random(SEED)
    wrong = failed = 0
    for number in range(streams):
        event = sample[number % len(sample)]
        try:
            wrong += any(found != event for found in peer.decode(damaged(raws[number % len(raws)], chance)))
        except Exception:  # noqa: BLE001  a peer's failure is a figure here
            failed += 1
    return {
        "bytes": sum(map(len, raws)) / len(raws),
        "encode_us": encode_s / len(sample) * 1e6,
        "decode_us": decode_s / len(sample) * 1e6,
        "wrong_per_million": wrong * 1e6 / streams,
        "exceptions_per_million": failed * 1e6 / streams,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--presses", type=int, default=60)
    parser.add_argument("--streams", type=int, default=100_000)
    options = parser.parse_args()
    frame_bytes = len(encode(Press(0x5EED1E57, 7, 3, 2000, 3, 0, 2010)))
    result: dict[str, Any] = {"press_bytes": frame_bytes, "line_ms": frame_bytes * BITS / BAUD * 1000, "press": {}}
    for memory, fram in MEMORIES.items():
        print(f"… {options.presses} presses, {memory}", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="hl-") as name:
            result["press"][memory] = presses(Path(name), fram, options.presses)
    sample = events(2000)
    result["frames"] = {}
    for peer in frame_peers.ALL:
        print(f"… {peer.name}", file=sys.stderr, flush=True)
        result["frames"][peer.name] = framing(peer(), sample, options.streams)
    show(result, options.streams)
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


def show(result: dict[str, Any], streams: int) -> None:
    print(
        f"\nA press of {result['press_bytes']} bytes; the line alone takes {result['line_ms']:.1f} ms at {BAUD:,} baud"
    )
    print(f"{'contact to':32}{'host p50':>12}{'p99':>9}{'disk p50':>12}{'p99':>9}   ms")
    for memory, row in result["press"].items():
        cells = [row[f"{what}_{share}_ms"] for what in ("heard", "durable") for share in ("p50", "p99")]
        print(f"{'  ' + memory:32}{cells[0]:>12.1f}{cells[1]:>9.1f}{cells[2]:>12.1f}{cells[3]:>9.1f}")
    print(f"\nFrames of a 20-byte event; {streams:,} damaged streams each")
    print(f"{'':32}{'bytes':>8}{'encode µs':>12}{'decode µs':>12}{'wrong/10⁶':>12}{'exceptions/10⁶':>16}")
    for name, row in result["frames"].items():
        print(
            f"{name:32}{row['bytes']:>8.1f}{row['encode_us']:>12.1f}{row['decode_us']:>12.1f}"
            f"{row['wrong_per_million']:>12.0f}{row['exceptions_per_million']:>16.0f}"
        )


if __name__ == "__main__":
    main()
