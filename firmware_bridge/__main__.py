"""`hailong-terminal`: what a technician does with a box, and a box in software to try it on."""

import argparse
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from firmware_bridge.control import tell
from firmware_bridge.places import simulator_control
from firmware_bridge.technician import cli, flash
from firmware_bridge.technician.cli import Refusal
from firmware_bridge.technician.flash import FlashError
from firmware_bridge.technician.port import PortError
from firmware_bridge.technician.texts import LANGUAGES, Texts

LEFT = 130  # what shells give to a command that Ctrl-C ended


def main(arguments: list[str] | None = None) -> int:
    """Run the command named in `arguments` (or the process's own); its sysexits code."""
    options = _parser(arguments if arguments is not None else sys.argv[1:]).parse_args(arguments)
    texts = Texts(options.language)
    if options.run is not _simulate:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: the box goes back to work first
    try:
        code: int = options.run(options, texts)
    except KeyboardInterrupt:
        return LEFT if options.run is cli.selftest else os.EX_OK
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader of our output left
        return os.EX_OK
    except PortError as error:
        detail = error.detail or texts.error("nobody_known")
        return _fail(texts.error(error.trouble, device=error.device, detail=detail), error.trouble.exit_code)
    except (Refusal, FlashError) as error:
        return _fail(texts.error(error.key, **error.values), error.exit_code)
    return code


def _tell(options: argparse.Namespace, texts: Texts) -> int:
    control = options.control or simulator_control()
    try:
        reply = tell(control, " ".join(options.words))
    except OSError as error:
        return _fail(texts.error("no_control", path=control, reason=error), os.EX_UNAVAILABLE)
    print(reply)
    return os.EX_DATAERR if reply.startswith("error") else os.EX_OK


def _simulate(options: argparse.Namespace, _: Texts) -> int:
    from firmware_bridge.simulator import command

    return command.run(options)


def _fail(reason: str, code: int) -> int:
    print(f"hailong-terminal: {reason}", file=sys.stderr)
    return code


def _parser(arguments: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hailong-terminal",
        description="Hộp nút bấm: xem, kiểm, nạp phần mềm, mô phỏng. The button terminal: look, test, flash, simulate.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace, Texts], int], words: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(run=run, language=None)
        return command

    for add_command in (_add_monitor, _add_selftest, _add_flash, _add_identify, _add_status, _add_tell):
        add_command(add)
    _add_simulate(add, wanted="simulate" in arguments)
    return parser


Add = Callable[[str, Callable[[argparse.Namespace, Texts], int], str], argparse.ArgumentParser]


def _add_monitor(add: Add) -> None:
    monitor = add("monitor", cli.monitor, "xem hộp đang nói gì, thử nút mà không ghi lại: watch a box")
    _add_device(monitor)
    monitor.add_argument("--listen", action="store_true", help="send nothing at all; print every frame")


def _add_selftest(add: Add) -> None:
    test = add("selftest", cli.selftest, "kiểm từng nút, đèn, còi, nguồn: test a box, button by button")
    _add_device(test)
    test.add_argument("--no-questions", dest="questions", action="store_false", help="skip what only a person can see")
    test.add_argument("--json", type=Path, metavar="FILE", help="write the report there as well")


def _add_flash(add: Add) -> None:
    flashing = add("flash", cli.flash, "nạp phần mềm vào hộp: put the firmware into a box")
    _add_device(flashing, required=True)
    flashing.add_argument("--hex", type=Path, default=flash.SHIPPED, help="the firmware; the shipped one unless named")
    flashing.add_argument(
        "--force", action="store_true", help="also while presses wait in the box (flashing keeps them)"
    )
    flashing.add_argument(
        "--new-board",
        action="store_true",
        help="bo mạch mới chưa nạp: also when no box is heard at the port; without it nothing is sent there",
    )


def _add_identify(add: Add) -> None:
    identify = add("identify", cli.identify, "cho đèn chạy vòng để nhận ra hộp: find out which box it is")
    _add_device(identify)
    identify.add_argument("--seconds", type=int, choices=range(1, 61), default=5, metavar="1-60")


def _add_status(add: Add) -> None:
    status = add("status", cli.status, "hỏi hộp một lần rồi thôi: ask a box once")
    _add_device(status)
    status.add_argument("--json", action="store_true", help="for programs")


def _add_tell(add: Add) -> None:
    talk = add("tell", _tell, "ra lệnh cho hộp mô phỏng: send one line to a simulated box, print the reply")
    talk.add_argument("--control", type=Path, help="its control socket; that of plain `simulate` unless named")
    talk.add_argument("words", nargs="+", help="press BUTTON HOLD_MS [BOUNCE_US] | lamps | stats | plug | unplug | …")


def _add_simulate(add: Add, *, wanted: bool) -> None:
    """Its options come with the simulator, which only this command needs."""
    simulate = add("simulate", _simulate, "làm một hộp nút bấm không cần phần cứng: be a box, without hardware")
    if wanted:
        from firmware_bridge.simulator import command

        command.add_arguments(simulate)


def _add_device(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    parser.add_argument("--device", type=Path, required=required, help="the port, e.g. /dev/serial/by-path/…")
    parser.add_argument("--language", choices=LANGUAGES, help="vi unless LANG is English")


if __name__ == "__main__":
    sys.exit(main())
