"""Puts a firmware into a box: judge the file, hear the box, write, verify, see it start. Takes no record."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from firmware_bridge.frames import PROTOCOL, Decoder, Hello
from firmware_bridge.technician import avrdude
from firmware_bridge.technician.avrdude import Ending, Outcome, Progress
from firmware_bridge.technician.hexfile import DamagedHex, Firmware, ForeignHex, firmware
from firmware_bridge.technician.port import Port, PortError
from firmware_bridge.technician.report import box_id, version
from firmware_bridge.technician.texts import Texts

SHIPPED = Path(__file__).parents[1] / "firmware" / "terminal.hex"
LOOK_S = 6  # bootloader 1.6 s, start, HELLO each second
UNLINK_S = 11
START_S = 15
REOPEN_S = 0.3

_EXIT_CODES = {
    "avrdude_missing": os.EX_UNAVAILABLE,
    "nobody_heard": os.EX_UNAVAILABLE,
    "records_wait": os.EX_TEMPFAIL,
    "foreign_waits": os.EX_PROTOCOL,
    "hex_unreadable": os.EX_NOINPUT,
    "hex_damaged": os.EX_DATAERR,
    "hex_foreign": os.EX_DATAERR,
}


class FlashError(Exception):
    """The box was not flashed, or did not start. `key`, `values`: of the text that says why and what to do."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(f"{key} {values}")
        self.key = key
        self.values = values
        self.exit_code = _EXIT_CODES.get(key, os.EX_IOERR)


@dataclass(frozen=True, slots=True)
class Teller:
    """Where the technician reads: whole lines, and a share of a phase that is under way."""

    texts: Texts
    line: Callable[[str], None]
    progress: Progress

    def say(self, key: str, **values: object) -> None:
        self.line(self.texts(key, **values))


def flash(
    device: Path,
    hex_file: Path,
    tell: Teller,
    *,
    force: bool = False,
    new_board: bool = False,
    clock: Callable[[], float] = time.monotonic,
) -> Hello:
    """Flash the box at `device`; the HELLO of what then runs there. Raises: FlashError, PortError.

    `force`: also while records wait in the box. `new_board`: also when no box is heard; else nothing is sent there.
    """
    wanted = read_firmware(hex_file)
    tell.say("hex_good", version=wanted.version or "?", size=len(wanted.image), path=hex_file)
    program = avrdude.program()
    if program is None:
        raise FlashError("avrdude_missing")
    waiting = _look(device, tell, clock, force=force, new_board=new_board)
    _write(program, device, hex_file, tell)
    tell.say("waiting_for_hello")
    hello = _first_hello(device, clock)
    if wanted.version and version(hello) != wanted.version:
        raise FlashError("wrong_version", found=version(hello), wanted=wanted.version)
    if waiting:
        tell.say("records_kept", count=waiting)
    tell.say("flashed", box=_name(tell, hello), version=version(hello))
    return hello


def read_firmware(path: Path) -> Firmware:
    """The firmware in `path`. Raises: FlashError."""
    try:
        return firmware(path.read_text("ascii"))
    except OSError as error:
        raise FlashError("hex_unreadable", path=path, reason=error.strerror) from None
    except UnicodeDecodeError:
        raise FlashError("hex_unreadable", path=path, reason="not ASCII") from None
    except DamagedHex as error:
        raise FlashError("hex_damaged", path=path, line=error.line, reason=error.reason) from None
    except ForeignHex as error:
        raise FlashError("hex_foreign", path=path, reason=error) from None


def _look(device: Path, tell: Teller, clock: Callable[[], float], *, force: bool, new_board: bool) -> int:
    """How many records wait in the box that is there now. Raises FlashError unless there are none, or by `force`.

    A silent port may be anybody's, and a bootloader's words at two rates are no harmless noise to a stranger.
    """
    tell.say("listening", device=device)
    with Port(device, read_only=True) as port:
        hello = _hear(port, clock, LOOK_S)
    if hello is None:
        if not new_board:
            raise FlashError("nobody_heard", device=device, seconds=LOOK_S)
        tell.say("board_before")
        return 0
    if hello.protocol != PROTOCOL and not force:
        raise FlashError("foreign_waits", number=hello.protocol)
    tell.say("box_before", box=_name(tell, hello), version=version(hello), count=hello.unacked)
    if hello.unacked and not force:
        raise FlashError("records_wait", count=hello.unacked)
    return hello.unacked


def _write(program: str, device: Path, hex_file: Path, tell: Teller) -> None:
    ending = Ending(Outcome.NO_ANSWER)
    for baud in avrdude.BAUDS:
        tell.say("trying", baud=baud)
        ending = avrdude.write_flash(program, device, baud, hex_file, tell.progress)
        if ending.outcome is not Outcome.NO_ANSWER:
            break
    if ending.outcome is not Outcome.DONE:
        raise FlashError(ending.outcome, detail=ending.detail, bauds=" / ".join(map(str, avrdude.BAUDS)))


def _first_hello(device: Path, clock: Callable[[], float]) -> Hello:
    deadline_s = clock() + START_S
    while clock() < deadline_s:
        try:
            with Port(device, read_only=True) as port:
                if hello := _hear(port, clock, deadline_s - clock()):
                    return hello
        except PortError:
            time.sleep(REOPEN_S)  # a board with its own USB comes back under the same name a moment later
    raise FlashError("no_hello", seconds=START_S)


def _hear(port: Port, clock: Callable[[], float], timeout_s: float) -> Hello | None:
    """The first HELLO. Nothing is said meanwhile: a byte that is still on its way would end a bootloader's patience."""
    decoder, started_s = Decoder(), clock()
    deadline_s = started_s + timeout_s
    while clock() < deadline_s:
        for message in decoder.feed(port.read(0.1)):
            if isinstance(message, Hello):
                return message
            deadline_s = max(deadline_s, started_s + UNLINK_S)  # a box that believes in a host that is gone
    return None


def _name(tell: Teller, hello: Hello) -> str:
    return box_id(hello) or tell.texts("no_id")
