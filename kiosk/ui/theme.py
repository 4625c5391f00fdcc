"""Colour, type, spacing, motion and sound of every screen, in one place. Knows no screen and draws nothing.

Sizes that fingers and eyes depend on are in millimetres on the glass (`Figures`), from WCAG 2.2 and EN 301 549; what
may grow with a larger screen is in units of the reference (1024 x 600 on 10 inches). Text on its ground has a contrast
of at least 7:1 (WCAG 1.4.6), lines that bound a control 3:1 (WCAG 1.4.11); tests/screens measures both on pixels.
"""

from dataclasses import dataclass
from typing import TypeAlias

Colour: TypeAlias = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Palette:
    """`accent` fills what leads on, the band and the progress; `soft` lies under emblems and word keys.

    `faces`: worst to best. They differ in mouth and brows; the tint only repeats what the shape says.
    """

    paper: Colour
    card: Colour
    ink: Colour
    muted: Colour
    edge: Colour
    accent: Colour
    on_accent: Colour
    soft: Colour
    emblem: Colour
    band: Colour
    on_band: Colour
    on_band_muted: Colour
    track: Colour
    faces: tuple[Colour, ...]
    face_ink: Colour


DAY = Palette(
    paper=(247, 244, 237),
    card=WHITE,
    ink=(17, 36, 52),
    muted=(66, 78, 88),
    edge=(118, 134, 134),
    accent=(11, 78, 84),
    on_accent=WHITE,
    soft=(222, 236, 234),
    emblem=(11, 78, 84),
    band=(11, 78, 84),
    on_band=WHITE,
    on_band_muted=(214, 239, 236),
    track=(214, 208, 194),
    faces=((233, 158, 135), (240, 188, 129), (240, 217, 140), (190, 212, 150), (140, 196, 150)),
    face_ink=(17, 36, 52),
)
NIGHT = Palette(
    paper=BLACK,
    card=BLACK,
    ink=WHITE,
    muted=WHITE,
    edge=WHITE,
    accent=(255, 214, 0),
    on_accent=BLACK,
    soft=(38, 38, 38),
    emblem=(255, 214, 0),
    band=BLACK,
    on_band=WHITE,
    on_band_muted=WHITE,
    track=(120, 120, 120),
    faces=((255, 214, 0),) * 5,
    face_ink=BLACK,
)


@dataclass(frozen=True, slots=True)
class Figures:
    """Least sizes in millimetres. `question`, `text`: capital letters; `larger_…`: in the large-text mode."""

    target: float
    gap: float
    question: float
    text: float
    larger_question: float
    larger_text: float


COUNTER = Figures(20.0, 5.0, 7.5, 5.0, 8.5, 6.25)  # read from 600 mm: 0.7 degrees is 7.3 mm
EDGE = Figures(15.0, 3.0, 6.0, 4.0, 6.0, 4.4)  # the 7 inch panel at a counter's edge, read from 480 mm
EDGE_DIAGONAL_MM = 200.0

MARGIN, MARGIN_TOP = 24.0, 12.0
RADIUS = 18.0
EDGE_W = 2.0
KEY_GAP_MM = 1.8  # keys stand as they do on any keyboard: ten to a row leave no room for more
CAP = 0.711  # height of a capital in parts of the type size (Roboto's own figure)
LEADING = 1.22  # stacked Vietnamese marks need the room
SHRINK = 0.6  # a text of a form that nobody tried may be set this much smaller before it is cut


@dataclass(frozen=True, slots=True)
class Type:
    """`question`: whether it keeps the question's least size or that of other text. `units`: what it may grow to."""

    question: bool
    units: float


TITLE = Type(True, 47.0)
QUESTION = Type(True, 47.0)
WORD = Type(True, 64.0)
HELP = Type(False, 30.0)
LABEL = Type(False, 32.0)
CHOICE = Type(False, 31.0)
BUTTON = Type(False, 30.0)
NOTE = Type(False, 30.0)
TYPED = Type(False, 30.0)
KEY = Type(False, 30.0)

SLIDE_S = 0.16  # a new question comes in from the side it lies on; a touch counts from its first frame
SLIDE_UNITS = 36.0


def contrast(one: Colour, other: Colour) -> float:
    """WCAG contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def face_tint(palette: Palette, level: int, levels: int) -> Colour:
    """The tint of `level` (from 1) on a scale of `levels`."""
    place = (level - 1) / max(levels - 1, 1) * (len(palette.faces) - 1)
    return palette.faces[min(round(place), len(palette.faces) - 1)]


def _luminance(colour: Colour) -> float:
    parts = [value / 255 for value in colour]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
