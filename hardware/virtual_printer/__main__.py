"""`hailong-printer`: a receipt printer without hardware, and a hand to trouble it with."""

import argparse
import os
import signal
import sys
import time
from pathlib import Path

from firmware_bridge.control import tell
from hardware.virtual_printer.device import VirtualPrinter
from hardware.virtual_printer.hands import USAGE
from hardware.virtual_printer.lines import FifoLine, Line, PtyLine, TcpLine
from hardware.virtual_printer.process import Process


def main(arguments: list[str] | None = None) -> int:
    """Run the command named in `arguments` (or the process's own); a sysexits code."""
    options = _parser().parse_args(arguments)
    run: int = options.run(options)
    return run


def _simulate(options: argparse.Namespace) -> int:
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: stopping.append(number))
    printer = VirtualPrinter(
        options.width,
        model=options.model,
        is_plain=options.plain,
        has_cutter=not options.no_cutter,
        on_cut=lambda sheet: process.keep(sheet),
    )
    line: Line | None = None
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        line = _line(options)
        process = Process(printer, line, options.out, options.control, time.monotonic, options.baud)
    except OSError as error:
        if line is not None:
            line.unplug()
        return _fail(str(error), os.EX_CANTCREAT)
    print(f"printer at {line.name}, control at {options.control}", flush=True)
    try:
        while not stopping:
            process.step()
    finally:
        process.close()
    return os.EX_OK


def _line(options: argparse.Namespace) -> Line:
    if options.link is not None:
        return PtyLine(options.link)
    return FifoLine(options.fifo) if options.fifo is not None else TcpLine(options.tcp)


def _tell(options: argparse.Namespace) -> int:
    try:
        reply = tell(options.control, " ".join(options.words))
    except OSError as error:
        return _fail(f"{options.control}: {error}", os.EX_UNAVAILABLE)
    print(reply)
    return os.EX_DATAERR if reply.startswith("error") else os.EX_OK


def _fail(reason: str, code: int) -> int:
    print(f"hailong-printer: {reason}", file=sys.stderr)
    return code


def _width(text: str) -> int:
    value = int(text)
    if not 8 <= value <= 2048:
        raise argparse.ArgumentTypeError("8 to 2048 dots wanted")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hailong-printer", description="Máy in phiếu mô phỏng. A receipt printer in software."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    simulate = commands.add_parser("simulate", help="làm một máy in không cần phần cứng: be a printer until SIGTERM")
    simulate.set_defaults(run=_simulate)
    way = simulate.add_mutually_exclusive_group(required=True)
    way.add_argument("--link", type=Path, help="path of a serial port, a symbolic link to a pty")
    way.add_argument("--tcp", type=int, metavar="PORT", help="on loopback; 0 takes a free one and prints it")
    way.add_argument("--fifo", type=Path, help="path of a FIFO, for a printer that cannot be asked")
    simulate.add_argument("--out", type=Path, required=True, help="folder for a PNG of each slip")
    simulate.add_argument("--control", type=Path, required=True, help="Unix socket that takes `paper out` and so on")
    simulate.add_argument("--width", type=_width, default=384, help="dots of the head: 384 on 58 mm, 576 on 80 mm")
    simulate.add_argument("--baud", type=int, default=0, help="speed of the line; 0 for as fast as it comes")
    simulate.add_argument("--model", default="VIRTUAL", help="what it calls itself")
    simulate.add_argument("--plain", action="store_true", help="a cheap one: no QR codes, numbers and name of its own")
    simulate.add_argument("--no-cutter", action="store_true", help="slips are torn off by hand")
    talk = commands.add_parser("tell", help="ra lệnh cho máy in mô phỏng: send one line, print the reply")
    talk.set_defaults(run=_tell)
    talk.add_argument("--control", type=Path, required=True)
    talk.add_argument("words", nargs="+", help=USAGE)
    return parser


if __name__ == "__main__":
    sys.exit(main())
