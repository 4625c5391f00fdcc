"""Why it started, and that it always starts again: under real bootloaders, after its own restarts and after hangs."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from firmware_bridge.frames import Command, Flag, Hello
from firmware_bridge.simulator.board import Board
from tests.firmware_bridge.box import PATIENCE_MS, Box, bench, workshop
from tests.firmware_bridge.nano import flash_with

__all__ = ["bench", "workshop"]

BOOTLOADERS = Path("/usr/share/arduino/hardware/arduino/avr/bootloaders")
HANG = 0x7F
NOT_KNOWN, POWER, RESET_LINE, WATCHDOG, OURSELVES = 0, 1, 2, 8, 16
COMPILER_PATIENCE_S = 300


@dataclass(frozen=True)
class Bootloader:
    hex: Path
    start: int
    keeps_mcusr: bool


@pytest.fixture(scope="module")
def old() -> Bootloader:
    """It never leaves a watchdog's reset: it does not turn the watchdog off, and is too slow for it."""
    found = BOOTLOADERS / "atmega" / "ATmegaBOOT_168_atmega328.hex"
    if not found.exists():
        pytest.skip("needs arduino-core-avr")
    return Bootloader(found, 0x7800, keeps_mcusr=True)


@pytest.fixture(scope="module")
def new(tmp_path_factory) -> Bootloader:
    """Optiboot, which clears MCUSR; built, for Debian's .hex is 20 bytes too long for its place."""
    source = BOOTLOADERS / "optiboot" / "optiboot.c"
    if not source.exists():
        pytest.skip("needs arduino-core-avr")
    built = tmp_path_factory.mktemp("optiboot") / "optiboot"
    options = [
        "-Os",
        "-fno-split-wide-types",
        "-mrelax",
        "-mmcu=atmega328p",
        "-DF_CPU=16000000L",
        "-DLED_START_FLASHES=3",
    ]
    place = ["-DBAUD_RATE=115200", "-Wl,--section-start=.text=0x7c00", "-nostartfiles", "-nostdlib", "-w"]
    compiler = ["avr-gcc", *options, *place, "-o", f"{built}.elf", str(source)]
    subprocess.run(compiler, check=True, timeout=COMPILER_PATIENCE_S, capture_output=True)
    copier = ["avr-objcopy", "-j", ".text", "-O", "ihex", f"{built}.elf", f"{built}.hex"]
    subprocess.run(copier, check=True, timeout=COMPILER_PATIENCE_S)
    return Bootloader(built.with_suffix(".hex"), 0x7C00, keeps_mcusr=False)


@pytest.fixture(params=["old", "new"])
def bootloader(request) -> Bootloader:
    return request.getfixturevalue(request.param)


@pytest.fixture
def nano(workshop):
    """Starts a box whose fuses lead into a bootloader; on."""
    boxes = []

    def start(bootloader: Bootloader, *flags: str, **host: object) -> Box:
        board = Board(flash_with(bootloader.hex, workshop.hex(*flags)))
        board.set_start(bootloader.start)
        board.power_off()
        board.power_on()
        boxes.append(Box(board, **host))
        return boxes[-1]

    yield start
    for box in boxes:
        box.scrap()


def hello_after(box: Box, command: Command) -> Hello:
    box.say(command)
    return box.wait_for(Hello)


def test_a_restart_on_command_comes_back_under_a_bootloader(nano, bootloader):
    box = nano(bootloader, acknowledges=False)
    box.link()
    assert box.press(2)
    resets = box.board.stats().resets
    for _ in range(3):
        hello = hello_after(box, Command(1, 4))
        assert (hello.reset_cause, hello.unacked) == (OURSELVES, 1)
        box.link()
    assert box.board.stats().resets == resets, "the chip was not reset, and no bootloader asked"
    assert box.press(3), "pins, timer and EEPROM work again"
    box.acknowledges = True
    box.run(5000)
    assert box.buttons == [2, 3]
    print("restart: three on command under a real bootloader, no reset of the chip, no press lost")


def test_the_restart_after_24_8_days_comes_back_under_a_bootloader(nano, bootloader):
    box = nano(bootloader, "-DTEST_CLOCK_START=0x7FFFD000")
    box.link()
    box.run_until(lambda: box.heard(Hello)[-1].reset_cause == OURSELVES)
    box.link()
    assert box.press(1)


def test_a_hang_is_ended_under_a_bootloader(nano, bootloader):
    box = nano(bootloader, "-DTEST_HANG")
    box.link()
    box.press(1)
    boot = box.heard(Hello)[-1].boot
    resets = box.board.stats().resets
    hello = hello_after(box, Command(1, HANG))
    assert (hello.reset_cause, hello.boot) == (WATCHDOG, boot + 1)
    assert box.board.stats().resets == resets
    box.link()
    assert box.press(2)
    box.run(100)
    assert box.buttons == [1, 2]


def test_lamps_and_buzzer_go_dark_when_a_hang_ends(bench):
    box = bench.linked("-DTEST_HANG")
    box.say(Command(1, 1, 0b11111, 255), Command(2, 2, 255))
    box.run(50)
    assert (box.board.lit, box.board.buzzing) == ([0, 1, 2, 3, 4], True)
    assert hello_after(box, Command(3, HANG)).reset_cause == WATCHDOG
    box.run(50)
    assert (box.board.lit, box.board.buzzing) == ([], False)


def test_hangs_may_follow_each_other(bench):
    box = bench.linked("-DTEST_HANG")
    for _ in range(5):
        assert hello_after(box, Command(1, HANG)).reset_cause == WATCHDOG
        box.link()
    assert box.press(4)


def test_causes_are_told_as_far_as_a_bootloader_lets_them(nano, bootloader):
    box = nano(bootloader)
    assert box.wait_for(Hello).reset_cause == POWER
    box.link()
    assert hello_after(box, Command(1, 4)).reset_cause == OURSELVES
    box.board.reset()
    told = box.wait_for(Hello).reset_cause
    assert told == (RESET_LINE if bootloader.keeps_mcusr else NOT_KNOWN), "not what the start before was told"
    box.power_cycle()
    assert box.wait_for(Hello).reset_cause == POWER


# --- the supply ---


def run_at(box: Box, *millivolts: int, for_ms: int = 600) -> bool:
    """Whether it calls its supply low after these, 3 ms each in turn."""
    for step in range(for_ms // 3):
        box.board.set_supply_mv(millivolts[step % len(millivolts)])
        box.run(3)
    return bool(Flag(box.status().flags) & Flag.SUPPLY_LOW)


@pytest.mark.parametrize("bandgap_mv", [1000, 1100, 1200])
def test_a_sound_supply_is_not_called_low_by_any_chip(bench, bandgap_mv):
    box = bench.linked()
    box.board.set_bandgap_mv(bandgap_mv)
    assert not run_at(box, 5000)
    assert not run_at(box, 4600)
    assert not run_at(box, 4750, 4450), "ripple"
    assert run_at(box, 3500)
    assert not run_at(box, 4650), "and is found sound again"


def test_a_supply_between_the_two_thresholds_does_not_flicker(bench):
    box = bench.linked()
    assert not run_at(box, 4100)
    assert run_at(box, 3900)
    assert run_at(box, 4100)
    assert not run_at(box, 4300)
    assert not run_at(box, 4050, for_ms=PATIENCE_MS // 30)
