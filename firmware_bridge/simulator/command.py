"""`hailong-terminal simulate`: arguments, default places, exit codes."""

import argparse
import os
import signal
import stat
import sys
import time
from pathlib import Path

from firmware_bridge.places import simulator_directory
from firmware_bridge.simulator.board import CpuStopped
from firmware_bridge.simulator.build import NotBuilt
from firmware_bridge.simulator.console import LANGUAGES, Console
from firmware_bridge.simulator.process import Settings, Simulator

SHIPPED_PROGRAM = Path(__file__).parents[1] / "firmware" / "terminal.hex"
DESCRIPTION = """Be a button terminal on a pty until SIGTERM: the shipped program in an emulated ATmega328P, on a board
that writes, forgets, overruns and wears out as the real one does. On a terminal, keys move its fingers."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything has a default; the paths lie in a directory of the user's own."""
    parser.description = DESCRIPTION
    parser.add_argument("--link", type=Path, help="path of the port, a symbolic link to the pty")
    parser.add_argument("--control", type=Path, help="Unix socket that takes `press 3 120` and so on")
    parser.add_argument("--store", type=Path, help="file of what EEPROM and FRAM hold; made if need be")
    parser.add_argument("--firmware", type=Path, default=SHIPPED_PROGRAM, help="the program, .hex or .elf")
    parser.add_argument("--rate", type=_positive, default=1.0, help="virtual seconds per second")
    parser.add_argument("--no-dtr-reset", action="store_true", help="do not restart when the port is opened")
    parser.add_argument("--bootloader-ms", type=int, default=500, help="time in the bootloader after that restart")
    parser.add_argument("--bus-powered", action="store_true", help="unplugging cuts the supply as well")
    parser.add_argument("--clock-ppm", type=float, default=0.0, help="how fast the resonator is, parts per million")
    parser.add_argument("--seed", type=int, default=1, help="of torn bits, bounce and memory at power-on")
    parser.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0], help="of the keys and the status line")


def run(options: argparse.Namespace) -> int:
    """Until SIGTERM, or `q` on a terminal; a sysexits code."""
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopping.append(number))
    try:
        simulator = Simulator(_settings(options), time.monotonic)
    except NotBuilt as error:
        return _fail(str(error), os.EX_UNAVAILABLE)
    except FileNotFoundError as error:
        return _fail(str(error), os.EX_NOINPUT)
    except ValueError as error:
        return _fail(f"{options.firmware}: {error}", os.EX_DATAERR)
    except BlockingIOError as error:
        return _fail(f"{error}: is another simulator using these paths?", os.EX_CANTCREAT)
    except OSError as error:
        return _fail(str(error), os.EX_CANTCREAT)
    print(f"terminal at {simulator.settings.link}, control at {simulator.settings.control}", flush=True)  # noqa: T201
    try:
        _live(simulator, stopping, options.language)
    except CpuStopped as error:
        return _fail(str(error), os.EX_SOFTWARE)
    finally:
        simulator.close()
    return os.EX_OK


def _live(simulator: Simulator, stopping: list[int], language: str) -> None:
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        while not stopping:
            simulator.step()
        return
    with Console(simulator, language) as console:
        while not stopping and not console.quit:
            simulator.step()
            console.step(time.monotonic())


def _settings(options: argparse.Namespace) -> Settings:
    named = (options.link, options.control, options.store)
    directory = Path() if all(named) else _own_directory()
    return Settings(
        program=options.firmware,
        link=options.link or directory / "tty",
        control=options.control or directory / "control",
        store=options.store or directory / "store",
        rate=options.rate,
        dtr_reset=not options.no_dtr_reset,
        bootloader_ms=options.bootloader_ms,
        bus_powered=options.bus_powered,
        clock_ppm=options.clock_ppm,
        seed=options.seed,
    )


def _own_directory() -> Path:
    """Raises: PermissionError when another user made it first."""
    directory = simulator_directory()
    directory.mkdir(mode=0o700, exist_ok=True)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise PermissionError(f"{directory} is not this user's own directory of mode 0700")
    return directory


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value <= 1000:
        raise argparse.ArgumentTypeError("a number above 0, at most 1000, is wanted")
    return value


def _fail(reason: str, code: int) -> int:
    print(f"hailong-terminal: {reason}", file=sys.stderr)  # noqa: T201
    return code
