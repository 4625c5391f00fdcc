"""Yes or no, one of several, any of several: as many on a page as fingers and eyes can tell apart, then a next page."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.event import Answered, Skipped, Toggled
from kiosk.texts import counted
from kiosk.ui import theme
from kiosk.ui.frame import Button, heading, navigation, navigation_area
from kiosk.ui.page import Page, column, row
from kiosk.ui.scene import Plate, Rect
from kiosk.ui.view import Turn, View
from survey.form import NO, YES, Kind, Option, Question

MOST_COLUMNS, MOST_ROWS = 3, 8
NEARLY = 0.95  # of the least size is enough where it saves a page


@dataclass(frozen=True, slots=True)
class Grid:
    """`size`: of all the words, in pixels, the same on every page of the question."""

    columns: int
    rows: int
    size: float

    @property
    def places(self) -> int:
        return self.columns * self.rows


def yes_no(page: Page, view: View, question: Question) -> None:
    nav = navigation_area(page)
    until = nav.y - page.gap
    top = heading(page, view, question, until, 0.42, page.target * (2.5 if page.portrait else 1.2))
    y = max(top.bottom, page.reach)
    area = Rect(top.x, y, top.w, until - y)
    area = area.inset(0, area.h * 0.06) if page.portrait else area.inset(area.w * 0.05, 0)
    cards = (column if page.portrait and not page.comfort.low else row)(area, 2, page.gap * 1.4)
    for code, word, glyph, card in zip((YES, NO), ("yes", "no"), ("tick", "cross"), cards, strict=True):
        page.card(card)
        side = min(card.h * 0.42, card.w * 0.2)
        sign = Rect(card.x + card.w * 0.5 - side * 1.7, card.y + (card.h - side) / 2, side, side)
        page.glyph(sign, glyph, page.palette.emblem)
        words = Rect(sign.right + side * 0.4, card.y, card.right - sign.right - side * 0.5, card.h)
        page.write(view.words[word], words, theme.WORD, bold=True, align="left")
        page.touch(f"option:{code}", card, Answered(question.code, code), say=view.words[word])
    navigation(page, view, nav)


def choices(page: Page, view: View, question: Question) -> None:
    """SINGLE: a touch answers. MULTI: a touch ticks, and a clear button goes on."""
    nav = navigation_area(page)
    until = nav.y - page.gap
    three_rows = 3 * page.target + 2 * page.gap
    top = heading(page, view, question, until, 0.16, page.target + page.gap, three_rows)
    y = max(top.bottom, page.reach)
    area = Rect(top.x, y, top.w, until - y)
    many = question.kind is Kind.MULTI
    best = _grid(page, area, tuple(view.text(option.text) for option in question.options), many)
    shown, number, pages = _page_of(view, question, best)
    _cells(page, view, question, area, best, shown)
    navigation(page, view, nav, _onward(view, many, number, pages))


def _onward(view: View, many: bool, number: int, pages: int) -> Button | None:
    if number + 1 < pages:
        return "more", counted(view.words["more"], number + 1, pages), Turn(number + 1), True
    return ("next", view.words["next"], Skipped(), True) if many and view.state.answers else None


def _page_of(view: View, question: Question, best: Grid) -> tuple[Sequence[Option], int, int]:
    """The options on the present page, its number from 0, and how many pages there are, each about as full."""
    pages = max(math.ceil(len(question.options) / best.places), 1)
    number = min(view.page, pages - 1)
    each = math.ceil(len(question.options) / pages)
    return question.options[number * each : (number + 1) * each], number, pages


def _cells(page: Page, view: View, question: Question, area: Rect, best: Grid, options: Sequence[Option]) -> None:
    """Read down the columns; free places stay empty at the end."""
    columns = min(best.columns, math.ceil(len(options) / best.rows))
    rows = math.ceil(len(options) / columns) if columns else 0
    cells = [row(line, best.columns, page.gap) for line in column(area, max(rows, 1), page.gap)]
    chosen = view.state.answers.get(question.code)
    many = question.kind is Kind.MULTI
    for place, option in enumerate(options):
        cell = cells[place % rows][place // rows]
        ticked = option.code in chosen if isinstance(chosen, list) else False
        text = view.text(option.text)
        _cell(page, cell, text, best.size, many, ticked)
        event = Toggled(question.code, option.code) if many else Answered(question.code, option.code)
        page.touch(f"option:{option.code}", cell, event, say=text)  # what is ticked, a loudspeaker must not tell


def _grid(page: Page, area: Rect, texts: tuple[str, ...], many: bool) -> Grid:
    """All on one page at the largest size if they can be; else the arrangement that needs the fewest pages."""
    found = [grid for c in range(1, MOST_COLUMNS + 1) for r in range(1, MOST_ROWS + 1)
             if (grid := _tried(page, area, texts, many, c, r)) is not None]  # fmt: skip
    least = page.least(theme.CHOICE)

    def worth(grid: Grid) -> tuple:
        pages = math.ceil(len(texts) / grid.places)
        return grid.size >= least * NEARLY, -pages, grid.size, -grid.places, -grid.columns

    return max(found, key=worth, default=Grid(1, 1, least))


def _tried(page: Page, area: Rect, texts: tuple[str, ...], many: bool, columns: int, rows: int) -> Grid | None:
    cell = Rect(area.x, area.y, *_share(area, columns, rows, page.gap))
    if min(cell.w, cell.h) < page.target - 1 and (columns, rows) != (1, 1):
        return None
    box = text_box(page, cell, many)
    return Grid(columns, rows, page.same_size(texts, box, theme.CHOICE))


def _share(area: Rect, columns: int, rows: int, gap: float) -> tuple[float, float]:
    return (area.w - gap * (columns - 1)) / columns, (area.h - gap * (rows - 1)) / rows


def text_box(page: Page, cell: Rect, many: bool) -> Rect:
    left = page.u(12) + (_tick_side(page) + page.u(10) if many else 0)
    return Rect(cell.x + left, cell.y + page.u(3), cell.w - left - page.u(8), cell.h - page.u(6))


def _tick_side(page: Page) -> float:
    return page.least(theme.CHOICE) * 0.85


def _cell(page: Page, cell: Rect, text: str, size: float, many: bool, ticked: bool) -> None:
    page.card(cell, chosen=ticked)
    palette = page.palette
    colour = palette.on_accent if ticked else palette.ink
    align = "left" if many else "center"
    page.write(text, text_box(page, cell, many), theme.CHOICE, colour, align=align, size=size)
    if many:
        side = _tick_side(page)
        box = Rect(cell.x + page.u(12), cell.y + (cell.h - side) / 2, side, side)
        edge = palette.on_accent if ticked else palette.muted
        page.add(Plate(box, palette.card, page.u(6), edge, page.edge_w))
        if ticked:
            page.glyph(box.inset(side * 0.16), "tick", palette.emblem)
