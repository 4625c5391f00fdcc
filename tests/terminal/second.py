"""One conversation in two simulators that share no code: simavr under our board, and avr8js. Knows no verdict.

The first one answers as it goes, and what it was told, and when, is told to the second.
Run: python -m tests.terminal.second
"""

import base64
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, fields, replace
from pathlib import Path

from firmware_bridge.frames import (
    PROTOCOL,
    Ack,
    Command,
    Decoder,
    FromHost,
    HelloRequest,
    Message,
    Ping,
    Press,
    Provision,
    TimeMark,
    Welcome,
    encode,
)
from firmware_bridge.simulator.board import Board, EventKind, Fram
from firmware_bridge.simulator.image import read_program
from tests.terminal.builds import ROOT, program, program_name

EPOCH = 0x5EED1E57
REFRACTORY_MS = 300
MS = 4400
HOLD_MS = 60
RUNNER = Path(__file__).parent / "avr8js" / "run.mjs"
INSTALLED = ROOT / "build" / "avr8js"
PATIENCE_S = 300
_TIMES = ("now_ms", "t_ms", "supply_mv")  # the simulators' clocks and converters differ by some counts
CONTACTS = [(1700, 0), (2200, 3), (2700, 4), (2800, 1), (2880, 1), (3700, 2)]


SCRIPT: list[tuple[int, FromHost]] = [
    (500, Provision(0, EPOCH, REFRACTORY_MS)),
    (1200, Welcome(PROTOCOL, EPOCH)),
    (1350, TimeMark(1_988_100, 317_000)),
    (1500, Ping(0)),
    (1600, Ping(1)),
    (3450, Ping(1)),
    (3550, Command(7, 1, 0b10101, 10)),
    (3600, Command(8, 0x55)),
    (4050, HelloRequest()),
    (4150, Welcome(PROTOCOL, EPOCH)),
]
ACKNOWLEDGED_AFTER_MS = 60


@dataclass(frozen=True, slots=True)
class Said:
    """`frames`: all that the terminal said, timing fields 0. `lit`: its lamps in the order they were lit."""

    frames: list[Message]
    lit: list[int]


def without_times(message: Message) -> Message:
    names = {one.name for one in fields(message)}
    return replace(message, **{name: 0 for name in _TIMES if name in names})


def missing() -> str:
    """What the second simulator lacks here; empty when it can run."""
    if shutil.which("node") is None:
        return "node is not installed"
    there = (INSTALLED / "node_modules" / "avr8js").is_dir()
    return "" if there else "avr8js is not installed: run make build/avr8js/.ready"


def in_simavr(image: Path) -> tuple[Said, list[tuple[int, bytes]]]:
    """What was said, and what the host sent at which millisecond."""
    board, decoder, messages, sent = Board(image), Decoder(), [], []
    board.power_off()
    board.set_fram(Fram.ABSENT)
    board.power_on()
    due = [(ms, encode(message)) for ms, message in SCRIPT]
    zero_us = board.now_us
    for ms in range(MS):
        for _, data in [one for one in due if one[0] == ms]:
            board.send(data)
            sent.append((ms, data))
        for at, button in CONTACTS:
            if at == ms:
                board.press(button, HOLD_MS * 1000)
        board.run_us(zero_us + (ms + 1) * 1000 - board.now_us)
        for message in decoder.feed(board.receive()):
            messages.append(message)
            if isinstance(message, Press):
                due.append((ms + ACKNOWLEDGED_AFTER_MS, encode(Ack(message.epoch, message.seq))))
    lit = [event.what for event in board.events() if event.kind is EventKind.LAMP and event.detail]
    board.close()
    return Said([without_times(message) for message in messages], lit), sent


def in_avr8js(image: Path, sent: list[tuple[int, bytes]]) -> Said:
    contacts = [(at, button, True) for at, button in CONTACTS]
    contacts += [(at + HOLD_MS, button, False) for at, button in CONTACTS]
    task = {
        "program": base64.b64encode(read_program(image)).decode(),
        "ms": MS,
        "host": [(ms, data.hex()) for ms, data in sent],
        "contacts": contacts,
    }
    node = shutil.which("node") or "node"
    ran = subprocess.run(
        [node, str(RUNNER), str(INSTALLED)],
        input=json.dumps(task),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    answer = json.loads(ran.stdout)
    messages = Decoder().feed(bytes.fromhex(answer["said"]))
    return Said([without_times(message) for message in messages], answer["lit"])


def main() -> int:
    if reason := missing():
        print(f"second simulator: {reason}")
        return 1
    here, sent = in_simavr(program())
    there = in_avr8js(program(), sent)
    print(
        f"second simulator: {len(here.frames)} frames and {len(here.lit)} lamps in simavr, {len(there.frames)} and "
        f"{len(there.lit)} in avr8js, {'equal' if here == there else 'NOT EQUAL'}; "
        f"{len(sent)} words of the host, program {program_name()}"
    )
    return here != there or not here.lit


if __name__ == "__main__":
    sys.exit(main())
