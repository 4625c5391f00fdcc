"""The screen on which a technician sees what becomes of a stick, and when it may be pulled out."""

from kiosk.service.flow import Act
from kiosk.service.service import Showing
from kiosk.stick import StickNews, StickResult
from kiosk.texts import Words
from kiosk.ui import theme
from kiosk.ui.page import Page
from kiosk.ui.scene import Rect
from kiosk.ui.service_parts import footer, framed, warned


def stick(page: Page, showing: Showing, words: Words, _language: str) -> None:
    """What may be done with the stick now stands large at the top; below it, how each thing ended."""
    news = showing.stick
    frame = framed(page, words["service_usb"])
    area, space = frame.content, page.u(10)
    said = page_word(news, words, showing.failed)
    page.say = said
    h = page.height(said, area.w, theme.TITLE, bold=True) + 1
    page.write(said, Rect(area.x, area.y, area.w, h), theme.TITLE, bold=True, align="left")
    y = area.y + h + space
    results = sorted(news.results, key=lambda result: result.well) if news else []  # what needs somebody comes first
    lines = [(line(result, words), result.well) for result in results]
    if news is not None and not news.finished:
        lines.append((working(news, words), True))
    if news is None and not showing.failed:
        lines.append((words["usb_folder"], True))
    for text, well in lines:
        marked = text if well else f"! {text}"
        h = page.height(marked, area.w, theme.HELP, bold=not well) + 1
        if y + h > area.bottom:
            break
        warned(page, text, Rect(area.x, y, area.w, h), well)
        y += h + space
    if showing.role is not None:
        footer(page, frame, ("back", words["service_back"], Act.BACK, False))


def page_word(news: StickNews | None, words: Words, failed: bool) -> str:
    if news is not None:
        return words["usb_remove" if news.finished else "usb_keep"]
    return words["usb_not_asked" if failed else "usb_insert"]


def working(news: StickNews, words: Words) -> str:
    """What is done now; with how much of it, where that is known."""
    text = words.get(f"usb_{news.task}_now", words["usb_read_now"])
    return f"{text} {news.percent} %" if news.percent >= 0 else text


def line(result: StickResult, words: Words) -> str:
    """A code that this version does not know is a failure with one advice."""
    text = words.get(f"usb_{result.task}_{result.code}", words["usb_failed"])
    left = " " + words["usb_export_left"] if result.task == "export" and result.well and result.left else ""
    return (text + left).replace("{count}", f"{result.count}").replace("{left}", f"{result.left}")
