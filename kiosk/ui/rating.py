"""The invitation and the rating: five faces with their words. Nothing on them depends on an earlier answer."""

from kiosk.event import Answered, ChoseLanguage, Started
from kiosk.flow import opening
from kiosk.texts import read_words
from kiosk.ui import theme
from kiosk.ui.frame import heading, navigation, navigation_area
from kiosk.ui.page import Page, column, row
from kiosk.ui.scene import Plate, Rect
from kiosk.ui.view import View
from survey.form import Question


def invitation(page: Page, view: View) -> None:
    """Who asks, why, and the first question itself, so that one tap is an answer."""
    band = _band(page, view)
    body = page.body
    question = opening(view.form)
    foot_h = page.u(102 if page.portrait else 74)
    foot = Rect(body.x, body.bottom - foot_h + page.u(6), body.w, foot_h)
    page.write(view.text(view.form.intro), foot, theme.NOTE, theme.MUTED)
    area = Rect(body.x, band.bottom + page.u(16), body.w, foot.y - band.bottom - page.u(30))
    if question is None:
        _start(page, view, area)
        return
    ask_h = area.h * (0.22 if page.portrait else 0.34)
    ask = Rect(area.x, area.y, area.w, ask_h)
    page.write(view.text(question.text), ask, theme.QUESTION, bold=True)
    faces(page, view, question, Rect(area.x, ask.bottom + page.u(10), area.w, area.h - ask_h - page.u(10)))


def rating(page: Page, view: View, question: Question) -> None:
    nav = navigation_area(page, theme.TARGET_MM)
    top = heading(page, view, question, nav.y - page.gap)
    faces(page, view, question, Rect(top.x, top.bottom, top.w, nav.y - page.gap - top.bottom))
    navigation(page, view, nav)


def faces(page: Page, view: View, question: Question, area: Rect) -> None:
    """One card per level, worst first: side by side, or one below the other on an upright screen."""
    scale = question.scale
    if scale is None:
        return
    count = len(scale.levels)
    texts = tuple(view.text(level.text) for level in scale.levels)
    cards = (column if page.portrait else row)(area, count, page.gap)
    lay = _lying if page.portrait else _standing
    places = [lay(page, card) for card in cards]
    box = places[0][1]
    size = page.type.calmest(texts, box.w, box.h, page.u(theme.LABEL[0]), page.u(theme.LABEL[1]), True) / page.unit
    for level, text, card, (face, label) in zip(scale.levels, texts, cards, places, strict=True):
        page.card(card)
        page.face(face, level.value, count)
        align = "left" if page.portrait else "center"
        page.write(text, label, (size, theme.LABEL[1]), bold=True, align=align)
        page.touch(f"level:{level.value}", card, Answered(question.code, level.value))


def _standing(page: Page, card: Rect) -> tuple[Rect, Rect]:
    """Face above its words."""
    label_h = min(page.u(84), card.h * 0.42)
    side = min(card.w * 0.74, card.h - label_h - page.u(30))
    space = (card.h - side - label_h) / 3
    face = Rect(card.x + (card.w - side) / 2, card.y + space * 1.3, side, side)
    return face, Rect(card.x + page.u(8), face.bottom + space * 0.7, card.w - page.u(16), label_h)


def _lying(page: Page, card: Rect) -> tuple[Rect, Rect]:
    """Face beside its words."""
    side = min(card.h * 0.8, card.w * 0.3)
    face = Rect(card.x + page.u(30), card.y + (card.h - side) / 2, side, side)
    x = face.right + page.u(30)
    return face, Rect(x, card.y, card.right - x - page.u(16), card.h)


def _start(page: Page, view: View, area: Rect) -> None:
    h = max(page.mm(theme.TARGET_MM * 1.3), page.u(120))
    w = min(area.w, page.u(460))
    page.write(view.text(view.form.title), Rect(area.x, area.y, area.w, area.h - h - page.gap), theme.TITLE, bold=True)
    rect = Rect(area.x + (area.w - w) / 2, area.bottom - h, w, h)
    page.button("start", rect, view.words["start"], Started(), primary=True)


def _band(page: Page, view: View) -> Rect:
    """The office's name on its own ground; the other language at the right."""
    h = max(page.mm(theme.TARGET_MM), page.u(124 if page.portrait else 96))
    band = Rect(0, 0, page.glass.w, h)
    page.add(Plate(band, theme.TEAL))
    others = [language for language in view.languages if language != view.language]
    pill_w = max(page.mm(theme.TARGET_MM + 6), page.u(150))
    x = page.margin
    right = page.glass.w - page.margin
    for language in others:
        right -= pill_w
        _pill(page, Rect(right, 0, pill_w, h), language)
        right -= page.gap
    if view.standing is not None:
        office, point = view.text(view.standing.assignment.office), view.text(view.standing.assignment.point_name)
        upper = Rect(x, page.u(12), right - x, h * 0.5 - page.u(8))
        lower = Rect(x, upper.bottom, right - x, h - upper.bottom - page.u(10))
        page.write(office, upper, theme.LABEL, theme.WHITE, bold=True, align="left", valign="bottom")
        page.write(point, lower, theme.SMALL, theme.TEAL_LIGHT, align="left")
    return band


def _pill(page: Page, rect: Rect, language: str) -> None:
    """What is drawn is smaller than what may be touched."""
    h = min(page.u(54), rect.h * 0.62)
    drawn = Rect(rect.x, rect.y + (rect.h - h) / 2, rect.w, h)
    page.add(Plate(drawn, theme.TEAL, h / 2, theme.TEAL_LIGHT, max(page.u(1.6), 1)))
    page.write(read_words(language)["language_name"], drawn.inset(page.u(10), page.u(4)), theme.SMALL, theme.WHITE)
    page.touch(f"language:{language}", rect, ChoseLanguage(language))
