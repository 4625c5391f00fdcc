"""Colour, type and spacing of every screen, in one place.

Text on its ground has a contrast of at least 7:1 (WCAG 1.4.6); tests/screens computes each pair. Lengths are in units
of the reference screen (1024 x 600): `Page.unit` scales them; fingers are served in millimetres (`Page.mm`).
"""

from typing import TypeAlias

Colour: TypeAlias = tuple[int, int, int]

PAPER: Colour = (247, 244, 237)
CARD: Colour = (255, 255, 255)
INK: Colour = (17, 36, 52)
MUTED: Colour = (66, 78, 88)
EDGE: Colour = (208, 203, 190)
TEAL: Colour = (11, 78, 84)
TEAL_SOFT: Colour = (222, 236, 234)
TEAL_LIGHT: Colour = (209, 236, 233)
WHITE: Colour = (255, 255, 255)
TRACK: Colour = (226, 221, 209)

# Worst to best. The faces differ in mouth and brows; the tint only repeats what the shape says.
FACES: tuple[Colour, ...] = (
    (233, 158, 135),
    (240, 188, 129),
    (240, 217, 140),
    (190, 212, 150),
    (140, 196, 150),
)

MARGIN = 28.0
GAP_MM = 5.0  # between targets that end an answer
CLOSE_GAP_MM = 2.6  # between choices and between keys
TARGET_MM = 20.0
DENSE_TARGET_MM = 15.5  # navigation under a full grid or a keyboard
RADIUS = 18.0

# Largest and least size of each kind of text, in units; the largest that fits is taken.
TITLE = (49.0, 22.0)
QUESTION = (47.0, 20.0)
HELP = (29.0, 16.0)
LABEL = (31.0, 16.0)
CHOICE = (30.0, 13.0)
BUTTON = (28.0, 15.0)
NOTE = (27.0, 14.0)
SMALL = (22.0, 12.0)
KEY = (28.0, 13.0)
LEADING = 1.24  # stacked Vietnamese marks need the room


def contrast(one: Colour, other: Colour) -> float:
    """WCAG contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def face_tint(level: int, levels: int) -> Colour:
    """The tint of `level` (from 1) on a scale of `levels`."""
    place = (level - 1) / max(levels - 1, 1) * (len(FACES) - 1)
    return FACES[min(round(place), len(FACES) - 1)]


def _luminance(colour: Colour) -> float:
    parts = [value / 255 for value in colour]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
