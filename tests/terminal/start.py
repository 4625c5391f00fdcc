"""What a terminal says when it starts on a given memory, word for word. Knows no expectation."""

from dataclasses import dataclass, field
from pathlib import Path

from firmware_bridge.frames import (
    PROTOCOL,
    Decoder,
    Hello,
    Mark,
    Message,
    Ping,
    Press,
    Status,
    Totals,
    Welcome,
    encode,
)
from firmware_bridge.simulator.board import Board, Fram
from tests.terminal.rig import Memory

HELLO_PATIENCE_MS = 3000
WORD_PATIENCE_MS = 3000
STEP_MS = 2


@dataclass(slots=True)
class Said:
    hello: Hello | None = None
    status: Status | None = None
    totals: Totals | None = None
    presses: list[Press] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    def take(self, message: Message) -> None:
        match message:
            case Hello():
                self.hello = self.hello or message
            case Status():
                self.status = message
            case Totals():
                self.totals = message
            case Press():
                self.presses.append(message)
            case Mark():
                self.marks.append(message)


class Starter:
    """One board, started again and again on other memories. `kind`: what is at the deep store's address."""

    def __init__(self, program: Path | bytes, kind: Fram, seed: int = 1) -> None:
        self._board = Board(program, seed=seed)
        self._board.power_off()
        self._board.set_fram(kind)

    def close(self) -> None:
        self._board.close()

    def start(self, memory: Memory) -> Said:
        """HELLO, MARKs, STATUS, one pass of the live records, TOTALS; nothing is acknowledged."""
        board = self._board
        board.power_off()
        board.receive()
        board.drop_line()
        board.eeprom, board.fram = memory.eeprom, memory.fram
        board.power_on()
        said, decoder = Said(), Decoder()
        self._listen(said, decoder, HELLO_PATIENCE_MS)
        if said.hello and said.hello.epoch:
            board.send(encode(Welcome(PROTOCOL, said.hello.epoch)) + encode(Ping(1)))
            self._listen(said, decoder, WORD_PATIENCE_MS, linked=True)
        return said

    def _listen(self, said: Said, decoder: Decoder, patience_ms: int, linked: bool = False) -> None:
        for _ in range(0, patience_ms, STEP_MS):
            self._board.run_us(STEP_MS * 1000)
            for message in decoder.feed(self._board.receive()):
                said.take(message)
            if _complete(said) if linked else said.hello:
                return


def _complete(said: Said) -> bool:
    assert said.hello
    return bool(said.totals and said.status and len(said.presses) >= said.hello.unacked)
