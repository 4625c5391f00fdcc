"""Looks into the PDFs that the office prints: texts with their places, fonts, codes, and real pages by a browser."""

import io
import os
import shutil
import signal
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image
from pypdf import PageObject, PdfReader
from reportlab.pdfbase import pdfmetrics

VIEWER = (40, 40, 40)  # the ground that Chromium lays its pages on


@dataclass(frozen=True)
class Piece:
    """A text and its box on the page, points from the lower left corner."""

    text: str
    size: float
    left: float
    right: float
    base: float


def pieces(page: PageObject) -> list[Piece]:
    found: list[Piece] = []

    def take(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        if not text.strip():
            return
        left = cm[0] * tm[4] + cm[4]
        name = font["/BaseFont"].partition("+")[2]
        name = name if "-" in name else f"{name}-Regular"
        wide = pdfmetrics.stringWidth(text.strip("\n"), name, size * cm[0])
        found.append(Piece(text.strip(), size * cm[0], left, left + wide, cm[3] * tm[5] + cm[5]))

    page.extract_text(visitor_text=take)
    return found


def assert_inside(page: PageObject, margin: float) -> None:
    """No text nearer to the edge than `margin` points."""
    for piece in pieces(page):
        assert margin <= piece.left, piece
        assert piece.right <= float(page.mediabox.width) - margin, piece
        assert margin <= piece.base - piece.size * 0.22, piece
        assert piece.base + piece.size * 0.95 <= float(page.mediabox.height) - margin, piece


def text_of(reader: PdfReader) -> str:
    """All letters of all pages without white space, which lines break anywhere."""
    text = "".join(page.extract_text() for page in reader.pages)
    assert unicodedata.is_normalized("NFC", text)
    return "".join(text.split())


def squeezed(text: str) -> str:
    return "".join(text.split())


def assert_embedded(reader: PdfReader) -> int:
    """Every font of the file is embedded as a subset; how many there are."""
    names = set()
    for each in reader.pages:
        for font in each["/Resources"].get_object()["/Font"].get_object().values():
            font = font.get_object()
            assert font["/Subtype"] == "/TrueType", font
            assert "/FontFile2" in font["/FontDescriptor"].get_object(), font
            assert "/ToUnicode" in font
            assert font["/BaseFont"][7] == "+", font["/BaseFont"]
            names.add(font["/BaseFont"])
    return len(names)


def codes_in(page: PageObject) -> list[str]:
    """What an independent reader finds in the pictures that the page embeds, one bit a pixel."""
    found = []
    for image in page.images:
        assert image.image is not None
        assert image.image.mode == "1", image.image.mode
        found += read(image.image)
    return found


def read(picture: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(picture.convert("L")) if code.valid]


class Viewer:
    """Chromium's own PDF reader, looked at from outside."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def page(self, path: Path, number: int, within_s: float = 60) -> Image.Image:
        """The page as it is seen, without the ground around it; scaled to the window."""
        self.driver.get("about:blank")
        self.driver.get(f"file://{path}#toolbar=0&navpanes=0&page={number}&view=Fit")
        until, before = time.monotonic() + within_s, b""
        while time.monotonic() < until:
            shot = Image.open(io.BytesIO(self.driver.get_screenshot_as_png())).convert("RGB")
            if shot.tobytes() == before and len(shot.getcolors(2**24) or ()) > 16:
                return _paper(shot)
            before = shot.tobytes()
        raise AssertionError(f"Chromium showed nothing of {path.name}")


def _paper(shot: Image.Image) -> Image.Image:
    """The largest white-bordered part: what differs from the ground, less its rim of a shadow."""
    light = shot.convert("L").point(lambda value: 255 if value > 250 else 0)
    left, top, right, bottom = light.getbbox() or (0, 0, *shot.size)
    return shot.crop((left + 2, top + 2, right - 2, bottom - 2))


def blank_rim(page: Image.Image, parts: float) -> bool:
    """Whether a rim of so many parts of the width is white all around: what is cut off crosses it."""
    rim = round(page.width * parts)
    wide, high = page.size
    sides = ((0, 0, wide, rim), (0, high - rim, wide, high), (0, 0, rim, high), (wide - rim, 0, wide, high))
    return all(min(page.convert("L").crop(side).getextrema()) > 245 for side in sides)


@contextmanager
def viewer(folder: Path) -> Iterator[Viewer | None]:
    """None where there is no Chromium."""
    chromium, chromedriver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or chromedriver is None:
        yield None
        return
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (
        *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        *("--disable-dev-shm-usage", "--hide-scrollbars", "--window-size=1000,1560"),
        f"--user-data-dir={folder / 'chromium'}",
    ):
        options.add_argument(flag)
    started = webdriver.Chrome(options=options, service=Service(chromedriver, popen_kw={"start_new_session": True}))
    try:
        yield Viewer(started)
    finally:
        process = started.service.process
        started.quit()
        if process is not None and process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
