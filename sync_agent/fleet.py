"""`hailong-fleet`: the agents of many simulated kiosks in one process, for demonstrations and trials of a whole round.

Each has its own directory, key, outbox and enrolment, and speaks to the office as a single one does; only the process
is shared. Everything is `agent`, `outbox` and `transport` as on a kiosk.
"""

import argparse
import json
import logging
import os
import sys
import tomllib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

from survey.events import log_to_stderr
from sync_agent import enrolment
from sync_agent.agent import HEARTBEATS, Post
from sync_agent.building import build_agent, enrol_with, open_transport
from sync_agent.config import Settings
from sync_agent.delivery import Reply
from sync_agent.errors import AgentError
from sync_agent.outbox import HeldBook, Outbox, OutboxError

THREADS = 4
MOST_TURNS = 3  # the first asks for what a slip needs, the second tells of slips, the last delivers what is left
TOLD_EVERY = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0; 1 if answers are left; 69 if the office refused or a store failed."""
    parser = argparse.ArgumentParser(prog="hailong-fleet", description=__doc__)
    parser.add_argument("root", type=Path, help="folder of the kiosks' data directories")
    parser.add_argument("--centre-url", required=True)
    commands = parser.add_subparsers(dest="command", required=True)
    enrol = commands.add_parser("enrol", help="a kiosk for every line «directory code» of a file, or card of a folder")
    enrol.add_argument("codes", type=Path)
    turn = commands.add_parser("turn", help="let every agent beat and deliver until nothing is left")
    turn.add_argument(
        "--ill",
        type=Path,
        metavar="JSON",
        help='what is the matter with some, {"directory": {"version": "0.0.9", "clock": "uncertain", "off": true, '
        '"undelivered": true}}: told instead of the truth, switched off, or with a line that takes only heartbeats',
    )
    options = parser.parse_args(arguments)
    log_to_stderr()
    logging.disable(logging.INFO)
    try:
        return _enrol(options) if options.command == "enrol" else _turn(options)
    except (AgentError, OutboxError) as error:
        print(f"{error}\n{error.hint}", file=sys.stderr)
        return os.EX_UNAVAILABLE
    except OSError as error:
        print(error, file=sys.stderr)
        return os.EX_CONFIG


def _enrol(options: argparse.Namespace) -> int:
    pairs = _pairs(options.codes)
    if any(len(pair) != 2 or pair[0] == ".." or Path(pair[0]).name != pair[0] for pair in pairs):
        print(f"{options.codes}: every line is «directory code»", file=sys.stderr)
        return os.EX_DATAERR

    def one(pair: list[str]) -> int:
        enrol_with(_settings(options, options.root / pair[0]), pair[1])
        return 1

    done = _all(one, pairs, "enrolled")
    print(json.dumps({"enrolled": done}), flush=True)
    return os.EX_OK


def _pairs(codes: Path) -> list[list[str]]:
    """Directory and code of each kiosk: a line of a file, or a card of a folder of `hailong-office kiosk prepare`."""
    if not codes.is_dir():
        return [line.split() for line in codes.read_text("utf-8").splitlines() if line.strip()]
    cards = [tomllib.loads(path.read_text("utf-8"))["enrolment"] for path in sorted(codes.glob("*/hailong.toml"))]
    return [[str(card["point"]), str(card["code"])] for card in cards]


def _turn(options: argparse.Namespace) -> int:
    ill = json.loads(options.ill.read_text("utf-8")) if options.ill else {}
    directories = sorted(path.parent for path in options.root.glob("*/assignment.json"))
    on = [directory for directory in directories if not ill.get(directory.name, {}).get("off")]

    def one(directory: Path) -> int:
        return _turn_one(_settings(options, directory), ill.get(directory.name, {}))

    left = _all(one, on, "kiosks delivered")
    meant = any(what.get("undelivered") for what in ill.values())
    print(json.dumps({"kiosks": len(on), "left": left}), flush=True)
    return os.EX_OK if not left or meant else 1


def _turn_one(settings: Settings, ill: dict[str, Any]) -> int:
    """How many answers are left after some turns."""
    assignment = enrolment.load_assignment(settings.data_directory)
    with (
        open_transport(settings) as transport,
        Outbox.open(settings.outbox_path) as outbox,
        closing(HeldBook(settings.data_directory)) as book,
    ):
        agent = build_agent(settings, assignment, outbox, transport, book)
        agent.version = ill.get("version", agent.version)
        agent.clock_quality = lambda: ill.get("clock", "synchronised")  # this machine's clock is not the kiosks'
        if ill.get("undelivered"):
            agent.post = _only_heartbeats(agent.post)
        for _ in range(MOST_TURNS):
            agent.step()
            agent.deliver_all()
            if not outbox.health().pending or ill.get("undelivered"):
                break
        return outbox.health().pending


def _only_heartbeats(post: Post) -> Post:
    """A line behind a firewall that swallows larger bodies."""

    def posted(path: str, body: bytes, kind: str) -> Reply:
        return post(path, body, kind) if path == HEARTBEATS else Reply(0, {}, b"cut off")

    return posted


def _settings(options: argparse.Namespace, directory: Path) -> Settings:
    """`update_state` is each kiosk's own: what this machine's updater says is not about them."""
    return Settings(centre_url=options.centre_url, data_directory=directory, update_state=directory / "update.json")


def _all(work: "Callable[[object], int] | Callable[..., int]", items: Iterable[object], what: str) -> int:
    """The sum of what `work` gives, with progress on standard error."""
    todo, total = list(items), 0
    with ThreadPoolExecutor(THREADS) as pool:
        for number, result in enumerate(pool.map(work, todo), 1):
            total += result
            if number % TOLD_EVERY == 0 or number == len(todo):
                print(f"  {number}/{len(todo)} {what}", file=sys.stderr, flush=True)
    return total


if __name__ == "__main__":
    sys.exit(main())
