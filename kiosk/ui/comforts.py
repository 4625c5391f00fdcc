"""Help with the screen: larger, plainer, lower, aloud. Each switch shows what it does by doing it."""

from kiosk.comfort import NAMES
from kiosk.event import ChoseComfort
from kiosk.ui import theme
from kiosk.ui.about import back_button
from kiosk.ui.page import Page, column, grid
from kiosk.ui.scene import Rect
from kiosk.ui.view import View


def comforts(page: Page, view: View) -> None:
    body = page.body
    page.say = view.words["comfort_title"]
    foot = Rect(body.x, body.bottom - page.button_h, body.w, page.button_h)
    top = max(body.y, page.reach)
    title_h = page.height(page.say, body.w, theme.TITLE, bold=True) + page.u(8)
    title = Rect(body.x, body.y, body.w, title_h)
    page.write(page.say, title, theme.TITLE, bold=True)
    y = max(title.bottom + page.u(8), top)
    names = [name for name in NAMES if name != "aloud" or view.speaks]
    area = Rect(body.x, y, body.w, foot.y - page.gap - y)
    lying = page.portrait and not page.comfort.low
    columns = 2 if page.portrait or not page.comfort.low else len(names)
    cards = column(area, len(names), page.gap) if lying else grid(area, len(names), columns, page.gap)
    texts = [view.words[f"comfort_{name}"] for name in names]
    box = _switch_box(page, cards[0])
    size = page.same_size(texts, box, theme.LABEL, bold=True)
    for name, text, card in zip(names, texts, cards, strict=True):
        _switch(page, view, name, text, card, size)
    back_button(page, view, foot)


def _switch(page: Page, view: View, name: str, text: str, card: Rect, size: float) -> None:
    on = getattr(page.comfort, name)
    page.card(card, chosen=on)
    colour = page.palette.on_accent if on else page.palette.ink
    box = _switch_box(page, card)
    side = _sign_side(page, card)
    sign = Rect(card.x + page.u(20), card.y + (card.h - side) / 2, side, side)
    if _is_tall(card):
        sign = Rect(card.x + (card.w - side) / 2, card.y + page.u(10), side, side)
    page.glyph(sign, name, colour)
    page.write(text, box, theme.LABEL, colour, bold=True, align="center" if _is_tall(card) else "left", size=size)
    tick = page.least(theme.LABEL) * 0.8
    if on:
        y = sign.y if _is_tall(card) else card.y + (card.h - tick) / 2
        page.glyph(Rect(card.right - tick * 1.4, y, tick, tick), "tick", colour)
    said = f"{text}. {view.words['ticked']}" if on else text
    page.touch(f"comfort:{name}", card, ChoseComfort(name), say=said)


def _is_tall(card: Rect) -> bool:
    return card.h > card.w * 0.6


def _sign_side(page: Page, card: Rect) -> float:
    return min(card.h * (0.36 if _is_tall(card) else 0.56), page.target * 0.7)


def _switch_box(page: Page, card: Rect) -> Rect:
    side = _sign_side(page, card)
    if _is_tall(card):
        y = card.y + page.u(14) + side
        return Rect(card.x + page.u(6), y, card.w - page.u(12), card.bottom - page.u(6) - y)
    tick = page.least(theme.LABEL) * 1.4
    left = page.u(34) + side
    return Rect(card.x + left, card.y + page.u(4), card.w - left - tick, card.h - page.u(8))
