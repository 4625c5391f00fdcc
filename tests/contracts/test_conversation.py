"""PROTOCOL.md §8: the shipped program and the host, each fed with what the other says, say what is printed there."""

import re

from firmware_bridge.frames import Decoder
from tests.contracts.real_box import RealBox
from tests.firmware_bridge.document import tables

FINGERS = [(3000, 3, True), (3120, 3, False), (3300, 1, True), (3400, 1, False)]
UNTIL_MS = 7000


def test_the_conversation_of_the_document():
    box = RealBox(refractory_ms=1500)
    for ms, button, closed in [*FINGERS, (UNTIL_MS, 0, False)]:
        box.run_us(ms * 1000 - box.board.now_us)
        (box.board.down if closed else box.board.up)(button)
    box.close()
    spoken = list(frames_of(box.said))
    rows = [f"| {ms} | {who} | `{raw.hex(' ')}` | {name_of(raw)} |" for ms, who, raw in spoken]
    written = tables()["8. A conversation", "ms"]
    printed = [f"| {ms} | {who} | `{raw}` | {name} |" for ms, who, raw, name in written]
    assert rows == printed, "it says now:\n" + "\n".join(rows)
    kinds = [name_of(raw) for *_, raw in spoken]
    assert [kind for kind in kinds if kind in ("Press", "Ack")] == ["Press", "Ack"] * 2
    assert kinds.index("Provision") < kinds.index("Welcome") < kinds.index("Press")


def frames_of(said: list[tuple[int, str, bytes]]):
    """Whole frames, each with the time at which its last byte was there."""
    parts = {"terminal": b"", "host": b""}
    for ms, who, data in said:
        parts[who] += data
        while found := re.match(rb"\x00+([^\x00]+)\x00", parts[who]):
            yield ms, who, b"\x00" + found[1] + b"\x00"
            parts[who] = parts[who][found.end() :]


def name_of(raw: bytes) -> str:
    (message,) = Decoder().feed(raw)
    return type(message).__name__
