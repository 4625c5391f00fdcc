"""The technician's commands of `hailong-terminal`: each opens a port, does its errand, says how it went."""

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from firmware_bridge.frames import PROTOCOL, Hello
from firmware_bridge.places import simulated_port
from firmware_bridge.technician import flash as flashing
from firmware_bridge.technician import monitor as monitoring
from firmware_bridge.technician.console import Console
from firmware_bridge.technician.inspection import TEST_S, Operation
from firmware_bridge.technician.port import Port, choose
from firmware_bridge.technician.report import as_json, box_id, identity_lines, state_lines, totals_line
from firmware_bridge.technician.selftest import SelfTest, conclusion
from firmware_bridge.technician.texts import Texts
from firmware_bridge.technician.visit import Visit

HEAR_S = 12  # a box that believes in a host that is gone says HELLO after 10
ANSWER_S = 5.0


class Refusal(Exception):
    """A command that could not be done. `key`, `values`: of the text that says why; `exit_code` as in sysexits."""

    def __init__(self, key: str, exit_code: int, **values: object) -> None:
        super().__init__(f"{key} {values}")
        self.key = key
        self.exit_code = exit_code
        self.values = values


def monitor(options: argparse.Namespace, texts: Texts) -> int:
    device = choose(options.device, simulated_port())
    console = Console()
    if options.listen:
        monitoring.listen(device, texts, console.say)
    else:
        monitoring.watch(device, texts, _stamped(console.say))
    return os.EX_OK


def selftest(options: argparse.Namespace, texts: Texts) -> int:
    """0: nothing failed; 1: something did."""
    device = choose(options.device, simulated_port())
    console = Console()
    console.say(texts("listening", device=device))
    with Port(device) as port:
        visit = Visit(port, time.monotonic)
        _hear(visit, device)
        test = SelfTest(visit, texts, console, questions=options.questions)
        try:
            test.run()
        finally:
            back = visit.leave()
            console.say(texts("back_to_work") if back else texts("not_back_to_work", seconds=TEST_S))
            console.say(conclusion(texts, test.report))
            _write_json(options.json, test.report.as_json())
    return os.EX_OK if test.report.result in ("pass", "incomplete") else 1


def flash(options: argparse.Namespace, texts: Texts) -> int:
    console = Console()
    tell = flashing.Teller(texts, console.say, lambda phase, share: console.progress(texts(phase), share))
    flashing.flash(options.device, options.hex, tell, force=options.force, new_board=options.new_board)
    return os.EX_OK


def identify(options: argparse.Namespace, texts: Texts) -> int:
    device = choose(options.device, simulated_port())
    with Port(device) as port:
        visit = Visit(port, time.monotonic)
        hello = _hear(visit, device)
        command = visit.box.command(Operation.IDENTIFY, options.seconds)
        results = visit.box.results
        if not visit.until(lambda: command in results, ANSWER_S) or results[command] is None:
            raise Refusal("no_answer", os.EX_UNAVAILABLE)
        if results[command]:
            raise Refusal("not_done", os.EX_UNAVAILABLE)
        Console().say(texts("identifying", box=box_id(hello) or texts("no_id"), seconds=options.seconds))
        # The box stops when it unlinks, so it is kept company until it is through.
        visit.until(lambda: False, options.seconds)
    return os.EX_OK


def status(options: argparse.Namespace, texts: Texts) -> int:
    device = choose(options.device, simulated_port())
    with Port(device) as port:
        visit = Visit(port, time.monotonic)
        hello = _hear(visit, device)
        box = visit.box
        if not visit.until(lambda: box.status and box.totals, ANSWER_S) and hello.epoch:
            raise Refusal("no_answer", os.EX_UNAVAILABLE)
    if options.json:
        Console().say(json.dumps({"device": str(device), **as_json(hello, box.status, box.totals)}))
        return os.EX_OK
    for line in identity_lines(texts, hello):
        Console().say(line)
    for line in state_lines(texts, box.status) if box.status else ():
        Console().say(line)
    if box.totals:
        Console().say(totals_line(texts, box.totals, hello.buttons))
    return os.EX_OK


def _hear(visit: Visit, device: Path) -> Hello:
    box = visit.box
    visit.until(lambda: box.hello or box.foreign is not None, HEAR_S)
    if box.foreign is not None:
        raise Refusal("other_protocol", os.EX_PROTOCOL, number=box.foreign, ours=PROTOCOL)
    if box.hello is None:
        raise Refusal("silent", os.EX_UNAVAILABLE, device=device, seconds=HEAR_S)
    return box.hello


def _stamped(say: Callable[[str], None]) -> Callable[[str], None]:
    return lambda line: say(f"{time.strftime('%H:%M:%S')}  {line}")


def _write_json(path: Path | None, report: dict[str, object]) -> None:
    if path is None:
        return
    try:
        path.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise Refusal("no_file", os.EX_CANTCREAT, path=path, reason=error.strerror) from None
