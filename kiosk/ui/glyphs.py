"""Small drawings as strokes in parts of their square, from its top left; a closed one is filled. No Kivy here."""

import math
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
Drawing: TypeAlias = Sequence[Sequence[Point]]


def _arc(
    x: float, y: float, radius: float, start: float, end: float, steps: int = 24, flat: float = 1.0
) -> list[Point]:
    """Part of a ring, angles in turns from the right, downwards. `flat`: width in parts of the height."""
    angles = [(start + (end - start) * i / steps) * 2 * math.pi for i in range(steps + 1)]
    return [(x + radius * flat * math.cos(a), y + radius * math.sin(a)) for a in angles]


def _ring(x: float, y: float, radius: float, flat: float = 1.0) -> list[list[Point]]:
    """In two halves, since a closed line would be filled."""
    return [_arc(x, y, radius, 0, 0.5, flat=flat), _arc(x, y, radius, 0.5, 1, flat=flat)]


def _block(x: float, y: float) -> list[list[Point]]:
    """A small full square around a point, as two strokes: a closed line would be open at a corner."""
    return [[(x - 0.03, y + shift), (x + 0.03, y + shift)] for shift in (-0.03, 0.03)]


def _filled(points: Sequence[Point]) -> list[Point]:
    return [*points, points[0]]


GLYPHS: Mapping[str, Drawing] = {
    "tick": [[(0.06, 0.54), (0.38, 0.84), (0.94, 0.16)]],
    "cross": [[(0.12, 0.12), (0.88, 0.88)], [(0.88, 0.12), (0.12, 0.88)]],
    "pause": [[(0.3, 0.12), (0.3, 0.88)], [(0.7, 0.12), (0.7, 0.88)]],
    "link": [[(0.5, 0.1), (0.5, 0.58)], [(0.5, 0.88), (0.5, 0.9)]],
    "info": [*_ring(0.5, 0.5, 0.46), [(0.5, 0.46), (0.5, 0.74)], [(0.5, 0.26), (0.5, 0.27)]],
    "help": [
        _filled(_arc(0.5, 0.13, 0.075, 0, 1)[:-1]),
        [(0.14, 0.36), (0.5, 0.42), (0.86, 0.36)],
        [(0.5, 0.42), (0.5, 0.62)],
        [(0.28, 0.94), (0.5, 0.62), (0.72, 0.94)],
    ],
    "globe": [*_ring(0.5, 0.5, 0.46), *_ring(0.5, 0.5, 0.46, 0.45), [(0.04, 0.5), (0.96, 0.5)]],
    "large": [
        [(0.02, 0.86), (0.3, 0.14), (0.58, 0.86)],
        [(0.13, 0.6), (0.47, 0.6)],
        [(0.64, 0.86), (0.81, 0.44), (0.98, 0.86)],
        [(0.71, 0.72), (0.91, 0.72)],
    ],
    "contrast": [*_ring(0.5, 0.5, 0.44), _filled(_arc(0.5, 0.5, 0.44, 0.25, 0.75))],
    "low": [[(0.5, 0.06), (0.5, 0.7)], [(0.24, 0.46), (0.5, 0.7), (0.76, 0.46)], [(0.12, 0.92), (0.88, 0.92)]],
    "slip": [  # a strip of paper with a torn edge, and the corners of a QR code on it
        [(0.9, 0.04), (0.1, 0.04), (0.1, 0.96), (0.3, 0.84), (0.5, 0.96), (0.7, 0.84), (0.9, 0.96), (0.9, 0.09)],
        *(part for x, y in ((0.35, 0.3), (0.65, 0.3), (0.35, 0.6)) for part in _block(x, y)),
        [(0.63, 0.6), (0.67, 0.6)],
    ],
    "aloud": [
        _filled([(0.04, 0.37), (0.24, 0.37), (0.48, 0.16), (0.48, 0.84), (0.24, 0.63), (0.04, 0.63)]),
        _arc(0.48, 0.5, 0.22, -0.15, 0.15),
        _arc(0.48, 0.5, 0.42, -0.15, 0.15),
    ],
}
