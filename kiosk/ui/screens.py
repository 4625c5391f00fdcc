"""`python -m kiosk.ui.screens --out DIR`: every screen, language, size and mode as a PNG, and contact sheets of them.

To be looked at before a release. One process per size, each with its own Xvfb when there is no display. Real window,
real painter, the forms that ship.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.config import ScreenSettings
from kiosk.service.build import REASONS
from kiosk.texts import read_words
from kiosk.ui.enrolling_states import enrolling_states
from kiosk.ui.gallery import MODES, SIZES, form, gallery, standing, view
from kiosk.ui.service_states import service_states
from kiosk.ui.sheet import contact_sheet

if TYPE_CHECKING:
    from kiosk.ui.page import Glass
    from kiosk.ui.scene import Scene
    from kiosk.ui.typeset import Typesetter

LOOKS = [
    *((language, mode) for language in ("vi", "en") for mode in MODES),
    ("km", "plain"),  # a sample: what it lacks stands in Vietnamese
]


def render(out: Path, size: str) -> int:
    """Write one size's PNGs; the number written. Needs a display."""
    from kiosk.ui.typeset import Typesetter
    from kiosk.ui.window import Window

    width, height = (int(part) for part in size.split("x"))
    settings = ScreenSettings(width=width, height=height, dpi=SIZES[size])
    window = Window(settings, lambda _x, _y: None, lambda: None)
    typesetter, count = Typesetter(window.measure), 0
    for language, mode in LOOKS:
        pictures = []
        for name, scene in scenes(window.glass, typesetter, language, mode):
            window.paint(scene)
            window.poll()
            window.draw()
            pictures.append(out / f"{name}-{language}-{mode}-{size}.png")
            window.save(pictures[-1])
        contact_sheet(pictures, out / f"sheet-{size}-{mode}-{language}.png")
        count += len(pictures)
    window.close()
    return count


def scenes(glass: "Glass", typesetter: "Typesetter", language: str, mode: str) -> "Iterator[tuple[str, Scene]]":
    """Every screen by name; those of service, which knows no mode, and the whole form in the plain one alone."""
    from kiosk.ui.compose import compose
    from kiosk.ui.enrolling import compose_enrolling
    from kiosk.ui.service import compose_service

    short = form()
    for name, of, state, typing in gallery():
        if of.id == short.id or mode == "plain":
            shown = view(of, language, state, typing, MODES[mode], slips="slip" in name)
            yield name, compose(shown, glass, typesetter)
    if mode == "plain" and language in ("vi", "en"):
        for name, showing in service_states(standing(short), REASONS.read_bytes()).items():
            yield name, compose_service(showing, read_words(language), language, glass, typesetter)
        for name, admission in enrolling_states().items():
            yield name, compose_enrolling(admission, read_words(language), language, glass, typesetter)


@contextmanager
def virtual_display(size: str) -> Iterator[dict[str, str]]:
    """An environment with a new Xvfb, which ends with the block. Raises: OSError if it does not start."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL)  # noqa: S603
    os.close(writing)
    try:
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise OSError("Xvfb did not start; is the package xvfb installed?")
        yield {**os.environ, "DISPLAY": f":{number}"}
    finally:
        server.terminate()
        server.wait(10)


def display(size: str) -> AbstractContextManager[dict[str, str]]:
    """An environment with a display: this process's own, or else a virtual one."""
    return nullcontext(dict(os.environ)) if os.environ.get("DISPLAY") else virtual_display(size)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m kiosk.ui.screens", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/screens"), help="where the PNGs go")
    parser.add_argument("--size", choices=SIZES, help="one size only, on the present display")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    if options.size and os.environ.get("DISPLAY"):
        return 0 if render(options.out, options.size) else 1
    for size in [options.size] if options.size else SIZES:
        with display(size) as environment:
            command = [sys.executable, "-m", "kiosk.ui.screens", "--out", str(options.out), "--size", size]
            subprocess.run(command, env=environment, check=True, timeout=600)  # noqa: S603
    sheets = len(list(options.out.glob("sheet-*.png")))
    screens = len(list(options.out.glob("*.png"))) - sheets
    sys.stdout.write(f"{screens} screens and {sheets} contact sheets in {options.out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
