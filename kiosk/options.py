"""What may be said on the command line of `hailong-kiosk`. Opens nothing, decides nothing."""

import argparse
from collections.abc import Sequence
from pathlib import Path


def read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """`arguments`, or those of this process. Raises: SystemExit, 2 for what is none and 0 after --help."""
    parser = argparse.ArgumentParser(
        prog="hailong-kiosk",
        description="One counter: asks on the screen, takes presses of button panels, keeps every answer before it "
        "thanks.",
    )
    first = parser.add_mutually_exclusive_group(required=True)
    first.add_argument("--config", type=Path, metavar="FILE", help="the kiosk's TOML file")
    first.add_argument(
        "--make-service-code",
        action="store_true",
        help="ask for a code of the service menu, print what the configuration keeps of it, and end",
    )
    parser.add_argument("--check-config", action="store_true", help="say what is wrong with the file, and end")
    parser.add_argument(
        "--self-test",
        action="store_true",
        help="keep, seal and read back an answer beside the kiosk's own, look at its outbox, and end; 0: all is well",
    )
    parser.add_argument(
        "--accept-box",
        metavar="PANEL",
        help="a box was exchanged: take the next one met at this panel for its own, and end",
    )
    parser.add_argument(
        "--list-recordings",
        type=Path,
        metavar="FORM",
        help="the texts of a form that an office may record to be read out, and their files' names, and end",
    )
    parser.add_argument(
        "--report",
        type=Path,
        metavar="PATH",
        help="tests: write each lit screen and its targets, never an answer, to a socket, FIFO or file",
    )
    return parser.parse_args(arguments)
