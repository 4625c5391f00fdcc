"""A drawn screen as SVG: shapes and lines with attributes only, no style, no script. Every text is escaped."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from central_office.forms.preview import lettering
from central_office.forms.preview.figures import COLOURS
from central_office.forms.preview.page import Face, Lines, Page, Plate, Rect, Sign
from central_office.phone.faces import face

FONT = "Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif"
ASCENT = 0.82  # of the letters' size, from the middle of a line's free height to the foot of its letters
SIGNS = {
    "tick": "M6 54L38 84L94 16",
    "cross": "M12 12L88 88M88 12L12 88",
    "info": "M96 50A46 46 0 1 1 4 50A46 46 0 1 1 96 50M50 46V74M50 26V27",
}


def svg(page: Page, title: str, language: str) -> SafeString:
    """`title`: what a screen reader says of the picture, in Vietnamese; `language`: of the words in it."""
    return format_html(
        '<svg class="glass" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<rect width="{}" height="{}" fill="{}"/><g lang="{}">{}</g></svg>',
        *(page.glass.w, page.glass.h, title, page.glass.w, page.glass.h, COLOURS["paper"], language),
        format_html_join("", "{}", ((_item(item),) for item in page.items)),
    )


def _item(item: Plate | Lines | Face | Sign) -> SafeString:
    if isinstance(item, Plate):
        return _plate(item)
    if isinstance(item, Lines):
        return format_html_join("", "{}", ((_line(item, number, line),) for number, line in enumerate(item.lines)))
    if isinstance(item, Face):
        return format_html(
            '<svg x="{}" y="{}" width="{}" height="{}" viewBox="2 2 44 44">{}</svg>',
            *_box(item.rect),
            face(item.level, item.levels),
        )
    return _sign(item)


def _box(rect: Rect) -> tuple[str, str, str, str]:
    return _px(rect.x), _px(rect.y), _px(rect.w), _px(rect.h)


def _px(value: float) -> str:
    return f"{value:.1f}"


def _plate(plate: Plate) -> SafeString:
    edge = format_html(' stroke="{}" stroke-width="{}"', plate.edge, _px(plate.edge_w)) if plate.edge else ""
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="{}" fill="{}"{}/>',
        *(*_box(plate.rect), _px(plate.radius), plate.fill, edge),
    )


def _line(item: Lines, number: int, line: str) -> SafeString:
    """As wide as on the kiosk, whatever letters the reader's machine has."""
    y = item.y + number * item.leading + (item.leading - item.size) / 2 + item.size * ASCENT
    return format_html(
        '<text x="{}" y="{}" font-family="{}" font-size="{}" font-weight="{}" text-anchor="{}" fill="{}" '
        'textLength="{}" lengthAdjust="spacingAndGlyphs">{}</text>',
        *(_px(item.x), _px(y), FONT, item.size, 700 if item.bold else 400, item.anchor, item.colour),
        *(_px(lettering.share(line, item.bold) * item.size), line),
    )


def _sign(sign: Sign) -> SafeString:
    return format_html(
        '<svg x="{}" y="{}" width="{}" height="{}" viewBox="-8 -8 116 116"><path d="{}" fill="none" stroke="{}" '
        'stroke-width="{}" stroke-linecap="round" stroke-linejoin="round"/></svg>',
        *(*_box(sign.rect), SIGNS[sign.name], sign.colour, 13 if sign.name == "tick" else 9),
    )
