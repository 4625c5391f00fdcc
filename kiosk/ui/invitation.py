"""The invitation: who asks, that it carries no name, what came of last time, and the first question itself.

One tap on a face is an answer. Everything else is one touch away: the whole story (`about`), help with the screen
(`comforts`), the languages.
"""

from dataclasses import dataclass

from kiosk.event import ChoseLanguage, Opened, Started
from kiosk.flow import Screen, opening
from kiosk.texts import filled, read_words
from kiosk.ui import theme
from kiosk.ui.page import Page
from kiosk.ui.rating import faces, least_height
from kiosk.ui.scene import Plate, Rect
from kiosk.ui.view import View


@dataclass(frozen=True, slots=True)
class Control:
    id: str
    glyph: str
    word: str
    event: object
    say: str


def invitation(page: Page, view: View) -> None:
    band = _band(page, view)
    body = page.body
    foot = _foot(page, view)
    area = Rect(body.x, band.bottom + page.u(6), body.w, foot.y - page.gap - band.bottom - page.u(6))
    question = opening(view.form)
    if question is None:
        _start(page, view, area)
        return
    text = view.text(question.text)
    page.say = f"{page.say} {text}"
    needed = page.height(text, area.w, theme.QUESTION, bold=True)
    room = max(area.h - least_height(page, view, question) - page.u(10), area.h * 0.2)
    ask = Rect(area.x, area.y, area.w, max(min(needed, room), area.h * (0.2 if page.portrait else 0.3)))
    page.write(text, ask, theme.QUESTION, bold=True)
    y = ask.bottom + page.u(8)
    faces(page, view, question, Rect(area.x, y, area.w, area.bottom - y))


def _start(page: Page, view: View, area: Rect) -> None:
    """A form whose first question is no rating begins with a button."""
    title = view.text(view.form.title)
    h = page.target * 1.3
    w = min(area.w, max(page.u(460), page.target * 3))
    bottom = area.bottom - page.u(4)
    room = Rect(area.x, area.y, area.w, bottom - h - page.gap - area.y)
    page.write(title, room, theme.TITLE, bold=True)
    rect = Rect(area.x + (area.w - w) / 2, bottom - h, w, h)
    page.button("start", rect, view.words["start"], Started(), primary=True)


def _band(page: Page, view: View) -> Rect:
    """The office's name on its own ground; help and language at the right, or at the foot in the low mode."""
    body = page.body
    controls = [] if page.comfort.low else _controls(view)
    h = page.button_h + page.u(8)
    band = Rect(0, 0, page.glass.w, h)
    page.add(Plate(band, page.palette.band))
    right = body.right
    for control in controls:
        w = _width(page, control)
        right -= w
        _control(page, control, Rect(right, page.u(4), w, page.button_h), page.palette.on_band)
        right -= page.gap
    if view.standing is not None:
        office, point = view.text(view.standing.assignment.office), view.text(view.standing.assignment.point_name)
        page.say = f"{office}. {view.words['invitation_promise']}"
        _names(page, office, point, Rect(body.x, page.u(4), right - body.x, h - page.u(8)))
    return band


def _names(page: Page, office: str, point: str, box: Rect) -> None:
    """The office; and its counter, where there is room for both."""
    palette = page.palette
    one = page.height(office, box.w, theme.LABEL, bold=True)
    two = page.height(point, box.w, theme.NOTE)
    if one + two > box.h + 1:
        page.write(office, box, theme.LABEL, palette.on_band, bold=True, align="left")
        return
    upper = Rect(box.x, box.y, box.w, box.h * one / (one + two))
    page.write(office, upper, theme.LABEL, palette.on_band, bold=True, align="left", valign="bottom")
    lower = Rect(box.x, upper.bottom, box.w, box.bottom - upper.bottom)
    page.write(point, lower, theme.NOTE, palette.on_band_muted, align="left", valign="top")


def _controls(view: View) -> list[Control]:
    """From the right edge inwards."""
    words = view.words
    found = [Control("comforts", "help", "", Opened(Screen.COMFORTS), words["comfort_title"])]
    others = [language for language in view.languages if language != view.language]
    if len(others) == 1:
        name = read_words(others[0])["language_name"]
        found.append(Control(f"language:{others[0]}", "", name, ChoseLanguage(others[0]), name))
    elif others:
        found.append(Control("languages", "globe", "", Opened(Screen.LANGUAGES), words["languages"]))
    return found


def _width(page: Page, control: Control) -> float:
    words = page.width(control.word, page.button_h - page.u(10), theme.NOTE) if control.word else 0.0
    return max(page.target, words + page.u(14))


def _control(page: Page, control: Control, rect: Rect, colour: theme.Colour) -> None:
    """A round plate of its own; a language stands under its own name."""
    fill = page.palette.band if colour == page.palette.on_band else page.palette.card
    page.add(Plate(rect, fill, page.radius(rect), page.palette.on_band_muted, page.edge_w))
    if control.glyph:
        page.glyph(rect.inset(rect.w * 0.22), control.glyph, colour)
    else:
        page.write(control.word, rect.inset(page.u(5), page.u(2)), theme.NOTE, colour)
    page.touch(control.id, rect, control.event, say=control.say)  # type: ignore[arg-type]


def _foot(page: Page, view: View) -> Rect:
    """That no name is asked and what came of the last time, as one button to the whole story."""
    body = page.body
    rect = Rect(body.x, body.bottom - page.target, body.w, page.target)
    controls = _controls(view) if page.comfort.low else []
    right = rect.right
    for control in controls:
        w = _width(page, control)
        right -= w
        _control(page, control, Rect(right, rect.y, w, rect.h), page.palette.ink)
        right -= page.gap
    rect = Rect(rect.x, rect.y, right - rect.x, rect.h)
    if view.takes_slips:
        rect = _slip_hint(page, view, rect)
    _promise(page, view, rect)
    page.touch("about", rect, Opened(Screen.ABOUT), say=view.words["about_title"])
    return rect


def _slip_hint(page: Page, view: View, rect: Rect) -> Rect:
    """That a slip may be shown to the scanner, at the right of the foot; what is left of `rect`.

    No target, so nothing is drawn around it; where there is no room for it, those with a slip will try by themselves.
    """
    side, h = min(rect.h * 0.55, page.least(theme.NOTE) * 1.6), rect.h - page.u(8)
    beside = side + page.u(10)
    promise = page.width(view.words["invitation_short"], h, theme.NOTE) + _promise_left(page, rect) + page.u(14)
    for text, share in ((view.words["slip_hint"], 0.5), (view.words["slip_hint_short"], 0.6)):
        w = page.width(text, h, theme.NOTE) + 2
        left = rect.right - beside - w
        rest = Rect(rect.x, rect.y, left - page.gap - rect.x, rect.h)
        if beside + w <= rect.w * share and rest.w >= promise:
            page.glyph(Rect(left, rect.y + (rect.h - side) / 2, side, side), "slip", page.palette.emblem)
            page.write(text, Rect(left + beside, rect.y + page.u(4), w, h), theme.NOTE, align="left")
            return rest
    return rect


def _promise_left(page: Page, rect: Rect) -> float:
    """Where the words of the promise begin, after its sign."""
    return min(rect.h * 0.5, page.least(theme.NOTE) * 1.2) + page.u(26)


def _promise(page: Page, view: View, rect: Rect) -> None:
    """The longest of the texts that has room at its least size."""
    page.add(Plate(rect, page.palette.soft, page.radius(rect)))
    side = min(rect.h * 0.5, page.least(theme.NOTE) * 1.2)
    page.glyph(Rect(rect.x + page.u(14), rect.y + (rect.h - side) / 2, side, side), "info", page.palette.emblem)
    left = _promise_left(page, rect)
    inner = Rect(rect.x + left, rect.y + page.u(4), rect.w - left - page.u(12), rect.h - page.u(8))
    texts = [*_last_time(view), view.words["invitation_promise"], view.words["invitation_short"]]
    text = next((t for t in texts if page.height(t, inner.w, theme.NOTE) <= inner.h), texts[-1])
    page.write(text, inner, theme.NOTE, align="left")


def _last_time(view: View) -> list[str]:
    """The promise together with last period's figure, if the office has told one."""
    notice = view.standing.notice if view.standing else None
    if notice is None or notice.result is None:
        return []
    percent = notice.result.percent(view.words["decimal_mark"])
    return [
        filled(view.words[name], period=view.text(notice.period), percent=percent)
        for name in ("invitation_last", "invitation_last_short")
    ]
