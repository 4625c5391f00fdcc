"""The long trials of the button terminal, one after the other; each prints what was tried, its seed and what was wrong.

Run: python -m tests.terminal [--only NAME …]; each runs by itself as python -m tests.terminal.NAME, with options.
"""

import argparse
import subprocess
import sys
import time

TRIALS = ("second", "parsers", "torn_run", "cuts", "sweep", "lockstep", "soak")  # the shortest first


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--only", nargs="+", choices=TRIALS, default=TRIALS)
    wrong = []
    for name in parser.parse_args().only:
        began_s = time.monotonic()
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"tests.terminal.{name}"], check=False).returncode:
            wrong.append(name)
        print(
            f"== {name}: {'WRONG' if name in wrong else 'right'}, {(time.monotonic() - began_s) / 60:.1f} min",
            flush=True,
        )
    return len(wrong)


if __name__ == "__main__":
    sys.exit(main())
