"""One conversation in two simulators that share no code: simavr under our board, and avr8js. Knows no verdict.

The first one answers as it goes, and what it was told, and when, is told to the second.
"""

import base64
import json
import shutil
import subprocess
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
from tests.terminal.builds import ROOT

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


def in_simavr(program: Path) -> tuple[Said, list[tuple[int, bytes]]]:
    """What was said, and what the host sent at which millisecond."""
    board, decoder, messages, sent = Board(program), Decoder(), [], []
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


def in_avr8js(program: Path, sent: list[tuple[int, bytes]]) -> Said:
    contacts = [(at, button, True) for at, button in CONTACTS]
    contacts += [(at + HOLD_MS, button, False) for at, button in CONTACTS]
    task = {
        "program": base64.b64encode(read_program(program)).decode(),
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
