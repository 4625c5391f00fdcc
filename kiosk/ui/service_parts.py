"""What the service screens are made of: title and foot, a grid of tiles, lines of a table, a large message."""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from kiosk.ui import page as pages
from kiosk.ui import theme
from kiosk.ui.page import Page, button_box
from kiosk.ui.scene import Plate, Rect

WARN = (140, 28, 19)  # 8.4:1 on the paper; these screens are always drawn by day
LABEL_SHARE = 0.42
Button: TypeAlias = tuple[str, str, Hashable, bool]  # id, text, event, primary
Tile: TypeAlias = tuple[str, str, Hashable]
Line: TypeAlias = tuple[str, str, bool]  # label, value, whether all is well


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a screen's own matter goes, and its buttons below."""

    content: Rect
    foot: Rect


def framed(page: Page, title: str, note: str = "") -> Frame:
    """The title, a note under it, and what is left above the buttons."""
    body, space = page.body, page.u(8)
    page.say = f"{title}. {note}" if note else title
    head = Rect(body.x, body.y, body.w, page.height(title, body.w, theme.TITLE, bold=True) + 1)
    page.write(title, head, theme.TITLE, bold=True, align="left")
    y = head.bottom + space
    if note:
        under = Rect(body.x, y, body.w, page.height(note, body.w, theme.HELP) + 1)
        page.write(note, under, theme.HELP, page.palette.muted, align="left", even=False)
        y = under.bottom + space
    foot = Rect(body.x, body.bottom - page.button_h, body.w, page.button_h)
    return Frame(Rect(body.x, y, body.w, foot.y - page.gap - y), foot)


def tiles(page: Page, area: Rect, every: Sequence[Tile]) -> None:
    """Equal tiles in as few columns as let each be tall enough for a finger; one size of letters for all."""
    if not every:
        return
    gap, columns = page.gap, _columns(page, area, len(every))
    lines = math.ceil(len(every) / columns)
    height = min(_tile_h(area, len(every), columns, gap), page.u(170))
    used = Rect(area.x, area.y, area.w, height * lines + gap * (lines - 1))
    places = [place for line in pages.column(used, lines, gap) for place in pages.row(line, columns, gap)]
    size = page.same_size([text for _, text, _ in every], button_box(page, places[0]), theme.BUTTON, bold=True)
    for (id, text, event), place in zip(every, places, strict=False):
        page.button(id, place, text, event, size=size)


def _columns(page: Page, area: Rect, count: int) -> int:
    """On a glass too low for a finger's height, however many columns: as many as leave the least side longest."""
    fewest = 2 if page.portrait or count <= 4 else 4
    some = range(fewest, max(count, fewest) + 1)
    tall = (columns for columns in some if _tile_h(area, count, columns, page.gap) >= page.target)
    return next(tall, max(some, key=lambda columns: min(_tile_h(area, count, columns, page.gap), area.w / columns)))


def _tile_h(area: Rect, count: int, columns: int, gap: float) -> float:
    lines = math.ceil(count / columns)
    return (area.h - gap * (lines - 1)) / lines


def footer(page: Page, frame: Frame, left: Button, right: Button | None = None) -> None:
    """The way back at the left, the way on at the right."""
    foot = frame.foot
    w = min(max(2.2 * page.target, page.u(260)), (foot.w - page.gap) / 2)
    for button, x in ((left, foot.x), (right, foot.right - w)):
        if button is not None:
            id, text, event, primary = button
            page.button(id, Rect(x, foot.y, w, foot.h), text, event, primary=primary)


def line_h(page: Page, line: Line, width: float) -> float:
    """What a line of a table takes in an area of that width."""
    label, value, well = line
    left = page.height(label, width * LABEL_SHARE, theme.HELP)
    return max(left, page.height(_marked(value, well), width * _value_share(), theme.HELP, bold=not well)) + page.u(6)


def table(page: Page, area: Rect, lines: Sequence[Line]) -> None:
    """Label and value, line below line, with what room is left shared among them."""
    heights = [line_h(page, line, area.w) for line in lines]
    spare = min(max(area.h - sum(heights), 0.0) / max(len(lines), 1), page.u(14))
    y = area.y
    for (label, value, well), h in zip(lines, heights, strict=True):
        left = Rect(area.x, y, area.w * LABEL_SHARE, h)
        page.write(label, left, theme.HELP, page.palette.muted, align="left")
        w = area.w * _value_share()
        warned(page, value, Rect(area.right - w, y, w, h), well)
        y += h + spare


def _value_share() -> float:
    return 1 - LABEL_SHARE - 0.03


def warned(page: Page, text: str, box: Rect, well: bool) -> None:
    """A text; where somebody must look it is bold, marked, and in another colour, which is never the only cue."""
    colour = page.palette.ink if well else WARN
    page.write(_marked(text, well), box, theme.HELP, colour, bold=not well, align="left")


def _marked(text: str, well: bool) -> str:
    return text if well else f"! {text}"


def message(page: Page, number: str, title: str, note: str) -> Rect:
    """An emblem with a number, a title and a note in the middle of the glass; the emblem's rectangle."""
    room, space = page.body, page.u(14)
    page.say = f"{title}. {note}"
    title_h = page.height(title, room.w, theme.TITLE, bold=True) + 1
    note_h = page.height(note, room.w, theme.HELP) + 1
    side = max(min(page.u(170), room.h - title_h - note_h - 2 * space), page.u(60))
    y = room.y + max((room.h - side - title_h - note_h - 2 * space) / 2, 0)
    emblem = Rect(room.x + (room.w - side) / 2, y, side, side)
    page.add(Plate(emblem, page.palette.soft, side / 2))
    if number:
        page.write(number, emblem.inset(side * 0.14), theme.WORD, page.palette.emblem, bold=True)
    words = Rect(room.x, emblem.bottom + space, room.w, title_h)
    page.write(title, words, theme.TITLE, bold=True)
    page.write(note, Rect(room.x, words.bottom + space, room.w, note_h), theme.HELP, page.palette.muted)
    return emblem
