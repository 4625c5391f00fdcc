"""The long trials of the screen, one after the other; each prints its counts and its seed.

Run: python -m tests.soak [--events N] [--minutes N] [--hits N] [--sittings N] [--seed N]; 0 leaves one out. With
--minutes further storms, each with the next seed, follow until the time is over.
"""

import argparse
import sys
import time
from collections.abc import Sequence

from tests.soak import hammering, sittings, storm

MOST_FALSE = 0.005  # complete answers without a flag, of all records of a storm
MOST_SLOPE_KB = 100  # per 1,000 sittings, beyond twice its standard error


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    wrong: list[str] = []
    for outcome in _storms(options.events, options.seed, options.minutes):
        print(outcome.line(), flush=True)
        left = outcome.exits or outcome.settings or outcome.shells or outcome.behind or outcome.screens - storm.OWN
        if left or not outcome.whole or _is_false(outcome):
            wrong.append(f"storm {outcome.seed}")
    if options.hits:
        hammered = hammering.run_apart(options.hits, options.seed)
        print(hammered.line(), flush=True)
        wrong += [f"hammering: {hammered.false_share:.2%} of {hammered.records} records"] * _is_false(hammered)
    if options.sittings:
        crowd = sittings.run_apart(options.sittings, options.seed)
        print(crowd.line(), flush=True)
        slope, error = crowd.slope_kb()
        wrong += [f"memory {slope:+.0f} kB per 1,000 sittings"] * (slope - 2 * error > MOST_SLOPE_KB)
    print(f"wrong: {', '.join(wrong) or 'nothing'}")
    return 1 if wrong else 0


def _is_false(outcome: storm.Outcome | hammering.Outcome) -> bool:
    """Whether too many of the records look like answers; of no record nothing is known."""
    return not outcome.records or outcome.false_share > MOST_FALSE


def _storms(events: int, seed: int, minutes: float):
    end_s = time.monotonic() + minutes * 60
    while events:
        yield storm.run(events, seed)
        seed += 1
        if time.monotonic() >= end_s:
            return


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000, help="random touch and key events under a real window")
    parser.add_argument("--minutes", type=float, default=0, help="repeat the storm for so long")
    parser.add_argument("--hits", type=int, default=100_000, help="random hits at every pace, time handed in")
    parser.add_argument("--sittings", type=int, default=50_000, help="citizens, for the slope of the memory")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
