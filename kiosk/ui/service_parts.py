"""What the service screens are made of: fingers' sizes for this glass, title, grid of tiles, foot, a large message."""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from kiosk.ui import theme
from kiosk.ui.page import Page, button_box, column, row
from kiosk.ui.scene import Plate, Rect

SMALL_INCHES = 8.0  # a glass under this diagonal is one of 7 inches
SIDE_MM, GAP_MM = 20.2, 5.1  # a hair over 20 and 5: whole pixels take some away
SMALL_SIDE_MM, SMALL_GAP_MM = 15.2, 3.2
TILE = (36.0, 15.0)
WARN = (140, 28, 19)  # 8.4:1 on the paper
Button: TypeAlias = tuple[str, str, Hashable, bool]  # id, text, event, primary
Tile: TypeAlias = tuple[str, str, Hashable]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a screen's own matter goes, and its buttons below."""

    content: Rect
    foot: Rect


def finger(page: Page) -> tuple[float, float]:
    """Least side and least gap of a target on this glass, in pixels."""
    small = math.hypot(page.glass.w, page.glass.h) / page.glass.dpi < SMALL_INCHES
    side, gap = (SMALL_SIDE_MM, SMALL_GAP_MM) if small else (SIDE_MM, GAP_MM)
    return page.mm(side), page.mm(gap)


def framed(page: Page, title: str, note: str = "") -> Frame:
    """The title, a note under it, and what is left."""
    body, (side, gap) = page.body, finger(page)
    head = Rect(body.x, body.y, body.w, page.u(64))
    page.write(title, head, theme.TITLE, bold=True, align="left")
    y = head.bottom + page.u(4 if note else 16)
    if note:
        under = Rect(body.x, y, body.w, page.u(76 if page.portrait else 44))
        page.write(note, under, theme.HELP, theme.MUTED, align="left")
        y = under.bottom + page.u(14)
    foot_h = max(side, page.u(78))
    foot = Rect(body.x, body.bottom - foot_h, body.w, foot_h)
    return Frame(Rect(body.x, y, body.w, foot.y - gap - y), foot)


def grid(page: Page, area: Rect, tiles: Sequence[Tile]) -> None:
    """Equal tiles in as few columns as let each be tall enough for a finger; one size of letters for all."""
    if not tiles:
        return
    side, gap = finger(page)
    columns = 2 if page.portrait or len(tiles) <= 4 else 4
    while (area.h - gap * (math.ceil(len(tiles) / columns) - 1)) / math.ceil(len(tiles) / columns) < side:
        columns += 1
    lines = math.ceil(len(tiles) / columns)
    height = min((area.h - gap * (lines - 1)) / lines, page.u(170))
    used = Rect(area.x, area.y, area.w, height * lines + gap * (lines - 1))
    cells = [cell for line in column(used, lines, gap) for cell in row(line, columns, gap)]
    box = button_box(page, cells[0])
    most, least = (page.u(size) for size in TILE)
    size = page.type.calmest(tuple(text for _, text, _ in tiles), box.w, box.h, most, least, True) / page.unit
    for (id, text, event), cell in zip(tiles, cells, strict=False):
        page.button(id, cell, text, event, size=size)


def footer(page: Page, frame: Frame, left: Button, right: Button | None = None) -> None:
    """The way back at the left, the way on at the right."""
    foot, (side, gap) = frame.foot, finger(page)
    w = min(max(2.2 * side, page.u(260)), (foot.w - gap) / 2)
    for button, x in ((left, foot.x), (right, foot.right - w)):
        if button is not None:
            id, text, event, primary = button
            page.button(id, Rect(x, foot.y, w, foot.h), text, event, primary=primary)


def message(page: Page, room: Rect, number: str, title: str, note: str) -> Rect:
    """An emblem with a number, a title and a note, centred; the emblem's rectangle."""
    side = min(page.u(170), room.h * 0.34)
    width = room.w * 0.92
    tall = Rect(0, 0, width, (room.h - side) * 0.42)
    title_h = page.type.fit(title, tall, page.u(theme.TITLE[0]), page.u(theme.TITLE[1]), theme.INK, True).ink.h
    note_h = page.type.fit(note, tall, page.u(theme.HELP[0]), page.u(theme.HELP[1]), theme.MUTED).ink.h
    space = page.u(20)
    y = room.y + max((room.h - side - title_h - note_h - 2 * space) / 2, 0)
    emblem = Rect(room.x + (room.w - side) / 2, y, side, side)
    page.add(Plate(emblem, theme.TEAL_SOFT, side / 2))
    if number:
        page.write(number, emblem.inset(side * 0.14), (72, 24), theme.TEAL, bold=True)
    x = room.x + (room.w - width) / 2
    words = Rect(x, emblem.bottom + space, width, title_h + 1)
    page.write(title, words, theme.TITLE, bold=True)
    page.write(note, Rect(x, words.bottom + space, width, note_h + 1), theme.HELP, theme.MUTED)
    return emblem


def warned(page: Page, text: str, box: Rect, sizes: tuple[float, float], well: bool) -> None:
    """A value; where somebody must look it is bold, in another colour, and marked: colour is never the only cue."""
    page.write(text if well else f"! {text}", box, sizes, theme.INK if well else WARN, bold=not well, align="left")


def column_of(page: Page, area: Rect, count: int) -> Sequence[Rect]:
    """`count` lines of an area, close together."""
    return column(area, count, page.u(4))
