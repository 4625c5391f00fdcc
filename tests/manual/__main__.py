"""`python -m tests.manual`: draws the manual's pictures anew, on a virtual display and in Chromium."""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from kiosk.ui.screens import virtual_display
from tests.manual.kept import keep
from tests.manual.kiosk_pictures import SHOWN, SIZE


def draw_kiosk(aside: Path) -> list[Path]:
    """The kiosk's screens, in a process that has a display of its own."""
    with virtual_display(SIZE) as environment:
        command = [sys.executable, "-m", "tests.manual.kiosk_pictures", str(aside)]
        subprocess.run(command, env=environment, check=True, timeout=300)
    return [keep(aside / f"{name}.png", name) for name in SHOWN.values()]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.manual", description=__doc__)
    parser.add_argument("--only", choices=("kiosk", "office"), help="half of them")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hailong-manual-") as folder:
        made = [] if options.only == "office" else draw_kiosk(Path(folder))
        if options.only != "kiosk":
            from tests.manual.office_pictures import draw_office

            made += draw_office(Path(folder) / "office")
    for path in sorted(made):
        sys.stdout.write(f"{path.stat().st_size:8} {path.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
