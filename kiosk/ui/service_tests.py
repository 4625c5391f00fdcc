"""The screens on which a technician tries glass, buttons, sound and printer."""

from kiosk.service import corners
from kiosk.service.flow import CROSSES, Act, Place, Touched, Went
from kiosk.service.service import Showing
from kiosk.texts import Words, counted
from kiosk.ui import theme
from kiosk.ui.page import Page, column, row
from kiosk.ui.scene import Plate, Rect
from kiosk.ui.service_parts import footer, framed, warned

MOST_CELLS = 10
ARM_MM, STROKE_MM = 7.0, 0.8
LINE = (31.0, 15.0)
PRESSED = (40.0, 15.0)  # read from where the button is


def touch(page: Page, showing: Showing, words: Words, _language: str) -> None:
    """The whole glass is one target; where it was touched is what the test asks."""
    number = len(showing.hits)
    across, down = (side * 25.4 / page.glass.dpi for side in (page.glass.w, page.glass.h))
    x, y = (page.mm(part) for part in corners.crosses(across, down)[min(number, CROSSES - 1)])
    arm, stroke = page.mm(ARM_MM), max(page.mm(STROKE_MM), 2)
    page.add(Plate(Rect(x - arm, y - stroke / 2, 2 * arm, stroke), theme.TEAL))
    page.add(Plate(Rect(x - stroke / 2, y - arm, stroke, 2 * arm), theme.TEAL))
    body = page.body
    box = Rect(body.x + body.w * 0.12, body.y + body.h * 0.3, body.w * 0.76, body.h * 0.4)
    page.write(counted(words["service_touch_note"], number + 1, CROSSES), box, theme.TITLE, bold=True)
    page.touch(f"cross:{number}", Rect(0, 0, page.glass.w, page.glass.h), Touched())


def touch_done(page: Page, showing: Showing, words: Words, _language: str) -> None:
    """Each corner's distance in millimetres on the glass, and what it means."""
    across, down = (side * 25.4 / page.glass.dpi for side in (page.glass.w, page.glass.h))
    found = corners.judge(showing.hits, across, down)
    frame = framed(page, words["service_touch"])
    *lines, verdict = column(frame.content, len(found.off_mm) + 1, page.u(6))
    for corner, (line, off_mm) in enumerate(zip(lines, found.off_mm, strict=True)):
        label = words["service_touch_corner"].replace("{name}", words[f"corner_{corner}"])
        page.write(label, Rect(line.x, line.y, line.w * 0.58, line.h), LINE, theme.MUTED, align="left")
        place = Rect(line.x + line.w * 0.6, line.y, line.w * 0.4, line.h)
        warned(page, f"{off_mm:.1f} mm".replace(".", ","), place, LINE, off_mm <= corners.GOOD_MM)
    far = "service_touch_far" if found.wrong == "far" else "service_touch_turned"
    key = far if found.wrong else "service_touch_good" if found.good else "service_touch_off"
    warned(page, words[key], verdict, LINE, found.good)
    again = ("again", words["service_touch_again"], Went(Place.TOUCH), True)
    footer(page, frame, ("back", words["service_back"], Act.BACK, False), again)


def buttons(page: Page, showing: Showing, words: Words, _language: str) -> None:
    """While earlier presses wait nothing is tested: none of them may be taken for a test."""
    note = words["service_buttons_note" if showing.ready else "service_buttons_wait"]
    frame = framed(page, words["service_buttons"], note)
    if showing.ready and not showing.pressed:
        page.write(words["service_buttons_none"], frame.content, LINE, theme.MUTED)
    shown = showing.pressed[-MOST_CELLS:]
    columns = 1 if page.portrait else 2
    lines = column(frame.content, MOST_CELLS // columns, page.u(8))
    cells = [cell for line in lines for cell in row(line, columns, page.gap)]
    for (panel, button, count), cell in zip(shown, cells, strict=False):
        text = words["service_button"].replace("{name}", panel).replace("{number}", str(button + 1))
        page.write(f"{text} × {count}", cell, PRESSED, align="left", bold=True)
    footer(page, frame, ("back", words["service_back"], Act.BACK, False))


def sound(page: Page, showing: Showing, words: Words, _language: str) -> None:
    frame = framed(page, words["service_sound"])
    note = words["service_sound_note" if showing.has_sound else "service_sound_none"]
    page.write(note, frame.content, LINE, theme.MUTED)
    play = ("play", words["service_sound_play"], Act.PLAYED, True) if showing.has_sound else None
    footer(page, frame, ("back", words["service_back"], Act.BACK, False), play)


def printer(page: Page, showing: Showing, words: Words, _language: str) -> None:
    frame = framed(page, words["service_printer"])
    page.write(words[f"service_printer_{showing.printer}"], frame.content, LINE, theme.MUTED)
    footer(page, frame, ("back", words["service_back"], Act.BACK, False))
