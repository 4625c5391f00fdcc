"""The product's panel over a durable store, as a process of its own that dies, by SIGKILL, around its commits.

Run: python -m tests.terminal.panel_process PORT DATABASE SEED RATE CRASH_RATE; prints "ready".
"""

import os
import random
import signal
import sqlite3
import sys
import time
from pathlib import Path

from hardware.panels import PanelKind, PanelSettings, open_panel
from hardware.ports import ButtonPanel, Press

REFRACTORY_MS = 300
POLL_S = 0.01
SCHEMA = """
CREATE TABLE IF NOT EXISTS press (source TEXT PRIMARY KEY, button INTEGER, burst INTEGER, tally TEXT) STRICT;
CREATE TABLE IF NOT EXISTS repetition (source TEXT) STRICT;
CREATE TABLE IF NOT EXISTS death (moment TEXT) STRICT;"""


class Store:
    """A press is on the disk when `record` returns; a repetition is known by its source."""

    def __init__(self, path: Path, dice: random.Random, crash_rate: float) -> None:
        self._database = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.executescript(SCHEMA)
        self._dice, self._crash_rate = dice, crash_rate

    def record(self, press: Press) -> None:
        moment = self._dice.choice(("before", "within", "after")) if self._dice.random() < self._crash_rate else ""
        if moment:
            self._database.execute("INSERT INTO death VALUES (?)", [moment])
        _die_if(moment == "before")
        self._database.execute("BEGIN IMMEDIATE")
        row = [press.source, press.button, "burst" in press.flags, press.tally]
        added = self._database.execute("INSERT OR IGNORE INTO press VALUES (?, ?, ?, ?)", row).rowcount
        if not added:
            self._database.execute("INSERT INTO repetition VALUES (?)", [press.source])
        _die_if(moment == "within")
        self._database.execute("COMMIT")
        _die_if(moment == "after")


def _die_if(now: bool) -> None:
    if now:
        os.kill(os.getpid(), signal.SIGKILL)


def serve(panel: ButtonPanel, store: Store) -> None:
    while True:
        for press in panel.poll():
            store.record(press)
            panel.confirm(press)
        time.sleep(POLL_S)


def main() -> None:
    port, database, seed, rate, crash_rate = sys.argv[1:]
    pace = float(rate)
    store = Store(Path(database), random.Random(int(seed)), float(crash_rate))
    settings = PanelSettings(PanelKind.SERIAL, device=Path(port), refractory_ms=REFRACTORY_MS)
    panel = open_panel(settings, boot_id=f"soak-{seed}", clock=lambda: time.monotonic() * pace)
    print("ready", flush=True)
    serve(panel, store)


if __name__ == "__main__":
    main()
