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
    lines = [view.text(line) for line in notice.done]
    y, texts = _percent(page, view, notice, inner)
    heading = [view.words["about_done"]] if lines else []
    size = _size_for(page, [*texts, *heading, *lines], inner.w - page.most(theme.HELP), inner.bottom - y - page.u(10))
    for text in texts:
        y = _line(page, text, Rect(inner.x, y, inner.w, inner.bottom - y), size)
    for text in heading:
        page.say += f" {text} {'; '.join(lines)}."
        y = _line(page, text, Rect(inner.x, y + page.u(8), inner.w, inner.bottom - y), size, bold=True)
    side = size * 0.7
    for line in lines:
        page.glyph(Rect(inner.x, y + size * 0.26, side, side), "tick", page.palette.emblem)
        left = side + page.u(12)
        y = _line(page, line, Rect(inner.x + left, y, inner.w - left, inner.bottom - y), size)


def _percent(page: Page, view: View, notice: Notice, inner: Rect) -> tuple[float, list[str]]:
    """Where the figure ends, and what is to be told of it: its period, and its source where no round of ours is one."""
    result, words = notice.result, view.words
    if result is None:
        return inner.y, [view.text(notice.period)]
    percent = filled(words["about_percent"], percent=result.percent(words["decimal_mark"]))
    count = f"{result.n:,}".replace(",", words["thousands_mark"])
    text = filled(words["about_last"], period=view.text(notice.period), count=count)
    page.say += f" {percent}: {text}."
    h = page.most(theme.WORD) * theme.LEADING
    box = Rect(inner.x, inner.y, inner.w, h)
    ink = page.write(percent, box, theme.WORD, page.palette.emblem, bold=True, align="left", valign="top")
    source = filled(words["about_source"], source=view.text(result.source))
    return ink.bottom, [text] if result.round else [text, source]


def _size_for(page: Page, texts: list[str], width: float, height: float) -> float:
    """The largest size at which all of the texts stand one below the other."""
    sizes = range(int(page.most(theme.HELP)), int(page.floor(theme.HELP)), -1)
    fitting = (s for s in sizes if sum(page.type.height(text, width, s, True) for text in texts) <= height)
    return float(next(fitting, sizes[-1]))


def _line(page: Page, text: str, room: Rect, size: float, *, bold: bool = False) -> float:
    """A text at `size`, in as many lines as it takes; where it ends."""
    h = min(page.type.height(text, room.w, size, bold) + 1, max(room.h, 1))
    box = Rect(room.x, room.y, room.w, h)
    return page.write(text, box, theme.HELP, bold=bold, align="left", valign="top", size=size).bottom
