"""`hailong-crowd`: lets simulated citizens answer at many enrolled kiosks, and says in one JSON line what they did."""

import argparse
import json
import logging
import os
import sys
from collections import Counter as Counts
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from kiosk.crowd.counter import Counter
from kiosk.crowd.script import CounterScript, read_script
from kiosk.errors import KioskError
from sync_agent.outbox import OutboxError


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0, or 65 for a bad script, 69 for a store that cannot be written."""
    parser = argparse.ArgumentParser(prog="hailong-crowd", description=__doc__)
    parser.add_argument("root", type=Path, help="folder that holds the kiosks' data directories")
    parser.add_argument("--script", type=Path, required=True, help="what the crowd is to do (JSON)")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    logging.disable(logging.INFO)  # a line for every answer of thousands helps nobody
    try:
        seed, counters = read_script(options.script.read_bytes(), options.root)
        total = _crowd(seed, counters, options.processes)
    except (KioskError, OSError) as error:
        print(f"hailong-crowd: {error}", file=sys.stderr)
        return os.EX_DATAERR
    except OutboxError as error:
        print(f"hailong-crowd: {error}\n{error.hint}", file=sys.stderr)
        return os.EX_UNAVAILABLE
    print(json.dumps({"seed": seed, "counters": len(counters), **dict(sorted(total.items()))}), flush=True)
    return os.EX_OK


def _crowd(seed: int, counters: Sequence[CounterScript], processes: int) -> Counts[str]:
    total: Counts[str] = Counts()
    with ProcessPoolExecutor(processes) as pool:
        for number, served in enumerate(pool.map(_serve, counters, [seed] * len(counters)), 1):
            total += served
            if number % 20 == 0 or number == len(counters):
                print(f"  {number}/{len(counters)} counters, {total['answers']} answers", file=sys.stderr, flush=True)
    return total


def _serve(script: CounterScript, seed: int) -> Counts[str]:
    logging.disable(logging.INFO)
    counter = Counter(script, seed)
    try:
        counter.run()
    finally:
        counter.close()
    return counter.served


if __name__ == "__main__":
    sys.exit(main())
