"""`python -m tests.manual.kiosk_pictures OUT`: the kiosk's own screens that the manual shows. Needs a display.

Drawn by the kiosk's window and painter from the states that are also measured; the manual's name stands beside each.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from kiosk.service.build import REASONS
from kiosk.texts import read_words
from kiosk.ui.gallery import form, standing
from kiosk.ui.screens import scenes
from kiosk.ui.service_states import service_states

SIZE, LANGUAGE, MODE = "1024x600", "vi", "plain"
SHOWN = {
    "01-invitation": "man-hinh-moi",
    "15-paused": "tam-ngung-loi",
    "16-enrol-offer-scan": "chua-ghi-danh",
    "16-enrol-offer-faults": "tep-co-loi",
    "16-enrol-typing": "go-ma",
    "16-enrol-done": "dau-van-khoa",
    "16-enrol-refused-no_line": "khong-lien-lac",
    "16-enrol-stopped": "thoi-phuc-vu",
    "20-service-pad": "ma-phuc-vu",
    "21-service-menu-well": "man-hinh-phuc-vu",
    "22-service-status-1": "tinh-trang-may",
    "22-service-status-2": "tinh-trang-may-2",
    "23-service-touch-done": "thu-cam-ung",
    "26-service-machine": "nhan-may",
    "26-service-usb": "nhan-usb",
    "26-service-usb-copying": "usb-dang-chep",
    "26-service-usb-done": "usb-xong",
    "29-service-halted": "tam-ngung-can-bo",
}


def draw(out: Path) -> None:
    """A PNG of each, by the manual's name."""
    from kiosk.config import ScreenSettings
    from kiosk.ui.gallery import SIZES
    from kiosk.ui.typeset import Typesetter
    from kiosk.ui.window import Window

    width, height = (int(part) for part in SIZE.split("x"))
    window = Window(ScreenSettings(width=width, height=height, dpi=SIZES[SIZE]), lambda _x, _y: None, lambda: None)
    left = dict(SHOWN)
    for name, scene in _scenes(window.glass, Typesetter(window.measure)):
        if to := left.pop(name, ""):
            window.paint(scene)
            window.poll()
            window.draw()
            window.save(out / f"{to}.png")
    window.close()
    if left:
        raise LookupError(f"no such screens: {', '.join(left)}")


def _scenes(glass: Any, typesetter: Any) -> Iterator[tuple[str, Any]]:
    """Those of the gallery, which stand at their fullest, and the menu as it is when nothing is wrong."""
    from kiosk.ui.service import compose_service

    yield from scenes(glass, typesetter, LANGUAGE, MODE)
    well = replace(service_states(standing(form()), REASONS.read_bytes())["21-service-menu"], failed=False)
    yield "21-service-menu-well", compose_service(well, read_words(LANGUAGE), LANGUAGE, glass, typesetter)


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
