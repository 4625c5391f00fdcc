"""The answers below a question, as the kiosk sets them: faces, yes and no, lists over as many pages as they need."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from central_office.forms.preview.figures import COLOURS, MM, MOST_COLUMNS, MOST_ROWS, SHARES
from central_office.forms.preview.frame import Asked, Button, counted, heading, navigation, navigation_area
from central_office.forms.preview.page import Face, Page, Plate, Rect, Sign, column, grid, row
from survey.form import NO, YES, Kind, Option


@dataclass(frozen=True, slots=True)
class Arrangement:
    cards: Sequence[Rect]
    places: Sequence[tuple[Rect, Rect]]  # face, label
    size: float
    worth: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """`size`: of all the words, in pixels."""

    columns: int
    rows: int
    size: float

    @property
    def places(self) -> int:
        return self.columns * self.rows


def rating(page: Page, asked: Asked) -> None:
    nav = navigation_area(page)
    until = nav.y - page.gap
    top = heading(page, asked, until, 0.3, least_height(page, asked))
    faces(page, asked, Rect(top.x, top.bottom, top.w, until - top.bottom))
    navigation(page, asked, nav)


def least_height(page: Page, asked: Asked) -> float:
    """What the faces cannot do without."""
    levels = asked.question.scale.levels if asked.question.scale else ()
    count = len(levels)
    if page.portrait:
        return count * page.target + (count - 1) * page.gap
    w = (page.body.w - page.gap * (count - 1)) / count
    words = max(page.height(asked.text(level.text), w - page.u(8), "label", bold=True) for level in levels)
    return words + page.mm(MM["least_face"]) + page.u(26)


def faces(page: Page, asked: Asked, area: Rect) -> None:
    """One card per level, worst first, in the arrangement that serves best on this glass."""
    levels = asked.question.scale.levels if asked.question.scale else ()
    texts = tuple(asked.text(level.text) for level in levels)
    best = max((_arranged(page, area, texts, n) for n in range(1, len(texts) + 1)), key=lambda a: a.worth)
    for level, text, card, (face, label) in zip(levels, texts, best.cards, best.places, strict=True):
        page.card(card)
        page.items.append(Face(face, level.value, len(texts)))
        align = "left" if label.x >= face.right else "center"
        page.write(text, label, "label", bold=True, align=align, size=best.size)
        page.targets[f"level:{level.value}"] = card


def _arranged(page: Page, area: Rect, texts: tuple[str, ...], columns: int) -> Arrangement:
    cards = grid(area, len(texts), columns, page.gap)
    places = [_standing(page, card, texts) if card.w < card.h * 1.6 else _lying(page, card) for card in cards]
    box = min((label for _, label in places), key=lambda label: label.w)
    size = page.same_size(texts, box, "label", bold=True)
    face_mm = min(face.w for face, _ in places) / page.mm(1)
    fits = min(min(card.w, card.h) for card in cards) >= page.target - 1
    readable = min(size / page.least("label"), 1.0)
    usual = columns == (1 if page.portrait else len(texts))
    worth = (fits, face_mm >= MM["least_face"] - 0.5, readable, usual, min(face_mm, MM["good_face"]), size)
    return Arrangement(cards, places, size, worth)


def _standing(page: Page, card: Rect, texts: tuple[str, ...]) -> tuple[Rect, Rect]:
    """Face above its words."""
    w = card.w - page.u(8)
    words_h = max(page.height(text, w, "label", bold=True) for text in texts) + 1
    label_h = max(words_h, min(card.h * 0.42, page.u(84)))
    side = max(min(card.w * 0.76, card.h - label_h - page.u(18)), 1)
    space = max((card.h - min(side, max(card.h - label_h, 0)) - label_h) / 3, 0)
    face = Rect(card.x + (card.w - side) / 2, card.y + space * 1.2, side, side)
    y = face.bottom + space * 0.6
    return face, Rect(card.x + (card.w - w) / 2, y, w, min(label_h, card.bottom - y))


def _lying(page: Page, card: Rect) -> tuple[Rect, Rect]:
    """Face beside its words."""
    side = min(card.h * 0.8, card.w * 0.36)
    left = min(page.u(28), card.w * 0.04)
    face = Rect(card.x + left, card.y + (card.h - side) / 2, side, side)
    x = face.right + left
    return face, Rect(x, card.y + page.u(3), card.right - x - page.u(8), card.h - page.u(6))


def yes_no(page: Page, asked: Asked) -> None:
    nav = navigation_area(page)
    until = nav.y - page.gap
    top = heading(page, asked, until, 0.42, page.target * (2.5 if page.portrait else 1.2))
    area = Rect(top.x, top.bottom, top.w, until - top.bottom)
    area = area.inset(0, area.h * 0.06) if page.portrait else area.inset(area.w * 0.05, 0)
    cards = (column if page.portrait else row)(area, 2, page.gap * 1.4)
    for code, word, sign, card in zip((YES, NO), ("yes", "no"), ("tick", "cross"), cards, strict=True):
        page.card(card)
        side = min(card.h * 0.42, card.w * 0.2)
        place = Rect(card.x + card.w * 0.5 - side * 1.7, card.y + (card.h - side) / 2, side, side)
        page.items.append(Sign(place, sign, COLOURS["accent"]))
        words = Rect(place.right + side * 0.4, card.y, card.right - place.right - side * 0.5, card.h)
        page.write(asked.say(word), words, "word", bold=True, align="left")
        page.targets[f"option:{code}"] = card
    navigation(page, asked, nav)


def choices(page: Page, asked: Asked) -> int:
    """A list, or the page of it that is asked for; how many pages it takes."""
    nav = navigation_area(page)
    until = nav.y - page.gap
    three_rows = 3 * page.target + 2 * page.gap
    top = heading(page, asked, until, 0.16, page.target + page.gap, three_rows)
    area = Rect(top.x, top.bottom, top.w, until - top.bottom)
    many = asked.question.kind is Kind.MULTI
    best = _grid(page, area, tuple(asked.text(option.text) for option in asked.question.options), many)
    pages = max(math.ceil(len(asked.question.options) / best.places), 1)
    number = min(asked.page, pages - 1)
    each = math.ceil(len(asked.question.options) / pages)
    _cells(page, asked, area, best, asked.question.options[number * each : (number + 1) * each])
    navigation(page, asked, nav, _onward(asked, many, number, pages))
    return pages


def _onward(asked: Asked, many: bool, number: int, pages: int) -> Button | None:
    if number + 1 < pages:
        return "more", counted(asked.say("more"), number + 1, pages), True
    return ("next", asked.say("next"), True) if many and asked.answers else None


def _cells(page: Page, asked: Asked, area: Rect, best: Grid, options: Sequence[Option]) -> None:
    """Read down the columns; free places stay empty at the end."""
    columns = min(best.columns, math.ceil(len(options) / best.rows))
    rows = math.ceil(len(options) / columns) if columns else 0
    cells = [row(line, best.columns, page.gap) for line in column(area, max(rows, 1), page.gap)]
    many = asked.question.kind is Kind.MULTI
    for place, option in enumerate(options):
        cell = cells[place % rows][place // rows]
        page.card(cell)
        box = text_box(page, cell, many)
        page.write(asked.text(option.text), box, "choice", align="left" if many else "center", size=best.size)
        if many:
            side = _tick_side(page)
            tick = Rect(cell.x + page.u(12), cell.y + (cell.h - side) / 2, side, side)
            page.items.append(Plate(tick, COLOURS["card"], page.u(6), COLOURS["muted"], page.edge_w))
        page.targets[f"option:{option.code}"] = cell


def _grid(page: Page, area: Rect, texts: tuple[str, ...], many: bool) -> Grid:
    """All on one page at the largest size if they can be; else the arrangement that needs the fewest pages."""
    sizes = [(c, r) for c in range(1, MOST_COLUMNS + 1) for r in range(1, MOST_ROWS + 1)]
    found = [tried for c, r in sizes if (tried := _tried(page, area, texts, many, c, r)) is not None]
    least = page.least("choice")

    def worth(grid: Grid) -> tuple[object, ...]:
        pages = math.ceil(len(texts) / grid.places)
        return grid.size >= least * SHARES["nearly"], -pages, grid.size, -grid.places, -grid.columns

    return max(found, key=worth, default=Grid(1, 1, least))


def _tried(page: Page, area: Rect, texts: tuple[str, ...], many: bool, columns: int, rows: int) -> Grid | None:
    w = (area.w - page.gap * (columns - 1)) / columns
    h = (area.h - page.gap * (rows - 1)) / rows
    if min(w, h) < page.target - 1 and (columns, rows) != (1, 1):
        return None
    box = text_box(page, Rect(area.x, area.y, w, h), many)
    return Grid(columns, rows, page.same_size(texts, box, "choice"))


def text_box(page: Page, cell: Rect, many: bool) -> Rect:
    left = page.u(12) + (_tick_side(page) + page.u(10) if many else 0)
    return Rect(cell.x + left, cell.y + page.u(3), cell.w - left - page.u(8), cell.h - page.u(6))


def _tick_side(page: Page) -> float:
    return page.least("choice") * 0.85
