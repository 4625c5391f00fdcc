"""Yes or no, one of several, any of several: a grid whose columns are chosen for the largest readable words."""

import math
from collections.abc import Sequence

from kiosk.event import Answered, Skipped, Toggled
from kiosk.ui import theme
from kiosk.ui.frame import Button, heading, navigation, navigation_area
from kiosk.ui.page import Page, column, row
from kiosk.ui.scene import Plate, Rect
from kiosk.ui.view import Turn, View
from survey.form import NO, YES, Kind, Question

MOST_ON_A_PAGE = 20
GOOD_HEIGHT_MM = 11.0  # a target lower than this counts against an arrangement


def yes_no(page: Page, view: View, question: Question) -> None:
    nav = navigation_area(page, theme.TARGET_MM)
    top = heading(page, view, question, nav.y - page.gap, 0.4 if page.portrait else 0.46)
    area = Rect(top.x, top.bottom, top.w, nav.y - page.gap - top.bottom)
    area = area.inset(0, area.h * 0.08) if page.portrait else area.inset(area.w * 0.06, 0)
    cards = (column if page.portrait else row)(area, 2, page.gap * 1.4)
    for code, word, card in zip((YES, NO), ("yes", "no"), cards, strict=True):
        page.card(card)
        page.write(view.words[word], card.inset(page.u(12)), (64, 24), bold=True)
        page.touch(f"option:{code}", card, Answered(question.code, code))
    navigation(page, view, nav)


def choices(page: Page, view: View, question: Question) -> None:
    """SINGLE: a touch answers. MULTI: a touch ticks, and a clear button goes on."""
    nav = navigation_area(page, theme.DENSE_TARGET_MM if len(question.options) > 8 else theme.TARGET_MM)
    crowded = len(question.options) > 8
    top = heading(page, view, question, nav.y - page.gap * 0.7, _share(page, crowded))
    area = Rect(top.x, top.bottom, top.w, nav.y - page.gap * 0.7 - top.bottom)
    chosen = view.state.answers.get(question.code)
    options, turn = _page_of(view, question)
    texts = tuple(view.text(option.text) for option in options)
    many = question.kind is Kind.MULTI
    cells, size = _grid(page, area, texts, many)
    for option, text, cell in zip(options, texts, cells, strict=False):
        ticked = isinstance(chosen, list) and option.code in chosen
        _cell(page, cell, text, size, many, ticked)
        event = Toggled(question.code, option.code) if many else Answered(question.code, option.code)
        page.touch(f"option:{option.code}", cell, event)
    onward: Button | None = ("next", view.words["next"], Skipped(), True) if many and view.state.answers else None
    if turn is not None:
        onward = ("more", view.words["more"], turn, True)
    navigation(page, view, nav, onward)


def _share(page: Page, crowded: bool) -> float:
    if crowded:
        return 0.13 if page.portrait else 0.14
    return 0.3 if page.portrait else 0.36


def _page_of(view: View, question: Question) -> tuple[Sequence, Turn | None]:
    """A list too long for one screen is turned; the last page has the button that goes on."""
    first = view.page * MOST_ON_A_PAGE
    options = question.options[first : first + MOST_ON_A_PAGE] or question.options[:MOST_ON_A_PAGE]
    more = first + MOST_ON_A_PAGE < len(question.options)
    return options, Turn(view.page + 1) if more else None


def _grid(page: Page, area: Rect, texts: tuple[str, ...], many: bool) -> tuple[list[Rect], float]:
    """The arrangement with the largest words on targets tall enough; of equals the one with fewer columns."""
    best: tuple[float, float, list[Rect]] | None = None
    for columns in range(1, 5):
        rows = math.ceil(len(texts) / columns)
        cells = [cell for line in column(area, rows, page.close_gap) for cell in row(line, columns, page.close_gap)]
        box = _text_box(page, cells[0], many)
        if box.w < page.u(60):
            continue
        size = page.type.largest(texts, box.w, box.h, page.u(theme.CHOICE[0]), page.u(theme.CHOICE[1]), False)
        worth = size * min(cells[0].h / max(page.mm(GOOD_HEIGHT_MM), page.u(50)), 1) ** 1.5
        if best is None or worth > best[0]:
            best = (worth, size, _filled(cells, len(texts), columns))
    return (best[2], best[1] / page.unit) if best else ([], theme.CHOICE[1])


def _filled(cells: list[Rect], count: int, columns: int) -> list[Rect]:
    """Cells read down the columns; a column's free places at the end stay empty."""
    rows = len(cells) // columns
    return [cells[(i % rows) * columns + i // rows] for i in range(count)]


def _text_box(page: Page, cell: Rect, many: bool) -> Rect:
    left = page.u(12) + (page.u(36) if many else 0)
    return Rect(cell.x + left, cell.y + page.u(3), cell.w - left - page.u(10), cell.h - page.u(6))


def _cell(page: Page, cell: Rect, text: str, size: float, many: bool, ticked: bool) -> None:
    page.card(cell, chosen=ticked)
    colour = theme.WHITE if ticked else theme.INK
    align = "left" if many else "center"
    page.write(text, _text_box(page, cell, many), (size, theme.CHOICE[1]), colour, align=align)
    if many:
        side = page.u(26)
        box = Rect(cell.x + page.u(12), cell.y + (cell.h - side) / 2, side, side)
        page.add(Plate(box, theme.WHITE, page.u(6), theme.TEAL if ticked else theme.MUTED, max(page.u(1.8), 1)))
        if ticked:
            page.glyph(box.inset(side * 0.16), "tick", theme.TEAL)
