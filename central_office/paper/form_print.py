"""The form as pages: on the back of the appointment slip (one page A5) and on A4 with a form number.

What all copies share is drawn once a file; a copy has its own code. Knows no table and no clock.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from central_office.paper import lettering, qr
from central_office.paper.blocks import strips_of
from central_office.paper.drawings import ACCENT, INK, MUTED
from central_office.paper.errors import Unprintable
from central_office.paper.lettering import BOLD, MM, REGULAR, fit, write
from central_office.paper.marks import Style
from central_office.paper.sheet import blocks_of
from central_office.paper.strips import Placed, Strip, stack
from central_office.paper.texts import FormTexts, all_texts, check_language
from survey.form import Form, Texts, text_in


@dataclass(frozen=True, slots=True)
class Layout:
    """`numbered`: copies carry a number of their own, and pages their place among the copy's."""

    wide: float
    high: float
    edge: float
    code: float
    title: float
    style: Style
    numbered: bool


def _layout(wide: float, high: float, edge: float, body: float, code: float, *, numbered: bool) -> Layout:
    room = (wide - 2 * edge) * MM
    small = not numbered
    weight, lines, line = (REGULAR, 2, body * 1.8) if small else (BOLD, 3, body * 2.1)
    style = Style(room, body, weight, body * 1.15, body * 3.85, body * 1.75, lines, line)
    return Layout(wide * MM, high * MM, edge * MM, code * MM, body * 1.5, style, numbered)


LAYOUTS = {
    "back-a5": _layout(148, 210, 6, 9, 24, numbered=False),
    "a4": _layout(210, 297, 12, 11, 30, numbered=True),
}


@dataclass(frozen=True, slots=True)
class Copy:
    """`code`: what the picture says. `number`: the letters printed beside it; empty where the code is the unit's."""

    code: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """Who asks, and where."""

    issuer: str
    unit: str


def write_form(
    path: Path,
    form: Form,
    body: Body,
    copies: Sequence[Copy],
    words: FormTexts,
    layout: Layout,
    *,
    language: str = "vi",
    made: Callable[[int], None] = lambda _done: None,
) -> int:
    """One PDF with every copy after the other; the pages of each. Raises: Unprintable, OSError."""
    lettering.ready()
    check_language(form.title, [*all_texts(words), *_texts_of(form)], language)
    pages = _pages(form, body, words, layout, language, online="/" in copies[0].code)
    canvas = Canvas(str(path), pagesize=(layout.wide, layout.high), initialFontName=REGULAR, invariant=1)
    canvas.setTitle(lettering.clean(text_in(form.title, language)))
    canvas.setAuthor(lettering.clean(body.issuer))
    canvas.setCatalogEntry("Lang", language)
    for place, page in enumerate(pages):
        canvas.beginForm(f"page{place}", 0, 0, layout.wide, layout.high)
        page(canvas)
        canvas.endForm()
    for done, copy in enumerate(copies, 1):
        for place in range(len(pages)):
            canvas.doForm(f"page{place}")
            _own(canvas, copy, place, len(pages), layout, words, language)
            canvas.showPage()
        made(done)
    canvas.save()
    return len(pages)


def _texts_of(form: Form) -> list[Texts]:
    texts = [form.title, form.intro, form.thanks, *(section.text for section in form.sections)]
    for question in form.questions:
        texts += [question.text, question.help, *(option.text for option in question.options)]
    for scale in form.scales:
        texts += [level.text for level in scale.levels]
        texts += [scale.not_applicable.text] if scale.not_applicable else []
    return texts


def _pages(
    form: Form, body: Body, words: FormTexts, layout: Layout, language: str, *, online: bool
) -> list[Callable[[Canvas], None]]:
    """What draws each page's common part. Raises: Unprintable if the form is too long for its one page."""
    head = _head(form, body, words, layout, language, online=online)
    strips = [*strips_of(blocks_of(form, words, language), layout.style), _thanks(form, layout, language)]
    foot = 7 * MM if layout.numbered else 0.0
    room = layout.high - 2 * layout.edge - foot
    try:
        placed = stack(strips, room - head.height, room)
    except ValueError as error:
        raise Unprintable(f"form {form.id}: {error}", "Shorten the longest question or option.") from error
    if not layout.numbered and len(placed) > 1:
        raise Unprintable(
            f"form {form.id} does not fit on one A5 page", "Print it with --layout a4, or give the plan a shorter form."
        )

    def page(place: int, own: Sequence[Placed]) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            top = layout.high - layout.edge
            if place == 0:
                head.draw(canvas, layout.edge, top)
                top -= head.height
            for each in own:
                each.strip.draw(canvas, layout.edge, top - each.down)

        return draw

    return [page(place, own) for place, own in enumerate(placed)]


def _head(form: Form, body: Body, words: FormTexts, layout: Layout, language: str, *, online: bool) -> Strip:
    """Title and promise; the square at the right is left to the copy's code."""
    style = layout.style
    room = style.room - layout.code - 4 * MM
    title_size, title = fit(text_in(form.title, language), BOLD, (layout.title, style.body), room, 3)
    asking = (body.issuer, body.unit) if layout.numbered else (body.unit,)  # a slip's front says whose it is
    who = [line for text in asking for line in fit(text, BOLD, (style.body, style.body), room, 2)[1]]
    said = [text_in(form.intro, language), text_in(words.promise, language)]
    said += [text_in(words.scan, language)] if online else []
    said += [text_in(words.once, language)] if layout.numbered else []
    lines = lettering.wrap(" ".join(said), REGULAR, style.body, room)
    top_line = style.pitch * 1.5 if layout.numbered else 0.0
    text_high = (len(who) + len(lines)) * style.pitch + len(title) * title_size * lettering.LEADING + 2 * MM
    height = top_line + max(text_high, layout.code) + (1.5 * MM if layout.numbered else 0.0)

    def draw(canvas: Canvas, left: float, top: float) -> None:
        top -= top_line
        canvas.setFillColor(MUTED)
        y = write(canvas, who, BOLD, style.body, (left, top)) - 0.8 * MM
        canvas.setFillColor(ACCENT)
        y = write(canvas, title, BOLD, title_size, (left, y)) - 0.6 * MM
        canvas.setFillColor(INK)
        write(canvas, lines, REGULAR, style.body, (left, y))

    return Strip(height, draw)


def _thanks(form: Form, layout: Layout, language: str) -> Strip:
    style = layout.style
    lines = lettering.wrap(text_in(form.thanks, language), BOLD, style.body, style.room)

    def draw(canvas: Canvas, left: float, top: float) -> None:
        canvas.setFillColor(ACCENT)
        write(canvas, lines, BOLD, style.body, (left + style.room / 2, top), "centre")

    return Strip(len(lines) * style.pitch, draw, gap=4)


def _own(canvas: Canvas, copy: Copy, place: int, pages: int, layout: Layout, words: FormTexts, language: str) -> None:
    """The copy's code, its number, and which page this is."""
    left, right, size = layout.edge, layout.wide - layout.edge, layout.style.body
    down = layout.style.pitch * 1.5 if layout.numbered else 0.0
    if place == 0:
        top = layout.high - layout.edge - down
        qr.draw(canvas, qr.picture(copy.code), right - layout.code, top - layout.code, layout.code)
    if not layout.numbered:
        return
    number = f"{text_in(words.number, language)}: {copy.number}"
    canvas.setFillColor(INK)
    if place == 0:
        write(canvas, [number], BOLD, size, (right, layout.high - layout.edge), "right")
    canvas.setFillColor(MUTED)
    foot = layout.edge + size * 0.4
    write(canvas, [f"{text_in(words.page, language)} {place + 1}/{pages}"], REGULAR, size, (right, foot), "right")
    write(canvas, [number], REGULAR, size, (left, foot))
