"""The screens on which a technician tries glass, buttons, sound and printer."""

from kiosk.service import corners
from kiosk.service.flow import CROSSES, Act, Place, Touched, Went
from kiosk.service.service import Showing
from kiosk.texts import Words, counted, filled
from kiosk.ui import theme
from kiosk.ui.page import Page, column, row
from kiosk.ui.scene import Plate, Rect
from kiosk.ui.service_parts import footer, framed, line_h, table, warned

ARM_MM, STROKE_MM = 7.0, 0.8


def touch(page: Page, showing: Showing, words: Words, _language: str) -> None:
    """The whole glass is one target; where it was touched is what the test asks."""
    number = len(showing.hits)
    x, y = (page.mm(part) for part in corners.crosses(*_glass_mm(page))[min(number, CROSSES - 1)])
    arm, stroke = page.mm(ARM_MM), max(page.mm(STROKE_MM), 2)
    page.add(Plate(Rect(x - arm, y - stroke / 2, 2 * arm, stroke), page.palette.accent))
    page.add(Plate(Rect(x - stroke / 2, y - arm, stroke, 2 * arm), page.palette.accent))
    body = page.body
    box = Rect(body.x + body.w * 0.12, body.y + body.h * 0.28, body.w * 0.76, body.h * 0.44)
    page.say = counted(words["service_touch_note"], number + 1, CROSSES)
    page.write(page.say, box, theme.TITLE, bold=True)
    page.touch(f"cross:{number}", Rect(0, 0, page.glass.w, page.glass.h), Touched(), say=page.say)


def touch_done(page: Page, showing: Showing, words: Words, _language: str) -> None:
    """Each corner's distance in millimetres on the glass, and what it means."""
    found = corners.judge(showing.hits, *_glass_mm(page))
    frame = framed(page, words["service_touch"])
    far = "service_touch_far" if found.wrong == "far" else "service_touch_turned"
    verdict = words[far if found.wrong else "service_touch_good" if found.good else "service_touch_off"]
    area = frame.content
    h = page.height(f"! {verdict}", area.w, theme.HELP, bold=True) + 1
    lines = [
        (
            filled(words["service_touch_corner"], name=words[f"corner_{corner}"]),
            f"{off_mm:.1f} mm".replace(".", words["decimal_mark"]),
            off_mm <= corners.GOOD_MM,
        )
        for corner, off_mm in enumerate(found.off_mm)
    ]
    table(page, Rect(area.x, area.y, area.w, area.h - h - page.u(8)), lines)
    warned(page, verdict, Rect(area.x, area.bottom - h, area.w, h), found.good)
    again = ("again", words["service_touch_again"], Went(Place.TOUCH), True)
    footer(page, frame, ("back", words["service_back"], Act.BACK, False), again)


def buttons(page: Page, showing: Showing, words: Words, _language: str) -> None:
    """While earlier presses wait nothing is tested: none of them may be taken for a test."""
    note = words["service_buttons_note" if showing.ready else "service_buttons_wait"]
    frame = framed(page, words["service_buttons"], note)
    if showing.ready and not showing.pressed:
        page.write(words["service_buttons_none"], frame.content, theme.HELP, page.palette.muted)
    columns = 1 if page.portrait else 2
    rows = max(int(frame.content.h // line_h(page, ("0", "", True), frame.content.w)), 1)
    shown = showing.pressed[-rows * columns :]
    lines = column(frame.content, rows, 0)
    cells = [cell for line in lines for cell in row(line, columns, page.gap)]
    for (panel, button, count), cell in zip(shown, cells, strict=False):
        text = filled(words["service_button"], name=panel, number=str(button + 1))
        page.write(f"{text} × {count}", cell, theme.LABEL, align="left", bold=True)
    footer(page, frame, ("back", words["service_back"], Act.BACK, False))


def sound(page: Page, showing: Showing, words: Words, _language: str) -> None:
    frame = framed(page, words["service_sound"])
    note = words["service_sound_note" if showing.has_sound else "service_sound_none"]
    page.write(note, frame.content, theme.HELP, page.palette.muted)
    play = ("play", words["service_sound_play"], Act.PLAYED, True) if showing.has_sound else None
    footer(page, frame, ("back", words["service_back"], Act.BACK, False), play)


def printer(page: Page, showing: Showing, words: Words, _language: str) -> None:
    frame = framed(page, words["service_printer"])
    page.write(words[f"service_printer_{showing.printer}"], frame.content, theme.HELP, page.palette.muted)
    footer(page, frame, ("back", words["service_back"], Act.BACK, False))


def _glass_mm(page: Page) -> tuple[float, float]:
    return page.glass.w * 25.4 / page.glass.dpi, page.glass.h * 25.4 / page.glass.dpi
