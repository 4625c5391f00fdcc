"""Where a language is chosen, each under its own name; and the foot that says that a language is only a sample."""

import math
from dataclasses import replace

from kiosk.event import ChoseLanguage
from kiosk.texts.languages import LANGUAGES
from kiosk.texts.scripts import leading
from kiosk.ui import theme
from kiosk.ui.about import back_button
from kiosk.ui.page import Glass, Page, grid
from kiosk.ui.scene import Plate, Rect
from kiosk.ui.typeset import Typesetter
from kiosk.ui.view import View

MOST_COLUMNS = 8
NAME = theme.Type(False, 44.0)


def languages(page: Page, view: View) -> None:
    """One card a language, the present one ticked; below them the way back."""
    body = page.body
    page.say = view.words["languages_title"]
    foot = Rect(body.x, body.bottom - page.button_h, body.w, page.button_h)
    title = Rect(body.x, body.y, body.w, page.height(page.say, body.w, theme.TITLE, bold=True) + page.u(8))
    page.write(page.say, title, theme.TITLE, bold=True)
    y = max(title.bottom + page.u(8), page.reach)
    cards = _cards(page, view, Rect(body.x, y, body.w, foot.y - page.gap - y))
    box, _ = _parts(page, cards[0])
    names = [LANGUAGES[code].name for code in view.languages]
    size = page.same_size(names, replace(box, h=box.h * _share(view)), NAME, bold=True)
    for code, card in zip(view.languages, cards, strict=True):
        _card(page, view, card, code, size)
    back_button(page, view, foot)


def _cards(page: Page, view: View, area: Rect) -> list[Rect]:
    """Cells in as few columns as leave each the height of a finger and of its words."""
    count, least = len(view.languages), page.least(theme.LABEL)
    names = max(leading(LANGUAGES[code].name) for code in view.languages)
    high = max(page.target, least * (max(names, theme.LEADING) + theme.LEADING) + page.u(8))
    columns, rows = 1, count
    for columns in range(1 if page.portrait else 2, MOST_COLUMNS + 1):
        rows = math.ceil(count / columns)
        if (area.h - page.gap * (rows - 1)) / rows >= high:
            break
    h = min((area.h - page.gap * (rows - 1)) / rows, max(high, page.u(140)))
    return list(grid(replace(area, h=h * rows + page.gap * (rows - 1)), count, columns, page.gap))


def _parts(page: Page, card: Rect) -> tuple[Rect, Rect]:
    """Where the words go, and the tick beside them."""
    side = page.least(theme.LABEL) * 0.8
    inside = card.inset(page.u(14), page.u(4))
    tick = Rect(inside.right - side, card.y + (card.h - side) / 2, side, side)
    return Rect(inside.x, inside.y, inside.w - side - page.u(6), inside.h), tick


def _share(view: View) -> float:
    """The part of a card's height that the name takes: the rest says that a language is a sample."""
    return 0.58 if any(LANGUAGES[code].sample for code in view.languages) else 1.0


def _card(page: Page, view: View, card: Rect, code: str, size: float) -> None:
    language, chosen = LANGUAGES[code], code == view.language
    page.card(card, chosen=chosen)
    colour = page.palette.on_accent if chosen else page.palette.ink
    words, tick = _parts(page, card)
    if chosen:
        page.glyph(tick, "tick", colour)
    name = replace(words, h=words.h * (_share(view) if language.sample else 1.0))
    page.write(language.name, name, NAME, colour, bold=True, align="left", size=size)
    if language.sample:
        note = Rect(words.x, name.bottom, words.w, words.bottom - name.bottom)
        page.write(view.words["sample"], note, theme.NOTE, colour, align="left")
    page.touch(f"language:{code}", card, ChoseLanguage(code), say=language.name)


def page_for(view: View, glass: Glass, typesetter: Typesetter) -> Page:
    """A page for the screen of `view`: the whole glass, or what the foot leaves of it below a sample."""
    page = Page(glass, typesetter, view.state.comfort)
    if not LANGUAGES[view.language].sample:
        return page
    high = math.ceil(page.least(theme.NOTE) * theme.LEADING)
    return Page(replace(glass, h=glass.h - high), typesetter, view.state.comfort)


def add_foot(page: Page, glass: Glass, view: View) -> None:
    """Say below a sample's screen that it is one; the page is then as high as `glass`."""
    foot = Rect(0, page.glass.h, glass.w, glass.h - page.glass.h)
    page.glass = glass
    page.add(Plate(foot, page.palette.ink))
    page.write(view.words["sample_note"], foot.inset(page.u(theme.MARGIN), 0), theme.NOTE, page.palette.paper)
