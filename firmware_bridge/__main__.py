"""`hailong-terminal`: run the terminal in software, move its fingers, watch a port."""

import argparse
import os
import signal
import sys
import time
from pathlib import Path

from firmware_bridge.control import tell
from firmware_bridge.monitor import messages
from firmware_bridge.simulator import Simulator


def main(arguments: list[str] | None = None) -> int:
    """Run the command named in `arguments` (or the process's own); its sysexits code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except KeyboardInterrupt:
        return os.EX_OK
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader of our output left
        return os.EX_OK
    return code


def _simulate(options: argparse.Namespace) -> int:
    def now_ms() -> int:
        return time.monotonic_ns() // 1_000_000

    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopping.append(number))
    try:
        simulator = Simulator(options.link, options.control, options.store, now_ms, dtr_reset=not options.no_dtr_reset)
    except OSError as error:
        return _fail(f"{error}: is another simulator using these paths?", os.EX_CANTCREAT)
    print(f"terminal at {options.link}, control at {options.control}", flush=True)
    try:
        while not stopping:
            simulator.step()
    finally:
        simulator.close()
    return os.EX_OK


def _monitor(options: argparse.Namespace) -> int:
    started_s = time.monotonic()
    heard = False
    try:
        for message in messages(options.device):
            heard = True
            print(f"{time.monotonic() - started_s:9.3f} {message}", flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        return _fail(f"{options.device}: {error.strerror}", os.EX_IOERR if heard else os.EX_NOINPUT)
    return _fail(f"{options.device} is gone", os.EX_IOERR)


def _tell(options: argparse.Namespace) -> int:
    try:
        reply = tell(options.control, " ".join(options.words))
    except OSError as error:
        return _fail(f"{options.control}: {error}", os.EX_UNAVAILABLE)
    print(reply)
    return os.EX_DATAERR if reply.startswith("error") else os.EX_OK


def _fail(reason: str, code: int) -> int:
    print(f"hailong-terminal: {reason}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hailong-terminal", description="The button terminal, without hardware.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    simulate = commands.add_parser("simulate", help="be a terminal on a pty until SIGTERM")
    simulate.add_argument("--link", type=Path, required=True, help="path of the port, a symbolic link to the pty")
    simulate.add_argument("--control", type=Path, required=True, help="Unix socket that takes `press 3 120` and so on")
    simulate.add_argument("--store", type=Path, required=True, help="file of the ring of records; made if need be")
    simulate.add_argument("--no-dtr-reset", action="store_true", help="do not restart when the port is opened")
    simulate.set_defaults(run=_simulate)
    monitor = commands.add_parser("monitor", help="print every frame heard on a port; sends nothing")
    monitor.add_argument("--device", type=Path, required=True)
    monitor.set_defaults(run=_monitor)
    talk = commands.add_parser("tell", help="send one line to a simulator's control socket, print the reply")
    talk.add_argument("--control", type=Path, required=True)
    talk.add_argument("words", nargs="+", help="press BUTTON HOLD_MS [BOUNCE_US] | lamps | stats | plug | unplug")
    talk.set_defaults(run=_tell)
    return parser


if __name__ == "__main__":
    sys.exit(main())
