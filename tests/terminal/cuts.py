"""The sweeps of tests/firmware_bridge whole, of which `make test` tries a part: every cut, every reset, every lost bus.

Run: python -m tests.terminal.cuts
"""

import os
import subprocess
import sys

from tests.terminal.builds import ROOT

SWEEPS = ("tests/firmware_bridge/test_firmware_cuts.py", "tests/firmware_bridge/test_firmware_deep.py")


def main() -> int:
    command = [sys.executable, "-m", "pytest", "-q", *SWEEPS]
    return subprocess.run(command, cwd=ROOT, env=os.environ | {"WHOLE_SWEEPS": "1"}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
