"""The poster of a unit: who asks, a face that everybody understands, the unit's permanent code, what to do, a promise.

Drawn once on A4 and scaled to A5, whose sides are those of A4 by the root of a half. What all posters share is drawn
once a file. Knows no table and no clock.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from central_office.paper import drawings, lettering, qr
from central_office.paper.drawings import ACCENT, INK, MUTED, ON_ACCENT, SOFT, WHITE
from central_office.paper.lettering import BOLD, MM, REGULAR, fit, write
from central_office.paper.texts import PosterTexts, all_texts, check_language
from survey.form import Texts, text_in

WIDE, HIGH = 210 * MM, 297 * MM
SIZES = {"a4": (WIDE, HIGH), "a5": (148 * MM, 210 * MM)}
EDGE_MM = 8  # office printers leave about five millimetres white
CARD, BAND = 92 * MM, 12 * MM  # the square around the code, and its heading
CARD_X, CARD_Y = 13 * MM, 69 * MM
CODE = CARD - 5 * MM  # with its quiet zone: 87 mm, on A5 61
PANEL_Y = HIGH - 83 * MM


@dataclass(frozen=True, slots=True)
class Poster:
    """One unit's page. `name`: as the plan has it; `code`: of the unit; `url`: what the picture says."""

    point: str
    name: str
    code: str
    url: str


@dataclass(frozen=True, slots=True)
class Campaign:
    """What all posters of a plan share. `issuer`: heads the page where the texts name no body of their own."""

    title: Texts
    issuer: str
    first_day: date
    last_day: date


def typed(url: str) -> str:
    """The address as a person types it: host in small letters, no `https://` (a browser asks for it by itself)."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return ("" if scheme.lower() == "https" else f"{scheme.lower()}://") + host.lower() + slash + path


def write_posters(
    path: Path,
    campaign: Campaign,
    posters: Sequence[Poster],
    texts: PosterTexts,
    *,
    size: str = "a4",
    language: str = "vi",
    made: Callable[[int], None] = lambda _done: None,
) -> None:
    """One PDF, a page for each poster. `made` hears how many are done. Raises: Unprintable, OSError."""
    lettering.ready()
    check_language(texts.headline, [*all_texts(texts), campaign.title, {"vi": campaign.issuer}], language)
    wide, high = SIZES[size]
    canvas = Canvas(str(path), pagesize=(wide, high), initialFontName=REGULAR, invariant=1)
    canvas.setTitle(lettering.clean(text_in(campaign.title, language)))
    canvas.setAuthor(lettering.clean(campaign.issuer))
    canvas.setCatalogEntry("Lang", language)
    canvas.beginForm("shared", 0, 0, wide, high)
    _scale(canvas, wide, high)
    _shared(canvas, campaign, texts, language)
    canvas.endForm()
    for done, poster in enumerate(posters, 1):
        canvas.doForm("shared")
        _scale(canvas, wide, high)
        _own(canvas, poster, text_in(texts.unit, language))
        canvas.showPage()
        made(done)
    canvas.save()


def _scale(canvas: Canvas, wide: float, high: float) -> None:
    """From A4 to the paper; its sides are rounded to millimetres (ISO 216), so the middle is kept."""
    canvas.translate(0, (high - HIGH * wide / WIDE) / 2)
    canvas.scale(wide / WIDE, wide / WIDE)


def _shared(canvas: Canvas, campaign: Campaign, texts: PosterTexts, language: str) -> None:
    canvas.setFillColor(ACCENT)
    edge = EDGE_MM * MM
    canvas.roundRect(edge, PANEL_Y, WIDE - 2 * edge, HIGH - edge - PANEL_Y, 5 * MM, stroke=0, fill=1)
    _headings(canvas, campaign, texts, language)
    for place in range(5):
        side = 25 * MM
        x = WIDE / 2 + (place - 2) * 31 * MM - side / 2
        canvas.setFillColor(WHITE)
        canvas.circle(x + side / 2, PANEL_Y, side / 2 + 1.6 * MM, stroke=0, fill=1)
        drawings.face(canvas, x, PANEL_Y - side / 2, side, place / 4)
    _card(canvas, text_in(texts.scan, language))
    _steps(canvas, [text_in(text, language) for text in (texts.step1, texts.step2, texts.step3)])
    _assurances(canvas, text_in(texts.promise, language), text_in(texts.helpers, language))
    window = " ".join(
        (text_in(texts.from_, language), _day(campaign.first_day), text_in(texts.to, language), _day(campaign.last_day))
    )
    canvas.setFillColor(MUTED)
    write(canvas, [window], REGULAR, 12, (CARD_X, 15 * MM))
    canvas.setFillColor(INK)
    canvas.setFont(REGULAR, 13)
    canvas.drawString(CARD_X, CARD_Y - 7 * MM, lettering.clean(text_in(texts.address, language)) + ":")


def _headings(canvas: Canvas, campaign: Campaign, texts: PosterTexts, language: str) -> None:
    """Body, headline and subject, set between the panel's top and the faces."""
    room = WIDE - 2 * (EDGE_MM + 10) * MM
    body = text_in(texts.heading, language) or campaign.issuer
    size, lines = fit(body.upper(), BOLD, (15, 10), room, 2)
    canvas.setFillColor(ON_ACCENT)
    y = write(canvas, lines, BOLD, size, (WIDE / 2, HIGH - (EDGE_MM + 6.5) * MM), "centre")
    size, lines = fit(text_in(texts.headline, language), BOLD, (58, 28), room, 1)
    canvas.setFillColor(WHITE)
    y = write(canvas, lines, BOLD, size, (WIDE / 2, y - 4 * MM), "centre")
    size, lines = fit(text_in(campaign.title, language), REGULAR, (16, 11), room, 2)
    canvas.setFillColor(ON_ACCENT)
    write(canvas, lines, REGULAR, size, (WIDE / 2, y - 1.5 * MM), "centre")


def _card(canvas: Canvas, scan: str) -> None:
    """The frame around the code, with its own heading: what to do with it must be read with it."""
    canvas.setFillColor(ACCENT)
    canvas.roundRect(CARD_X, CARD_Y, CARD, CARD + BAND, 4 * MM, stroke=0, fill=1)
    canvas.setFillColor(WHITE)
    inset = 2 * MM
    canvas.roundRect(CARD_X + inset, CARD_Y + inset, CARD - 2 * inset, CARD - 2 * inset, 2 * MM, stroke=0, fill=1)
    size, lines = fit(scan, BOLD, (17, 11), CARD - 8 * MM)
    write(canvas, lines, BOLD, size, (CARD_X + CARD / 2, CARD_Y + CARD + BAND / 2 + size * 0.42), "centre")


def _steps(canvas: Canvas, steps: Sequence[str]) -> None:
    x, side = CARD_X + CARD + 8 * MM, 24 * MM
    room = WIDE - x - side - 4 * MM - (EDGE_MM + 2) * MM
    for place, (step, name) in enumerate(zip(steps, ("scan", "touch", "send"), strict=True)):
        middle = CARD_Y + CARD + BAND - (place + 0.5) * (CARD + BAND) / 3
        canvas.setFillColor(SOFT)
        canvas.circle(x + side / 2, middle, side / 2, stroke=0, fill=1)
        drawings.pictogram(canvas, name, x + 2 * MM, middle - side / 2 + 2 * MM, side - 4 * MM)
        canvas.setFillColor(ACCENT)
        canvas.circle(x + 2.5 * MM, middle + side / 2 - 2.5 * MM, 4 * MM, stroke=0, fill=1)
        canvas.setFillColor(WHITE)
        canvas.setFont(BOLD, 14)
        canvas.drawCentredString(x + 2.5 * MM, middle + side / 2 - 2.5 * MM - 5, str(place + 1))
        size, lines = fit(step, BOLD, (17, 10), room, 4)
        canvas.setFillColor(INK)
        write(canvas, lines, BOLD, size, (x + side + 4 * MM, middle + len(lines) * size * lettering.LEADING / 2))


def _assurances(canvas: Canvas, promise: str, helpers: str) -> None:
    """What is promised, and what helpers may do, side by side; one alone takes the whole width."""
    said = [(text, name) for text, name in ((promise, "lock"), (helpers, "helper")) if text]
    left, high, y = EDGE_MM * MM, 28 * MM, 18 * MM
    wide = WIDE - 2 * left
    canvas.setFillColor(SOFT)
    canvas.roundRect(left, y, wide, high, 4 * MM, stroke=0, fill=1)
    for place, (text, name) in enumerate(said):
        each = wide / len(said)
        x, side = left + place * each + 4 * MM, 19 * MM
        drawings.pictogram(canvas, name, x, y + (high - side) / 2, side)
        room = each - side - 10 * MM
        size, lines = fit(text, BOLD, (14 if len(said) > 1 else 18, 9), room, 5)
        canvas.setFillColor(INK)
        top = y + high / 2 + len(lines) * size * lettering.LEADING / 2
        write(canvas, lines, BOLD, size, (x + side + 3 * MM, top))


def _own(canvas: Canvas, poster: Poster, unit: str) -> None:
    """What is this unit's alone: name, code, address."""
    canvas.setFillColor(INK)
    size, lines = fit(poster.name, BOLD, (28, 15), WIDE - 2 * (EDGE_MM + 4) * MM, 2)
    middle = (CARD_Y + CARD + BAND + PANEL_Y - 13 * MM) / 2
    write(canvas, lines, BOLD, size, (WIDE / 2, middle + len(lines) * size * lettering.LEADING / 2), "centre")
    inset = (CARD - CODE) / 2
    qr.draw(canvas, qr.picture(poster.url), CARD_X + inset, CARD_Y + inset, CODE)
    canvas.setFillColor(ACCENT)
    size, lines = fit(typed(poster.url), BOLD, (26, 12), WIDE - 2 * CARD_X, 1)
    write(canvas, lines, BOLD, size, (CARD_X, CARD_Y - 9 * MM))
    canvas.setFillColor(MUTED)
    write(canvas, [f"{unit}: {poster.code}"], REGULAR, 12, (WIDE - CARD_X, 15 * MM), "right")


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
