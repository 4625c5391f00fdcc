"""Draws scenes with Kivy's canvas instructions: shapes with soft edges (no multisampling), text as textures.

Groups of instructions are kept per item, so that the faces of one question are not built again for the next.
"""

import math
from functools import lru_cache
from typing import TypeAlias

from kivy.graphics import (
    ClearBuffers,
    ClearColor,
    Color,
    Fbo,
    InstructionGroup,
    Mesh,
    Rectangle,
    RenderContext,
    SmoothEllipse,
    SmoothLine,
)
from kivy.graphics.texture import Texture

from kiosk.texts.scripts import runs
from kiosk.ui.faces import strokes
from kiosk.ui.glyphs import GLYPHS
from kiosk.ui.kept import Kept
from kiosk.ui.lettering import base_line, depth_below, measure, texture_of
from kiosk.ui.scene import Face, Glyph, Item, Plate, Rect, Ring, Scene, Words
from kiosk.ui.theme import DAY, NIGHT, Colour, face_tint

__all__ = ["Painter", "measure"]
KEPT_SCREENS = 6  # drawings of so many pixels as the screen has, six times over, stay for the next citizen
PLAIN_PIXELS = 2500  # what a drawing without text weighs: buffers of its corners and lines
Layer: TypeAlias = "tuple[InstructionGroup, InstructionGroup]"
PLAIN = "$HEADER$\nvoid main(void) { gl_FragColor = frag_color; }\n"


class Painter:
    """Paints onto `canvas`, whose y axis points up from `height`."""

    def __init__(self, canvas, height: int) -> None:
        self._canvas, self._height = canvas, height
        self._kept = Kept(most=KEPT_SCREENS * height * height * 5 / 3)
        self._contexts: list[RenderContext] = []
        self._films: dict[tuple[int, int, bool], Fbo] = {}

    def paint(self, scene: Scene) -> None:
        """Show a scene: its plates from the lowest up, then what lies on them."""
        self._canvas.clear()
        for depth, (corners, plain) in enumerate(self._layers(_plates_of(scene))):
            context = self._context(depth)
            context.clear()
            context.add(plain)
            self._canvas.add(corners)
            self._canvas.add(context)
        for item in scene.items:
            if not isinstance(item, Plate):
                self._canvas.add(self._group(item))

    def prepare(self, scene: Scene) -> None:
        """Build the drawings of a scene ahead of time: a touch then only shows them."""
        self._layers(_plates_of(scene))
        for item in scene.items:
            if not isinstance(item, Plate):
                self._group(item)

    def _group(self, item: Item) -> InstructionGroup:
        return self._kept.get(item, lambda: self._drawn(item), lambda _group: _pixels(item))

    def _drawn(self, item: Item) -> InstructionGroup:
        group = InstructionGroup()
        _DRAW[type(item)](self, group, item)
        return group

    def _context(self, depth: int) -> RenderContext:
        """One shader a depth, compiled once: a compiled shader costs milliseconds and a megabyte."""
        while len(self._contexts) <= depth:
            context = RenderContext(fs=PLAIN, use_parent_projection=True, use_parent_modelview=True)
            self._contexts.append(context)
        return self._contexts[depth]

    def _layers(self, plates: tuple[Plate, ...]) -> list[Layer]:
        """Software GL spends 25 ns on a textured pixel and 4 on a plain one, so only the round corners are textured.

        Plates of one depth do not overlap and are drawn together: their corners, then all that is straight.
        """
        return self._kept.get(plates, lambda: self._made(plates), lambda _layers: len(plates) * PLAIN_PIXELS)

    def _made(self, plates: tuple[Plate, ...]) -> list[Layer]:
        depths: dict[int, list[Plate]] = {}
        for number, plate in enumerate(plates):
            x, y = plate.rect.x + plate.rect.w / 2, plate.rect.y + plate.rect.h / 2
            depths.setdefault(sum(lower.rect.holds(x, y) for lower in plates[:number]), []).append(plate)
        return [self._layer(depths[depth]) for depth in sorted(depths)]

    def _layer(self, plates: list[Plate]) -> Layer:
        corners, plain = InstructionGroup(), InstructionGroup()
        for plate in plates:
            w = max(round(plate.edge_w), 1) if plate.edge is not None else 0
            r = round(min(plate.radius, plate.rect.w / 2, plate.rect.h / 2))
            if plate.edge is not None:
                self._corners(corners, plate.rect, plate.edge, r)
                plain.add(_colour(plate.edge))
                self._straight(plain, plate.rect, r)
            inside = plate.rect.inset(w)
            self._corners(corners, inside, plate.fill, r - w)
            plain.add(_colour(plate.fill))
            self._straight(plain, inside, max(r - w, 0))
        return corners, plain

    def _straight(self, group: InstructionGroup, rect: Rect, r: int) -> None:
        for part in (rect.inset(r, 0), rect.inset(0, r)) if r else (rect,):
            group.add(Rectangle(**self._place(part)))

    def _corners(self, group: InstructionGroup, rect: Rect, colour: Colour, r: int) -> None:
        """Four quarters of a disc, from one small texture turned over."""
        if r < 1:
            return
        group.add(_colour(colour))
        texture = _quarter(r)
        for x, left in ((rect.x, True), (rect.right - r, False)):
            for y, top in ((rect.y, True), (rect.bottom - r, False)):
                u, v = (1.0, 0.0) if left else (0.0, 1.0), (0.0, 1.0) if top else (1.0, 0.0)
                turned = (u[0], v[0], u[1], v[0], u[1], v[1], u[0], v[1])
                group.add(Rectangle(texture=texture, tex_coords=turned, **self._place(Rect(x, y, r, r))))

    def _place(self, rect: Rect) -> dict:
        return {"pos": (rect.x, self._height - rect.y - rect.h), "size": (rect.w, rect.h)}

    def _words(self, group: InstructionGroup, words: Words) -> None:
        group.add(_colour(words.colour))
        top = words.ink.y
        for line in words.lines:
            textures = [(texture_of(part, words.size, words.bold, script), script) for script, part in runs(line)]
            w = sum(texture.width for texture, _ in textures)
            x = words.box.x + {"left": 0.0, "center": (words.box.w - w) / 2, "right": words.box.w - w}[words.align]
            base = self._height - top - base_line(line, words.size, words.bold, words.leading)
            for texture, script in textures:
                y = base - depth_below(words.size, words.bold, script)
                group.add(Rectangle(texture=texture, pos=(round(x), round(y)), size=texture.size))
                x += texture.width
            top += words.leading

    def _face(self, group: InstructionGroup, face: Face) -> None:
        side = math.ceil(face.rect.w / 32) * 32  # the faces of most screens then share one film
        key = (face.levels, side, face.night)
        film = self._films.get(key)
        if film is None:
            film = self._films[key] = _faces_film(*key)
        texture = film.texture.get_region((face.level - 1) * side, 0, side, side)
        group.add(Color(1, 1, 1, 1))
        group.add(Rectangle(texture=texture, **self._place(face.rect)))

    def _glyph(self, group: InstructionGroup, glyph: Glyph) -> None:
        group.add(_colour(glyph.colour))
        for points in GLYPHS[glyph.name]:
            _stroke(group, glyph.rect, self._height, points, max(glyph.rect.w * 0.075, 1.2))

    def _ring(self, group: InstructionGroup, ring: Ring) -> None:
        band = max(round(ring.width / 2), 1)
        for colour, rect in ((ring.outer, ring.rect), (ring.inner, ring.rect.inset(band))):
            group.add(_colour(colour))
            for part in _sides(rect, band):
                group.add(Rectangle(**self._place(part)))


_DRAW = {Words: Painter._words, Face: Painter._face, Glyph: Painter._glyph, Ring: Painter._ring}


def _sides(rect: Rect, w: float) -> tuple[Rect, ...]:
    """A frame of width `w` along the inside of `rect`."""
    return (
        Rect(rect.x, rect.y, rect.w, w),
        Rect(rect.x, rect.bottom - w, rect.w, w),
        Rect(rect.x, rect.y + w, w, rect.h - 2 * w),
        Rect(rect.right - w, rect.y + w, w, rect.h - 2 * w),
    )


def _pixels(item: Item) -> float:
    """What a drawing weighs: each line of text is a texture of its own."""
    return PLAIN_PIXELS + (item.ink.w * item.leading * len(item.lines) if isinstance(item, Words) else 0)


def _plates_of(scene: Scene) -> tuple[Plate, ...]:
    return tuple(item for item in scene.items if isinstance(item, Plate))


def _faces_film(levels: int, side: int, night: bool) -> Fbo:
    """All faces drawn once: forty soft strokes cost software GL eight milliseconds a screen, five pictures two."""
    palette = NIGHT if night else DAY
    film = Fbo(size=(side * levels, side))
    film.add(ClearColor(1, 1, 1, 0))
    film.add(ClearBuffers())
    for level in range(1, levels + 1):
        x = (level - 1) * side
        film.add(_colour(face_tint(palette, level, levels)))
        film.add(SmoothEllipse(segments=96, pos=(x + 1, 1), size=(side - 2, side - 2)))
        film.add(_colour(palette.face_ink))
        for width, points in strokes((level - 1) / max(levels - 1, 1)):
            _stroke(film, Rect(x, 0, side, side), side, points, width * side)
    film.draw()
    return film


def _stroke(group, rect: Rect, height: float, points, width: float) -> None:
    """A line with round ends through points given in parts of `rect`; a closed one is filled."""
    path = [(rect.x + x * rect.w, height - rect.y - y * rect.h) for x, y in points]
    group.add(SmoothLine(points=[value for point in path for value in point], width=width))
    if path[0] == path[-1]:
        x0, y0 = sum(x for x, _ in path) / len(path), sum(y for _, y in path) / len(path)
        vertices = [value for x, y in [(x0, y0), *path] for value in (x, y, 0, 0)]
        group.add(Mesh(vertices=vertices, indices=list(range(len(path) + 1)), mode="triangle_fan"))
        return
    for x, y in path if len(path) < 5 else (path[0], path[-1]):
        group.add(SmoothEllipse(pos=(x - width, y - width), size=(2 * width, 2 * width), segments=24))


@lru_cache(maxsize=64)
def _quarter(radius: int) -> Texture:
    """The part of a disc right of and above its centre, in white; its edge is as soft as one pixel."""
    pixels = bytearray()
    for y in range(radius):
        for x in range(radius):
            covered = min(max(radius + 0.5 - math.hypot(x + 0.5, y + 0.5), 0), 1)
            pixels += bytes((255, 255, 255, round(covered * 255)))
    texture = Texture.create(size=(radius, radius), colorfmt="rgba")
    texture.mag_filter = texture.min_filter = "nearest"
    texture.blit_buffer(bytes(pixels), colorfmt="rgba", bufferfmt="ubyte")
    return texture


def _colour(colour: Colour) -> Color:
    return Color(colour[0] / 255, colour[1] / 255, colour[2] / 255, 1)
