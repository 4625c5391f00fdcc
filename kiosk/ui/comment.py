"""The optional comment: what has been typed, how much more may be, the way on, and the keyboard below.

A lying screen has its buttons beside the paper, not below the keys: the row that this saves makes the keys larger.
"""

import re
from collections.abc import Hashable

from kiosk import personal
from kiosk.event import Answered, Doubted
from kiosk.texts import counted
from kiosk.ui import theme
from kiosk.ui.frame import Button, heading, navigation, navigation_area, progress_bar
from kiosk.ui.keys import keys
from kiosk.ui.page import Page
from kiosk.ui.scene import Plate, Rect
from kiosk.ui.view import View
from survey.form import Question

KEYS_SHARE = 0.655  # of a lying screen's height: five rows of 15 mm on the 10 inch reference
TYPED = (28.0, 21.0)
CARET = "|"


def comment(page: Page, view: View, question: Question) -> None:
    (_upright if page.portrait else _lying)(page, view, question)


def _upright(page: Page, view: View, question: Question) -> None:
    nav = navigation_area(page, theme.DENSE_TARGET_MM)
    top = heading(page, view, question, nav.y, 0.13)
    area = Rect(top.x, top.bottom, top.w, nav.y - page.gap * 0.7 - top.bottom)
    paper = Rect(area.x, area.y, area.w, area.h * 0.36)
    _paper(page, view, question, paper)
    y = paper.bottom + page.u(12)
    keys(page, view, Rect(area.x, y, area.w, area.bottom - y))
    navigation(page, view, nav, _onward(view, question))


def _lying(page: Page, view: View, question: Question) -> None:
    body = page.body
    bottom = page.glass.h - page.u(12)
    keyboard = Rect(body.x, bottom - page.glass.h * KEYS_SHARE, body.w, page.glass.h * KEYS_SHARE)
    y = progress_bar(page, view).bottom + page.u(6)
    ask = Rect(body.x, y, body.w, page.u(36))
    page.write(view.text(question.text), ask, (28, 13), bold=True, align="left")
    gap = max(page.u(11), page.close_gap * 0.7)
    paper = Rect(body.x, ask.bottom + page.u(4), body.w * 0.64, keyboard.y - gap - ask.bottom - page.u(4))
    _paper(page, view, question, paper)
    x = paper.right + page.gap
    navigation(page, view, Rect(x, paper.y, body.right - x, paper.h), _onward(view, question), narrow=True)
    keys(page, view, keyboard)


def _onward(view: View, question: Question) -> Button | None:
    """What is sent is what is seen, to the letter."""
    text = view.typing.text.strip()
    if not text:
        return None
    event: Hashable = Doubted() if personal.found(text) else Answered(question.code, text)
    return "send", view.words["send"], event, True


def _paper(page: Page, view: View, question: Question, rect: Rect) -> None:
    page.add(Plate(rect, theme.CARD, page.u(14), theme.TEAL, max(page.u(2), 1)))
    inner = rect.inset(page.u(14), page.u(6))
    foot = Rect(inner.x, inner.bottom - page.u(24), inner.w, page.u(24))
    _typed(page, view, Rect(inner.x, inner.y, inner.w, inner.h - foot.h))
    count, most = len(view.typing.text), question.longest
    counter = counted(view.words["comment_count" if count < most else "comment_full"], count, most)
    note = Rect(foot.x, foot.y, foot.w * 0.72, foot.h)
    page.write(view.words["comment_note"], note, (19, 11), theme.MUTED, align="left")
    place = Rect(note.right, foot.y, foot.right - note.right, foot.h)
    page.write(counter, place, (19, 11), theme.MUTED, bold=count >= most, align="right")


def _typed(page: Page, view: View, box: Rect) -> None:
    """The end of the text, for that is where the next letter comes."""
    text = view.typing.text
    if not text:
        page.write(view.words["comment_empty"], box, TYPED, theme.MUTED, align="left", valign="top", even=False)
        return
    page.write(_last_words(page, text + CARET, box), box, TYPED, align="left", valign="top", even=False)


def _last_words(page: Page, text: str, box: Rect) -> str:
    """As many words from the end as fit the box at the least size."""
    starts = [0, *(match.end() for match in re.finditer(r"\s+", text))]
    low, high = 0, len(starts) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _fits(page, _from(text, starts[middle]), box) else (middle + 1, high)
    return _from(text, starts[low])


def _from(text: str, start: int) -> str:
    return f"… {text[start:]}" if start else text


def _fits(page: Page, text: str, box: Rect) -> bool:
    most, least = (page.u(size) for size in TYPED)
    return not page.type.fit(text, box, most, least, theme.INK, False, "left", "top", False).cut
