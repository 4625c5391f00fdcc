"""Contact sheets: many screens in one picture, each under its name, so that a person sees all of them at a look."""

import math
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

WIDTH, GAP, NAME_H = 3200, 10, 16
GROUND, INK = (70, 74, 78), (235, 235, 235)


def contact_sheet(pictures: Sequence[Path], out: Path) -> None:
    """One PNG of all `pictures`, which are of one size, in as many columns as keep the sheet about square."""
    with Image.open(pictures[0]) as first:
        width, height = first.size
    columns = min(max(round(math.sqrt(len(pictures) * height / width * 1.4)), 3), len(pictures))
    scale = min((WIDTH - GAP * (columns + 1)) / columns / width, 1)
    w, h = int(width * scale), int(height * scale)
    rows = math.ceil(len(pictures) / columns)
    sheet = Image.new("RGB", (columns * (w + GAP) + GAP, rows * (h + GAP + NAME_H) + GAP), GROUND)
    pen = ImageDraw.Draw(sheet)
    for number, path in enumerate(pictures):
        x, y = GAP + number % columns * (w + GAP), GAP + number // columns * (h + GAP + NAME_H)
        pen.text((x, y), path.stem, fill=INK)
        with Image.open(path) as picture:
            sheet.paste(picture.convert("RGB").resize((w, h), Image.Resampling.LANCZOS), (x, y + NAME_H))
    sheet.save(out)
