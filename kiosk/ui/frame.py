"""What every question has around it: how far along, the question, and the way back, on and out."""

from collections.abc import Hashable

from kiosk.event import Answered, Finished, Skipped, WentBack
from kiosk.flow import has_earlier, has_later, may_skip, progress
from kiosk.ui import theme
from kiosk.ui.page import Page, button_box, row
from kiosk.ui.scene import Plate, Rect
from kiosk.ui.view import View
from survey.form import Kind, Question, Role

UNITS_PER_MM = 4.0  # a large screen is read from further away: its buttons grow with its letters
Button = tuple[str, str, Hashable, bool]  # id, text, event, primary


def heading(page: Page, view: View, question: Question, until: float, share: float | None = None) -> Rect:
    """Progress and question; the area they take. `share`: part of the height down to `until` given to the words."""
    body = page.body
    progress_bar(page, view)
    top = body.y + page.u(20)
    share = share if share is not None else (0.3 if page.portrait else 0.42)
    h = (until - top) * share
    ask_h = h * (0.62 if question.help else 1.0)
    box = Rect(body.x, top, body.w, ask_h)
    text, help_text = view.text(question.text), view.text(question.help)
    page.write(text, box, theme.QUESTION, bold=True)
    if help_text:
        page.write(help_text, Rect(body.x, box.bottom, body.w, h - ask_h), theme.HELP, theme.MUTED, valign="top")
    return Rect(body.x, body.y, body.w, top + h + page.u(8) - body.y)


def navigation_area(page: Page, height_mm: float) -> Rect:
    body = page.body
    h = min(max(page.mm(height_mm), page.u(height_mm * UNITS_PER_MM)), body.h * 0.22)
    return Rect(body.x, body.bottom - h, body.w, h)


def navigation(page: Page, view: View, area: Rect, onward: Button | None = None, *, narrow: bool = False) -> None:
    """Back at the left, out and on at the right; a place that has no use here stays empty, so that nothing jumps.

    `narrow`: there is room for the way back and the way on, and for a third button only where it has a use.
    """
    buttons: list[Button | None] = [_back(view), _beside(view), _finish(view), onward or _skip(view)]
    if narrow:
        buttons = [buttons[0], *filter(None, buttons[1:3]), buttons[3]]
    gap = page.close_gap if page.portrait or len(buttons) == 3 else page.gap
    places = row(area, len(buttons), gap)
    texts = tuple(button[1] for button in buttons if button is not None)
    box = button_box(page, places[0])
    size = page.type.calmest(texts, box.w, box.h, page.u(theme.BUTTON[0]), page.u(theme.BUTTON[1]), True) / page.unit
    for place, button in zip(places, buttons, strict=True):
        if button is not None:
            id, text, event, primary = button
            page.button(id, place, text, event, primary=primary, size=size)


def _back(view: View) -> Button | None:
    return ("back", view.words["back"], WentBack(), False) if has_earlier(view.form, view.state) else None


def _skip(view: View) -> Button | None:
    return ("skip", view.words["skip"], Skipped(), False) if may_skip(view.state) else None


def _finish(view: View) -> Button | None:
    """Where no question follows, going on is finishing: one button is enough."""
    if not view.state.answers or not has_later(view.form, view.state):
        return None
    return "finish", view.words["finish"], Finished(), False


def _beside(view: View) -> Button | None:
    """The scale's own «không áp dụng», for every rating but the overall one, which always applies."""
    question = view.question
    if question is None or question.kind is not Kind.SCALE or question.role is Role.OVERALL:
        return None
    option = question.scale.not_applicable if question.scale else None
    if option is None:
        return None
    return "not_applicable", view.text(option.text), Answered(question.code, option.code), False


def progress_bar(page: Page, view: View) -> Rect:
    """How far along, over the whole width; the area it takes."""
    body = page.body
    rect = Rect(body.x, body.y, body.w, max(page.u(7), 4))
    place, count = progress(view.form, view.state.question)
    for number, part in enumerate(row(rect, max(count, 1), page.u(6) if count < 40 else 0), start=1):
        page.add(Plate(part, theme.TEAL if number <= place else theme.TRACK, part.h / 2))
    return rect
