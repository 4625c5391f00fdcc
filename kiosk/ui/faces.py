"""The shape of a face for a rating from 0 (worst) to 1 (best): strokes in parts of its circle."""

import math
from collections.abc import Sequence
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]  # from the top left of the circle's square
Stroke: TypeAlias = tuple[float, Sequence[Point]]  # half width, points

EYE_X, EYE_Y = 0.17, 0.40
STEPS = 20


def strokes(mood: float) -> list[Stroke]:
    """Eyes, brows and mouth."""
    return [*_eyes(mood), *_brows(mood), *_mouth(mood)]


def _eyes(mood: float) -> list[Stroke]:
    if mood > 0.9:  # closed in laughter: two small arches
        return [(0.021, _arch(0.5 + side * EYE_X, EYE_Y + 0.02, 0.07, 0.06)) for side in (-1, 1)]
    return [(0.036, [(0.5 + side * EYE_X, EYE_Y - 0.012), (0.5 + side * EYE_X, EYE_Y + 0.012)]) for side in (-1, 1)]


def _brows(mood: float) -> list[Stroke]:
    """Drawn together and down at the worst, worried below the middle, level in it, lifted above."""
    if mood > 0.9:
        return []
    if mood > 0.6:
        return [(0.017, _arch(0.5 + side * EYE_X, EYE_Y - 0.10, 0.075, 0.03)) for side in (-1, 1)]
    inner = {True: 0.075, False: -0.05 if mood > 0.1 else 0.0}[mood < 0.1] if mood < 0.4 else 0.0
    height = EYE_Y - (0.115 if mood < 0.4 else 0.12)
    return [
        (
            0.019,
            [(0.5 + side * (EYE_X + 0.08), height - inner / 2), (0.5 + side * (EYE_X - 0.07), height + inner / 2)],
        )
        for side in (-1, 1)
    ]


def _mouth(mood: float) -> list[Stroke]:
    bend = (mood - 0.5) * 2
    if mood > 0.9:
        return [(0.014, _half_moon())]
    half, depth = 0.20 - 0.03 * abs(bend < 0), 0.13 * bend
    y0 = 0.68 - 0.02 * bend
    points = []
    for i in range(STEPS + 1):
        t = i / STEPS * 2 - 1
        points.append((0.5 + half * t, y0 + depth * (0.5 - t * t)))
    return [(0.024, points)]


def _half_moon() -> list[Point]:
    """An open laugh: a closed line, which the painter fills."""
    half, top, depth = 0.225, 0.595, 0.20
    angles = [i / STEPS * math.pi for i in range(STEPS + 1)]
    bow = [(0.5 + half * math.cos(angle), top + depth * math.sin(angle)) for angle in angles]
    return [*bow, bow[0]]


def _arch(x: float, y: float, half: float, height: float) -> list[Point]:
    return [(x + half * t, y - height * (1 - t * t)) for t in (i / 10 - 1 for i in range(21))]
