"""Run under a virtual display by test_contrast: measures the contrast of every text on the pixels of a real window.

Arguments: size, then modes. Prints one JSON object: texts measured, and the least contrast with where it was.
"""

import json
import sys
from collections import Counter

from kiosk.config import ScreenSettings
from kiosk.ui import theme
from kiosk.ui.compose import compose
from kiosk.ui.gallery import MODES, SIZES, form, states, view
from kiosk.ui.scene import Rect, Words
from kiosk.ui.typeset import Typesetter
from kiosk.ui.window import Window

STROKE = 2  # pixels: a colour that occurs once is the soft edge of a letter, not its stroke


def main() -> None:
    size, *modes = sys.argv[1:]
    width, height = (int(part) for part in size.split("x"))
    window = Window(ScreenSettings(width=width, height=height, dpi=SIZES[size]), lambda _x, _y: None, lambda: None)
    typesetter, of = Typesetter(window.measure), form()
    texts, least = 0, (99.0, "")
    for mode in modes:
        for name, (state, typing) in states(of).items():
            scene = compose(view(of, "vi", state, typing, MODES[mode], slips="slip" in name), window.glass, typesetter)
            window.paint(scene)
            window.poll()
            window.draw()
            frame = window.pixels()
            for item in (item for item in scene.items if isinstance(item, Words)):
                texts += 1
                found = contrast_in(frame, width, height, item.ink)
                least = min(least, (found, f"{name} {mode}: {' '.join(item.lines)}"))
    sys.stdout.write(json.dumps({"texts": texts, "least": round(least[0], 2), "where": least[1]}) + "\n")


def contrast_in(frame: bytes, width: int, height: int, ink: Rect) -> float:
    """Between the commonest colour of the rectangle, its ground, and the furthest from it that a stroke is made of."""
    x, right = max(int(ink.x), 0), min(int(ink.right) + 1, width)
    counts: Counter[bytes] = Counter()
    for y in range(max(int(ink.y), 0), min(int(ink.bottom) + 1, height)):
        row = frame[((height - 1 - y) * width + x) * 3 : ((height - 1 - y) * width + right) * 3]
        counts.update(row[i : i + 3] for i in range(0, len(row), 3))
    ground = counts.most_common(1)[0][0]
    strokes = [colour for colour, count in counts.items() if count >= STROKE]
    return max(theme.contrast(tuple(colour), tuple(ground)) for colour in strokes)  # type: ignore[arg-type]


main()
