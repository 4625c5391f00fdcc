"""Why we ask, that nobody is named, what last period's answers said, what was done about it: in full, at leisure."""

from kiosk.event import WentBack
from kiosk.texts import filled
from kiosk.ui import theme
from kiosk.ui.page import Page, column, row
from kiosk.ui.scene import Plate, Rect
from kiosk.ui.view import View
from survey.notice import Notice


def about(page: Page, view: View) -> None:
    body = page.body
    foot = Rect(body.x, body.bottom - page.button_h, body.w, page.button_h)
    room = Rect(body.x, body.y, body.w, foot.y - page.gap - body.y)
    notice = view.standing.notice if view.standing else None
    if notice is None:
        _why(page, view, room, centred=not page.portrait)
    else:
        split = column if page.portrait else row
        why, last = split(room, 2, page.gap)
        _why(page, view, why, centred=False)
        _last_time(page, view, notice, last)
    back_button(page, view, foot)


def back_button(page: Page, view: View, foot: Rect) -> None:
    """The way back to the first screen, in the middle of the foot."""
    words_w = page.width(view.words["about_back"], 1, theme.BUTTON, bold=True)
    w = min(foot.w, max(page.u(360), words_w * 1.2))
    rect = Rect(foot.x + (foot.w - w) / 2, foot.y, w, foot.h)
    page.button("back", rect, view.words["about_back"], WentBack(), primary=True)


def _why(page: Page, view: View, area: Rect, *, centred: bool) -> None:
    title = view.words["about_title"]
    text = f"{view.text(view.form.intro)} {view.words['about_anonymous']}"
    page.say = f"{title} {text}"
    align = "center" if centred else "left"
    title_h = page.height(title, area.w, theme.TITLE, bold=True) + 1
    page.write(title, Rect(area.x, area.y, area.w, title_h), theme.TITLE, bold=True, align=align)
    y = area.y + title_h + page.u(8)
    page.write(text, Rect(area.x, y, area.w, area.bottom - y), theme.HELP, align=align, valign="top")


def _last_time(page: Page, view: View, notice: Notice, area: Rect) -> None:
    """A card: the figure large, then what was done, each line with a tick."""
    page.add(Plate(area, page.palette.soft, page.u(theme.RADIUS)))
    inner = area.inset(page.u(20), page.u(12))
    y = _figure(page, view, notice, inner)
    lines = [view.text(line) for line in notice.done]
    if not lines:
        return
    page.say += f" {view.words['about_done']} {'; '.join(lines)}."
    y = _line(page, view.words["about_done"], Rect(inner.x, y, inner.w, inner.bottom - y), bold=True)
    left = page.least(theme.HELP) * 0.7 + page.u(12)
    size = _size_for(page, lines, inner.w - left, inner.bottom - y)
    for line in lines:
        side = size * 0.7
        page.glyph(Rect(inner.x, y + size * 0.26, side, side), "tick", page.palette.emblem)
        y = _line(page, line, Rect(inner.x + left, y, inner.w - left, max(inner.bottom - y, 1)), size=size)


def _size_for(page: Page, lines: list[str], width: float, height: float) -> float:
    """The least size, or as much below it as the lines need together."""
    least = int(page.least(theme.HELP))
    sizes = range(least, int(least * theme.SHRINK), -1)
    fitting = (s for s in sizes if sum(page.type.height(line, width, s, False) for line in lines) <= height)
    return float(next(fitting, sizes[-1]))


def _figure(page: Page, view: View, notice: Notice, inner: Rect) -> float:
    """Where the figure ends. A figure that the office did not compute from its own round tells where it is from."""
    result, words = notice.result, view.words
    if result is None:
        return _line(page, view.text(notice.period), inner, bold=True)
    percent = filled(words["about_percent"], percent=result.percent(words["decimal_mark"]))
    count = f"{result.n:,}".replace(",", words["thousands_mark"])
    text = filled(words["about_last"], period=view.text(notice.period), count=count)
    page.say += f" {percent}: {text}."
    h = page.least(theme.WORD) * theme.LEADING * 1.2
    ink = page.write(
        percent, Rect(inner.x, inner.y, inner.w, h), theme.WORD, page.palette.emblem, bold=True, align="left"
    )
    y = _line(page, text, Rect(inner.x, ink.bottom, inner.w, inner.bottom - ink.bottom))
    if not result.round:
        source = filled(words["about_source"], source=view.text(result.source))
        y = _line(page, source, Rect(inner.x, y, inner.w, max(inner.bottom - y, 1) * 0.4))
    return y + page.u(8)


def _line(page: Page, text: str, room: Rect, *, bold: bool = False, size: float = 0.0) -> float:
    """A text at its least size, or at `size`, in as many lines as it takes; where it ends."""
    size = size or page.least(theme.HELP)
    h = min(page.type.height(text, room.w, size, bold) + 1, max(room.h, 1))
    box = Rect(room.x, room.y, room.w, h)
    return page.write(text, box, theme.HELP, bold=bold, align="left", valign="top", size=size).bottom
