"""What every question has around it: how far along, the question, and the way back, on and out."""

from collections.abc import Hashable, Sequence

from kiosk.event import Answered, Finished, Skipped, WentBack
from kiosk.flow import has_earlier, has_later, may_skip, progress
from kiosk.ui import theme
from kiosk.ui.page import Page, button_box, row, uneven_row
from kiosk.ui.scene import Plate, Rect
from kiosk.ui.view import View
from survey.form import Kind, Question, Role

MOST_SHARE = 0.45  # of a question, whatever a form brings, so that its answers keep their place
Button = tuple[str, str, Hashable, bool]  # id, text, event, primary


def heading(
    page: Page, view: View, question: Question, until: float, share: float, below: float = 0.0, quiet: float = 0.0
) -> Rect:
    """Progress and question; the area they take. `until`: where the buttons begin.

    The words may grow to `share` of the height; at their least size they take what they need, but for `below`, which
    the answers cannot do without. `quiet`: what must stay free for the form's part to be named too.
    """
    body = page.body
    top = progress_bar(page, view).bottom + page.u(8)
    text, help_text = view.text(question.text), view.text(question.help)
    page.say = f"{text}. {help_text}" if help_text else text
    ask_h = page.height(text, body.w, theme.QUESTION, bold=True)
    help_h = page.height(help_text, body.w, theme.HELP)
    needed = ask_h + help_h
    if view.is_for_slip:
        top = slip_mark(page, view, top)
    top += _section(page, view, Rect(body.x, top, body.w, until - top - max(below, quiet) - needed))
    most = max(until - top - below, (until - top) * MOST_SHARE)
    room = min(max((until - top) * share, needed), most) + 1
    box = Rect(body.x, top, body.w, room * ask_h / needed if needed else 1)
    ink = page.write(text, box, theme.QUESTION, bold=True, valign="top" if help_text else "middle")
    bottom = box.bottom
    if help_text:
        under = Rect(body.x, ink.bottom, body.w, top + room - ink.bottom)
        bottom = page.write(help_text, under, theme.HELP, page.palette.muted, valign="top").bottom
    return Rect(body.x, body.y, body.w, bottom + page.u(6) - body.y)


def slip_mark(page: Page, view: View, top: float) -> float:
    """That the slip was received, before the first answer: a quiet line; where it ends."""
    size, text = page.least(theme.NOTE), view.words["slip_taken"]
    h = page.height(text, page.body.w, theme.NOTE)
    side = size * 0.9
    w = page.width(text, h, theme.NOTE) + 2
    left = page.body.x + (page.body.w - side - page.u(8) - w) / 2
    page.glyph(Rect(left, top + (h - side) / 2, side, side), "slip", page.palette.emblem)
    page.write(text, Rect(left + side + page.u(8), top, w, h), theme.NOTE, page.palette.muted, size=size)
    return top + h


def _section(page: Page, view: View, room: Rect) -> float:
    """The part of the form, as a quiet line where there is room for it; the height that it takes."""
    text = view.section_text
    h = page.height(text, room.w, theme.NOTE)
    if not text or h > room.h or h > 1.5 * page.least(theme.NOTE) * theme.LEADING:
        return 0.0
    page.write(text, Rect(room.x, room.y, room.w, h), theme.NOTE, page.palette.muted, size=page.least(theme.NOTE))
    return h


def navigation_area(page: Page) -> Rect:
    body = page.body
    return Rect(body.x, body.bottom - page.button_h, body.w, page.button_h)


def navigation(page: Page, view: View, area: Rect, onward: Button | None = None, *, narrow: bool = False) -> None:
    """Back at the left, out and on at the right; a place that has no use here stays empty, so that nothing jumps.

    `narrow`: there is room for the way back and the way on, and for a third button only where it has a use.
    """
    buttons: list[Button | None] = [_back(view), _beside(view), _finish(view), onward or _skip(view)]
    if narrow:
        buttons = [buttons[0], *filter(None, buttons[1:3]), buttons[3]]
    elif buttons[1] is None:
        del buttons[1]
    places = _places(page, area, [button[1] if button else "" for button in buttons])
    shown = [(place, button) for place, button in zip(places, buttons, strict=True) if button is not None]
    size = min((_fitting(page, place, button[1]) for place, button in shown), default=0.0)
    for place, (id, text, event, primary) in shown:
        page.button(id, place, text, event, primary=primary, size=size)


def _places(page: Page, area: Rect, texts: Sequence[str]) -> Sequence[Rect]:
    """Equal columns where the words fit so; else each as wide as its words want, no narrower than a finger."""
    even = row(area, len(texts), page.gap)
    box = button_box(page, even[0])
    words = [page.width(text, box.h, theme.BUTTON, bold=True) if text else 0 for text in texts]
    if max(words) <= box.w:
        return even
    padding = even[0].w - box.w
    return uneven_row(area, [width + padding + 1 for width in words], page.gap, page.target)


def _fitting(page: Page, place: Rect, text: str) -> float:
    return page.same_size((text,), button_box(page, place), theme.BUTTON, bold=True)


def _back(view: View) -> Button | None:
    if view.page > 0 or has_earlier(view.form, view.state):
        return "back", view.words["back"], view.turned_back or WentBack(), False
    return None


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
    rect = Rect(body.x, body.y, body.w, max(page.u(8), 4))
    place, count = progress(view.form, view.state.question)
    for number, part in enumerate(row(rect, max(count, 1), page.u(5) if count < 40 else page.u(2)), start=1):
        page.add(Plate(part, page.palette.accent if number <= place else page.palette.track, part.h / 2))
    return rect
