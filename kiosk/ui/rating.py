"""A rating: faces with their words, in the arrangement that serves fingers and eyes best on this glass.

Nothing here depends on an earlier answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.event import Answered
from kiosk.ui import theme
from kiosk.ui.frame import heading, navigation, navigation_area
from kiosk.ui.page import Page, grid
from kiosk.ui.scene import Rect
from kiosk.ui.view import View
from survey.form import Question

LEAST_FACE_MM = 8.0
GOOD_FACE_MM = 17.0


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One card per level. `size`: of all the labels, in pixels. `worth`: larger is better."""

    cards: Sequence[Rect]
    places: Sequence[tuple[Rect, Rect]]  # face, label
    size: float
    worth: tuple


def rating(page: Page, view: View, question: Question) -> None:
    nav = navigation_area(page)
    until = nav.y - page.gap
    top = heading(page, view, question, until, 0.3, least_height(page, view, question))
    faces(page, view, question, Rect(top.x, top.bottom, top.w, until - top.bottom))
    navigation(page, view, nav)


def least_height(page: Page, view: View, question: Question) -> float:
    """What the faces cannot do without."""
    if question.scale is None:
        return 0.0
    count = len(question.scale.levels)
    if page.portrait and not page.comfort.low:
        return count * page.target + (count - 1) * page.gap
    texts = [view.text(level.text) for level in question.scale.levels]
    w = (page.body.w - page.gap * (count - 1)) / count
    words = max(page.height(text, label_width(page, w), theme.LABEL, bold=True) for text in texts)
    return words + page.mm(LEAST_FACE_MM) + page.u(26)


def label_width(page: Page, card_w: float) -> float:
    return card_w - page.u(8)


def faces(page: Page, view: View, question: Question, area: Rect) -> None:
    """One card per level, worst first, each a target."""
    scale = question.scale
    if scale is None:
        return
    texts = tuple(view.text(level.text) for level in scale.levels)
    best = max((_arranged(page, area, texts, n) for n in range(1, len(texts) + 1)), key=lambda a: a.worth)
    for level, text, card, (face, label) in zip(scale.levels, texts, best.cards, best.places, strict=True):
        page.card(card)
        page.face(face, level.value, len(texts))
        align = "left" if label.x >= face.right else "center"
        page.write(text, label, theme.LABEL, bold=True, align=align, size=best.size)
        page.touch(f"level:{level.value}", card, Answered(question.code, level.value), say=text)


def _arranged(page: Page, area: Rect, texts: tuple[str, ...], columns: int) -> Arrangement:
    low = Rect(area.x, max(area.y, page.reach), area.w, area.bottom - max(area.y, page.reach))
    cards = grid(low, len(texts), columns, page.gap)
    raised = columns == len(texts) and low.y > area.y  # faces may stand above the cards, where no finger need go
    above = low.y - area.y if raised else 0.0
    places = [_standing(page, card, texts, above) if _upright(card) else _lying(page, card) for card in cards]
    box = min((label for _, label in places), key=lambda label: label.w)
    size = page.same_size(texts, box, theme.LABEL, bold=True)
    face_mm = min(face.w for face, _ in places) / page.mm(1)
    fits = min(min(card.w, card.h) for card in cards) >= page.target - 1
    readable = min(size / page.least(theme.LABEL), 1.0)
    usual = columns == (1 if page.portrait and not page.comfort.low else len(texts))
    worth = (fits, face_mm >= LEAST_FACE_MM - 0.5, readable, usual, min(face_mm, GOOD_FACE_MM), size)
    return Arrangement(cards, places, size, worth)


def _upright(card: Rect) -> bool:
    return card.w < card.h * 1.6


def _standing(page: Page, card: Rect, texts: tuple[str, ...], above: float) -> tuple[Rect, Rect]:
    """Face above its words."""
    w = label_width(page, card.w)
    words_h = max(page.height(text, w, theme.LABEL, bold=True) for text in texts) + 1
    label_h = max(words_h, min(card.h * 0.42, page.u(84)))
    side = max(min(card.w * 0.76, card.h + above - label_h - page.u(18)), 1)
    space = max((card.h - min(side, max(card.h - label_h, 0)) - label_h) / 3, 0)
    if above:
        label_y = card.bottom - page.u(10) - label_h
        face_y = max(label_y - page.u(6) - side, card.y - above)
    else:
        face_y = card.y + space * 1.2
        label_y = face_y + side + space * 0.6
    face = Rect(card.x + (card.w - side) / 2, face_y, side, side)
    return face, Rect(card.x + (card.w - w) / 2, label_y, w, min(label_h, card.bottom - label_y))


def _lying(page: Page, card: Rect) -> tuple[Rect, Rect]:
    """Face beside its words."""
    side = min(card.h * 0.8, card.w * 0.36)
    left = min(page.u(28), card.w * 0.04)
    face = Rect(card.x + left, card.y + (card.h - side) / 2, side, side)
    x = face.right + left
    return face, Rect(x, card.y + page.u(3), card.right - x - page.u(8), card.h - page.u(6))
