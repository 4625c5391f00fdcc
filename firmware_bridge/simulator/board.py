"""The emulated board in virtual time, deterministic for a seed: run, press, listen, cut the power. Knows no protocol.

Its clock is the ATmega's cycle counter at 16 MHz; times of the host are microseconds of the wall, which differ from it
by `clock_ppm`. Nothing here sleeps or looks at a real clock.
"""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from firmware_bridge.simulator.image import read_program
from firmware_bridge.simulator.native import BUTTONS, EEPROM_SIZE, FRAM_SIZE, NativeEvent, native

CYCLES_PER_US = 16
_MOST_EVENTS = 1024
_LINE_BYTES = 65536
_LINK, _BUZZER = 5, 6
_STRAPS = {5: 0, 4: 0b010, 3: 0b100}  # port C pins to ground, by number of buttons


class CpuStopped(RuntimeError):
    """The program ran into something a real chip does not come back from without its watchdog."""


class EventKind(IntEnum):
    """`what` and `detail` are in board.h."""

    LAMP = 0
    LINK = 1
    BUZZER = 2
    EEPROM = 3
    FRAM = 4
    RESET = 5
    POWER = 6


class Fram(IntEnum):
    """What sits at address 0x50: the FRAM, nothing, a 24C256 EEPROM, or a FRAM that falls silent."""

    PRESENT = 0
    ABSENT = 1
    EEPROM = 2
    FAILING = 3


@dataclass(frozen=True, slots=True)
class Event:
    """`cycle` of the board's clock. LAMP: what = lamp, detail = 1 on, 0 off; the others as in board.h."""

    cycle: int
    kind: EventKind
    what: int
    detail: int


@dataclass(frozen=True, slots=True)
class Stats:
    """Totals since the board was made, as `enum figure`; `*_busy`, `rx_queued` and the last three: as of now."""

    resets: int
    eeprom_erases: int
    eeprom_writes: int
    eeprom_violations: int
    eeprom_busy: int
    fram_bytes: int
    fram_busy: int
    twi_violations: int
    twi_nacks: int
    rx_bytes: int
    rx_overruns: int
    rx_deaf: int
    rx_queued: int
    tx_bytes: int
    tx_violations: int
    framing_errors: int
    pin_violations: int
    events_dropped: int
    stack_bytes: int
    sram_untouched: int
    avr_baud: int


class Board:
    """A board that runs `program` (.hex or .elf, or the bytes of its flash). `store`: a file that outlives it, or None.

    Made with its power on. Raises: OSError (BlockingIOError when another board has the store), ValueError, NotBuilt.
    """

    def __init__(self, program: Path | bytes, store: Path | None = None, seed: int = 1) -> None:
        flash = program if isinstance(program, bytes) else read_program(program)
        self._native = native()
        path = None if store is None else str(store).encode()
        self._handle = self._native.new(flash, len(flash), path, seed)
        if not self._handle:
            raise OSError(ctypes.get_errno(), self._native.error().decode())
        self._store = self._native.store(self._handle).contents
        self._buffer = ctypes.create_string_buffer(_LINE_BYTES)
        self._wall_us = 0.0
        self._origin_us, self._origin_cycle, self._ppm = 0.0, 0, 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """As a power cut at this very cycle; the store keeps what it holds, torn or not."""
        if self._handle:
            self._native.free(self._handle)
            self._handle = None

    # --- time ---

    @property
    def cycle(self) -> int:
        return int(self._native.cycle(self._handle))

    @property
    def now_us(self) -> float:
        """Wall time since the board was made."""
        return self._origin_us + (self.cycle - self._origin_cycle) / self._cycles_per_us

    @property
    def _cycles_per_us(self) -> float:
        return CYCLES_PER_US * (1 + self._ppm / 1e6)

    def set_clock_ppm(self, ppm: float) -> None:
        """From now on the resonator is off by this much; positive is fast."""
        self._origin_us, self._origin_cycle = self.now_us, self.cycle
        self._ppm = ppm
        self._native.set_clock_ppm(self._handle, ppm)

    def run_us(self, us: float) -> None:
        """Let wall time pass. Raises: CpuStopped."""
        self._wall_us = max(self._wall_us, self.now_us - 1) + us  # an instruction of overshoot is not lost time
        self.run_until_cycle(self._cycle_at(self._wall_us))

    def run_until_cycle(self, cycle: int) -> None:
        """Stop at `cycle`, or after the instruction that was running then. Raises: CpuStopped."""
        state = self._native.run_until(self._handle, cycle)
        if state:
            raise CpuStopped(f"the CPU stopped at cycle {self.cycle} (simavr state {state})")

    def run_until(self, condition: Callable[[], bool], patience_us: float, step_us: float = 1000) -> bool:
        """Run in steps until `condition()`; whether it came true within `patience_us`. Raises: CpuStopped."""
        end_us = self.now_us + patience_us
        while not condition():
            if self.now_us >= end_us:
                return False
            self.run_us(step_us)
        return True

    def _cycle_at(self, us: float) -> int:
        return self._origin_cycle + round((us - self._origin_us) * self._cycles_per_us)

    def _cycles(self, us: float) -> int:
        return round(us * self._cycles_per_us)

    # --- fingers ---

    def press(self, button: int, hold_us: float = 120_000, bounce_us: float = 0) -> None:
        """A press from now on; both ends bounce. Raises: OverflowError when too many are waiting."""
        self._contact(button, True, self.cycle, bounce_us)
        self._contact(button, False, self.cycle + self._cycles(hold_us), bounce_us)

    def down(self, button: int, bounce_us: float = 0) -> None:
        self._contact(button, True, self.cycle, bounce_us)

    def up(self, button: int, bounce_us: float = 0) -> None:
        self._contact(button, False, self.cycle, bounce_us)

    def _contact(self, button: int, closed: bool, cycle: int, bounce_us: float) -> None:
        if not 0 <= button < BUTTONS:
            raise ValueError(f"button below {BUTTONS} wanted")
        if not self._native.contact(self._handle, button, closed, cycle, self._cycles(bounce_us)):
            raise OverflowError("too many contact changes are waiting")

    @property
    def held(self) -> set[int]:
        """Buttons whose contact is closed at this moment, bounce included."""
        mask = self._native.held(self._handle)
        return {button for button in range(BUTTONS) if mask >> button & 1}

    def set_buttons(self, count: int) -> None:
        """Set the straps for 3, 4 or 5 buttons; the program looks at them when it starts."""
        if count not in _STRAPS:
            raise ValueError("3, 4 or 5 buttons wanted")
        self._native.set_straps(self._handle, _STRAPS[count])

    # --- line ---

    def send(self, data: bytes) -> int:
        """Queue bytes of the host, which leave at its baud rate; how many found room."""
        return int(self._native.send(self._handle, data, len(data)))

    def receive(self) -> bytes:
        """What the host has received so far: bytes whose stop bit is over."""
        count = self._native.receive(self._handle, self._buffer, _LINE_BYTES)
        return self._buffer.raw[:count] if count else b""

    @property
    def rx_queued(self) -> int:
        """Bytes of the host that have not yet gone over the line."""
        return int(self._native.figure(self._handle, _RX_QUEUED))

    def drop_line(self) -> None:
        """The cable is out: what either end had not yet sent or fetched is gone."""
        self._native.drop_line(self._handle)

    def set_host_baud(self, baud: int) -> None:
        self._native.set_host_baud(self._handle, baud)

    # --- supply ---

    def power_off(self) -> None:
        """Cut the supply now: what EEPROM or FRAM were writing is torn, SRAM forgets."""
        self._native.set_power(self._handle, False)

    def power_on(self) -> None:
        self._native.set_power(self._handle, True)

    def set_supply_mv(self, millivolts: int) -> None:
        """Below 2.7 V the brown-out detector stops the board as a power cut does; above it starts anew."""
        self._native.set_supply(self._handle, millivolts)

    def set_bandgap_mv(self, millivolts: int) -> None:
        """Chips differ: 1,000 to 1,200 mV, 1,100 unless set."""
        self._native.set_bandgap(self._handle, millivolts)

    @property
    def alive(self) -> bool:
        """Whether the chip has power enough to run."""
        return bool(self._native.alive(self._handle))

    def reset(self, bootloader_us: float = 0) -> None:
        """Pull the reset line, as DTR does; for `bootloader_us` the program does not run and the line is not heard."""
        self._native.reset(self._handle, self._cycles(bootloader_us))

    def set_start(self, address: int) -> None:
        """From the next reset on the chip starts at this byte address, as with a bootloader's fuses."""
        self._native.set_start(self._handle, address)

    def die_in_us(self, us: float) -> None:
        """SIGKILL this process when the board has run that long."""
        self._native.die_at(self._handle, self.cycle + self._cycles(us))

    def die_after_press_us(self, us: float) -> None:
        """SIGKILL this process that long after the next contact closes."""
        self._native.die_after_press(self._handle, self._cycles(us))

    # --- what there is to see ---

    @property
    def lit(self) -> list[int]:
        shown = self._native.shown(self._handle)
        return [lamp for lamp in range(BUTTONS) if shown >> lamp & 1]

    @property
    def link_lit(self) -> bool:
        return bool(self._native.shown(self._handle) >> _LINK & 1)

    @property
    def buzzing(self) -> bool:
        return bool(self._native.shown(self._handle) >> _BUZZER & 1)

    @property
    def lamp_counts(self) -> list[int]:
        """How often each lamp was lit since the store was made: what citizens were promised."""
        return list(self._store.lamp_rises)

    @property
    def buzzer_starts(self) -> int:
        return int(self._store.buzzer_starts)

    def events(self) -> list[Event]:
        """All since the last call; the oldest are dropped (and counted) when more than 65,536 wait."""
        found: list[Event] = []
        batch = (NativeEvent * _MOST_EVENTS)()
        while count := self._native.events(self._handle, batch, _MOST_EVENTS):
            found += [Event(e.cycle, EventKind(e.kind), e.what, e.detail) for e in batch[:count]]
        return found

    def stats(self) -> Stats:
        return Stats(*(int(self._native.figure(self._handle, n)) for n in range(len(Stats.__slots__))))

    # --- memories ---

    @property
    def eeprom(self) -> bytes:
        return bytes(self._store.eeprom)

    @eeprom.setter
    def eeprom(self, content: bytes) -> None:
        ctypes.memmove(self._store.eeprom, _of_size(content, EEPROM_SIZE), EEPROM_SIZE)

    @property
    def fram(self) -> bytes:
        return bytes(self._store.fram)

    @fram.setter
    def fram(self, content: bytes) -> None:
        ctypes.memmove(self._store.fram, _of_size(content, FRAM_SIZE), FRAM_SIZE)

    def set_fram(self, kind: Fram, bytes_left: int = 0) -> None:
        """`bytes_left`: for FAILING, how many bytes on the bus it still answers."""
        self._native.set_fram(self._handle, kind, bytes_left)

    @property
    def eeprom_erases(self) -> list[int]:
        return list(self._store.eeprom_erases)

    @property
    def eeprom_writes(self) -> list[int]:
        return list(self._store.eeprom_writes)

    @property
    def fram_writes(self) -> list[int]:
        return list(self._store.fram_writes)

    def wear_out(self, address: int, bits: int) -> None:
        """From the next write on these bits of an EEPROM cell read 0 whatever is written."""
        self._native.wear_out(self._handle, address, bits)


_RX_QUEUED = tuple(Stats.__slots__).index("rx_queued")


def _of_size(content: bytes, size: int) -> bytes:
    if len(content) != size:
        raise ValueError(f"{size} bytes wanted")
    return content
