"""Where the technicians' manual and its pictures lie, and how a picture is kept small."""

import re
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[2]
MANUAL = ROOT / "docs" / "operations"
PICTURES = ROOT / "docs" / "images" / "operations"
MOST_BYTES = 150_000
COLOURS = 64
NAMED = re.compile(r"\.\./images/operations/([a-z0-9-]+\.png)")


def keep(drawn: Path, name: str, folder: Path = PICTURES) -> Path:
    """The picture `drawn` as the manual's `name`, in few colours. Raises: ValueError where it stays too large."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    with Image.open(drawn) as picture:
        flat = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    flat.save(path, optimize=True)
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"{name}: {path.stat().st_size} bytes, more than {MOST_BYTES}")
    return path


def named(pages: Path = MANUAL) -> dict[str, set[str]]:
    """Name of each picture that the manual shows, and the pages that show it."""
    found: dict[str, set[str]] = {}
    for page in sorted(pages.glob("*.md")):
        for picture in NAMED.findall(page.read_text("utf-8")):
            found.setdefault(picture, set()).add(page.name)
    return found
