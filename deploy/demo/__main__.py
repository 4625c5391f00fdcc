"""`make demo`: sets the stage, lets citizens tap and press, waits for the last receipt, and compares both ends."""

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from deploy.demo.citizens import Counter, Way, invite
from deploy.demo.fingers import Eyes, Finger, tell
from deploy.demo.ledger import Balance, Given, balance, index_percent
from deploy.demo.stage import PLAN, DemoFailed, Stage, fresh_directory

DELIVERY_S = 60.0
WINDOW_DAYS = 30
CITIZENS = {"rut-gon-mot-cua": 40}
FEW = 12  # of a form that takes each of them minutes


def main() -> int:
    """Exit code 0 only if nothing was lost or doubled and the centre's index is the one that was given."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that no process is left behind
    directory = fresh_directory(Path(tempfile.gettempdir()))
    try:
        if options.plan:
            return _ended(directory, round_of(directory, options), options)
        if options.fleet is not None:
            return _ended(directory, fleet_of(directory, options), options)
        if options.receipts is not None:
            code = hand_out(directory, options)
            return _ended(directory, code, options)
        with Stage(directory, options.form) as stage:
            virtual = stage.open_display()
            counter = set_the_stage(stage)
            if options.citizens == 0 or not virtual:
                play(stage, counter)
                return os.EX_OK
            citizens = CITIZENS.get(options.form, FEW) if options.citizens is None else options.citizens
            code = run_citizens(stage, counter, citizens, options.seed)
    except (DemoFailed, OSError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return os.EX_OK
    return _ended(directory, code, options)


def _ended(directory: Path, code: int, options: argparse.Namespace) -> int:
    if code == os.EX_OK and not options.keep:
        shutil.rmtree(directory)
    return code


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--form", default="rut-gon-mot-cua", help="id of the form asked (rut-gon-mot-cua)")
    parser.add_argument(
        "--citizens", type=int, help=f"scripted citizens when there is no display (40; {FEW} of a long form)"
    )
    parser.add_argument("--receipts", type=int, metavar="N", help="instead: print N slips, and answer most of them")
    parser.add_argument("--fleet", type=int, metavar="N", help="instead: N kiosks enrol and report; their page")
    parser.add_argument("--no-picture", action="store_true", help="with --fleet: without the page's picture")
    parser.add_argument(
        "--plan", help="instead: play the whole round of this shipped plan, or plan file, to the published site"
    )
    parser.add_argument("--share", type=int, default=100, help="with --plan: percent of the answers it asks for (100)")
    parser.add_argument("--out", type=Path, help="folder of what is made (build/receipts, build/rounds, build/fleet)")
    parser.add_argument("--seed", type=int, default=1, help="of their dice (1)")
    parser.add_argument("--keep", action="store_true", help="keep the logs and databases of the run")
    return parser.parse_args()


def round_of(directory: Path, options: argparse.Namespace) -> int:
    from deploy.demo.round_script import NoRound
    from deploy.demo.whole_round import play_round

    try:
        return play_round(directory, options.plan, options.seed, options.out or Path("build/rounds"), options.share)
    except NoRound as error:
        raise DemoFailed(str(error)) from None


def fleet_of(directory: Path, options: argparse.Namespace) -> int:
    from deploy.demo.fleet_stage import play_fleet

    if not 1 <= options.fleet <= 1000:
        raise DemoFailed(f"a fleet of 1 to 1000 kiosks, not {options.fleet}")
    return play_fleet(directory, options.fleet, options.seed, options.out or Path("build/fleet"), options.no_picture)


def hand_out(directory: Path, options: argparse.Namespace) -> int:
    from deploy.demo.receipts import hand_out_slips  # a demo without slips needs no browser
    from deploy.demo.slip_stage import SlipStage

    out: Path = options.out or Path("build/receipts")
    clear(out)
    with SlipStage(directory, options.form, out.resolve() / "slips") as stage:
        stage.open_display(virtual=True)
        scanner = stage.open_scanner()
        counter = set_the_stage(stage)
        stage.open_station()
        _say(f"  counter's page {stage.station_url}")
        return hand_out_slips(stage, counter, scanner, options.receipts, options.seed)


def clear(folder: Path) -> None:
    """Take away what an earlier run left in `folder`. Raises: DemoFailed if other things lie there."""
    ours = {"slips", "station.png", "phone.png", "coverage.png"}
    if folder.exists() and (strange := {path.name for path in folder.iterdir()} - ours):
        raise DemoFailed(f"{folder} holds {sorted(strange)[0]}, which no demo has made: name another folder")
    for path in folder.iterdir() if folder.exists() else ():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def set_the_stage(stage: Stage) -> Counter:
    """Start every process in the order in which a technician would."""
    today = date.today()
    _say("Central office: setting up and serving on loopback…")
    days = ((today - timedelta(days=1)).isoformat(), (today + timedelta(days=WINDOW_DAYS)).isoformat())
    stage.open_office(days)
    stage.tell_citizens(days)
    _say(f"  {stage.office_url}  (user {stage.user}, password {stage.password})")
    _say("Kiosk: enrolling with a one-time code…")
    _say("  " + stage.enrol().strip().splitlines()[0])
    _say("Agent, button terminal and kiosk: starting…")
    stage.open_agent()
    stage.wait_for_notice()
    box = stage.open_terminal()
    pins = stage.open_kiosk()
    return Counter(Eyes(stage.report, stage.check_alive), Finger(stage.display), box, pins, stage.overall_question())


def run_citizens(stage: Stage, counter: Counter, count: int, seed: int) -> int:
    citizens = invite(count, seed)
    given: list[Given] = []
    for number, citizen in enumerate(citizens, 1):
        given.append(counter.serve(citizen))
        _progress(number, count, str(citizen.way))
    _say("\nWaiting for the last receipt…")
    wait_for_delivery(stage, len(given))
    arrived, ids, results = collect(stage)
    even = balance(given, arrived, ids)
    index: float | None = results["overall"]["index"]["percent"]
    expected = index_percent(given)
    print_table(even, [citizen.way for citizen in citizens], results)
    stage.office("verify")
    lamps = {"box": tell(counter.box, "lamps"), "pins": tell(counter.pins, "lamps")}
    _say(f"Lamps lit: box {lamps['box']}, pins {lamps['pins']}")
    good = even.even and index == expected
    if index != expected:
        _say(f"The centre's index {index} is not the one that was given, {expected}.")
    line = {
        "form": stage.form,
        "tapped": even.tapped,
        "pressed": even.pressed,
        "received": even.received,
        "duplicates": even.duplicates,
        "lost": even.lost,
        "index": index,
    }
    print(json.dumps(line), flush=True)
    return os.EX_OK if good else 1


def wait_for_delivery(stage: Stage, expected: int) -> None:
    """Until the outbox has sealed and delivered all; walk-aways are sealed when their idle time is over."""
    give_up = time.monotonic() + DELIVERY_S
    while True:
        health = stage.agent_status()["health"]
        if health["next_seq"] - 1 >= expected and not health["pending"] and not health["drafts"]:
            return
        stage.check_alive()
        if time.monotonic() > give_up:
            raise DemoFailed(f"{expected} answers given, but after {DELIVERY_S:.0f} s the outbox says {health}")
        time.sleep(0.5)


def collect(stage: Stage) -> tuple[list[Given], list[str], dict[str, Any]]:
    """What the office holds: every record's channel and overall rating, their ids, and the figures of its page."""
    folder = stage.directory / "export"
    stage.office("export", "--plan", PLAN, str(folder))
    records = [json.loads(line) for line in (folder / "answers.ndjson").read_text("utf-8").splitlines()]
    overall = stage.overall_question()
    arrived = [Given(record["channel"], record["answers"].get(overall)) for record in records]
    results: dict[str, Any] = json.loads((folder / "results.json").read_text("utf-8"))
    return arrived, [record["id"] for record in records], results


def print_table(even: Balance, ways: list[Way], results: dict[str, Any]) -> None:
    index = results["overall"]["index"]
    _say("")
    for way in Way:
        _say(f"  {way:<22} {ways.count(way):>5}")
    _say(f"  {'tapped + pressed':<22} {even.tapped + even.pressed:>5}")
    _say(f"  {'received':<22} {even.received:>5}")
    _say(f"  {'lost / doubled':<22} {even.lost:>3} / {even.duplicates}")
    _say(f"  {'overall index':<22} {index['percent']:>8.2f} %   n = {index['n']}, {index['satisfied']} at level 4 or 5")
    _say(f"  {'flagged':<22} {results['flagged']:>5}     the dice answer faster than people do")


def play(stage: Stage, counter: Counter) -> None:
    """A person has the display: tap in the window, type a number here to press a button."""
    _say(f"\nTap in the window. Here: 1–5 presses the box, p1–p5 the pins, q ends. Results: {stage.office_url}")
    for line in iter(sys.stdin.readline, ""):
        word = line.strip().lower()
        if word == "q":
            return
        control = counter.pins if word.startswith("p") else counter.box
        button = word.removeprefix("p")
        if button in ("1", "2", "3", "4", "5"):
            tell(control, f"press {int(button) - 1} 120 3000")
        stage.check_alive()
    while True:  # nobody at the keyboard: the window is still there to be tapped, until Ctrl-C
        stage.check_alive()
        time.sleep(1)


def _progress(number: int, count: int, way: str) -> None:
    width = 30
    done = width * number // count
    end = "\r" if sys.stdout.isatty() and number < count else "\n"
    if sys.stdout.isatty() or number % max(1, count // 4) == 0 or number == count:
        print(f"  [{'#' * done}{'.' * (width - done)}] {number}/{count} {way:<24}", end=end, flush=True)


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
