"""A chart as boxes, lines and words, in points from the upper left corner: one drawing for the PDF and for the DOCX.

Drawn by reportlab as vectors, and by Pillow as a PNG. Knows no survey.
"""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from PIL import Image, ImageDraw, ImageFont, PngImagePlugin
from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from central_office.paper import lettering

REGULAR, BOLD, ITALIC = "LiberationSerif-Regular", "LiberationSerif-Bold", "LiberationSerif-Italic"
BOLD_ITALIC = "LiberationSerif-BoldItalic"
FONTS = (REGULAR, BOLD, ITALIC, BOLD_ITALIC)
PNG_DPI = 220
BLACK = "#000000"


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    fill: str


@dataclass(frozen=True, slots=True)
class Line:
    """Straight along one axis."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: str = BLACK
    width: float = 0.7


@dataclass(frozen=True, slots=True)
class Label:
    """`y`: the line that the letters stand on; `align`: left, centre or right of `x`."""

    x: float
    y: float
    text: str
    size: float = 10
    align: str = "left"
    bold: bool = False


Shape: TypeAlias = Box | Line | Label


@dataclass(frozen=True, slots=True)
class Drawing:
    width: float
    height: float
    shapes: tuple[Shape, ...]


def ready() -> None:
    """Make the report's fonts known. Raises: Unprintable when they are not installed."""
    lettering.ready(names=FONTS)


def paint(canvas: Canvas, drawing: Drawing) -> None:
    """On a PDF's page, its lower left corner at the origin."""
    for shape in drawing.shapes:
        if isinstance(shape, Box):
            canvas.setFillColor(HexColor(shape.fill))
            canvas.rect(shape.x, drawing.height - shape.y - shape.height, shape.width, shape.height, stroke=0, fill=1)
        elif isinstance(shape, Line):
            canvas.setStrokeColor(HexColor(shape.colour))
            canvas.setLineWidth(shape.width)
            canvas.line(shape.x1, drawing.height - shape.y1, shape.x2, drawing.height - shape.y2)
        else:
            _write(canvas, shape, drawing.height - shape.y)


def _write(canvas: Canvas, label: Label, y: float) -> None:
    canvas.setFillColor(HexColor(BLACK))
    canvas.setFont(BOLD if label.bold else REGULAR, label.size)
    draw = {"left": canvas.drawString, "centre": canvas.drawCentredString, "right": canvas.drawRightString}
    draw[label.align](label.x, y, label.text)


def png(drawing: Drawing, dpi: int = PNG_DPI) -> bytes:
    """The drawing as a picture; the same drawing gives the same bytes."""
    scale = dpi / 72
    image = Image.new("RGB", (round(drawing.width * scale), round(drawing.height * scale)), "white")
    pen = ImageDraw.Draw(image)
    for shape in drawing.shapes:
        _ink(pen, shape, scale)
    file = io.BytesIO()
    image.save(file, "PNG", dpi=(dpi, dpi), pnginfo=PngImagePlugin.PngInfo(), compress_level=6)
    return file.getvalue()


def _ink(pen: ImageDraw.ImageDraw, shape: Shape, scale: float) -> None:
    if isinstance(shape, Box):
        right, bottom = (shape.x + shape.width) * scale - 1, (shape.y + shape.height) * scale - 1
        left, top = round(shape.x * scale), round(shape.y * scale)
        if right >= left and bottom >= top:
            pen.rectangle((left, top, round(right), round(bottom)), fill=shape.fill)
    elif isinstance(shape, Line):
        ends = tuple(round(value * scale) for value in (shape.x1, shape.y1, shape.x2, shape.y2))
        pen.line(ends, fill=shape.colour, width=max(1, round(shape.width * scale)))
    else:
        font = _picture_font(BOLD if shape.bold else REGULAR, round(shape.size * scale))
        anchor = {"left": "ls", "centre": "ms", "right": "rs"}[shape.align]
        pen.text((shape.x * scale, shape.y * scale), shape.text, fill=BLACK, font=font, anchor=anchor)


def _picture_font(name: str, pixels: int) -> Any:
    """From the very file that the PDF embeds."""
    ready()
    return ImageFont.truetype(str(Path(pdfmetrics.getFont(name).face.filename)), pixels)
