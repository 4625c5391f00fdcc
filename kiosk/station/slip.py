"""What a slip looks like on paper: the invitation, its code to scan and to type, how and until when. Pictures only.

No dossier, no field of work and no answer stands on it (R-049, R-067): whoever finds it learns nothing of its holder.
Knows no printer; the same slip is drawn for any width of head.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from hardware.drawing import Align, draw_text, wrap
from hardware.ports import Feed, Picture, QrCode
from hardware.ports import Slip as Paper
from kiosk.station import texts
from survey.invitation import SLIP_PATH, Code, shown_url, slip_url

NARROW_PX = 480  # heads below this are for rolls of 58 mm
QUIET_MODULES = 4
LARGEST_MODULE_PX = 8  # 1 mm on a head of 203 dpi: read by any telephone
MOST_OFFICE_LINES = 2
# Most letters of a QR code of level M by version, capitals and any (ISO/IEC 18004 table 7).
_CAPITALS = (20, 38, 61, 90, 122, 154, 178, 221, 262)
_ANY = (14, 26, 42, 62, 84, 106, 122, 152, 180)
_OF_CAPITALS = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
Part = Picture | QrCode | Feed


@dataclass(frozen=True, slots=True)
class Sizes:
    """Letters and gaps in dots; 8 dots are a millimetre. A capital is 0.73 of its size."""

    office: int
    title: int
    code: int
    text: int
    small: int
    gap: int


NARROW = Sizes(office=20, title=27, code=25, text=19, small=17, gap=10)
WIDE = Sizes(office=26, title=34, code=34, text=26, small=21, gap=14)


@dataclass(frozen=True, slots=True)
class Invitation:
    """`base`: where the office is reached, "" if it is not. `last_day`: on which the code is good."""

    office: str
    code: Code
    base: str
    again: bool = False

    @property
    def last_day(self) -> date:
        return self.code.last_day


def lay_out(said: Invitation, width_px: int) -> Paper:
    """The slip for a head of that many dots. Raises: NoPrintFont."""
    sizes = NARROW if width_px < NARROW_PX else WIDE
    return Paper(tuple(_parts(said, width_px, sizes)))


def _parts(said: Invitation, width_px: int, of: Sizes) -> Iterator[Part]:
    if said.again:
        yield from _lines(texts.SLIP_AGAIN, width_px, of.title, bold=True)
        yield Feed(of.gap)
    yield from _lines(said.office, width_px, of.office, bold=True, most=MOST_OFFICE_LINES)
    yield Feed(of.gap)
    for line in texts.SLIP_TITLE:
        yield from _lines(line, width_px, of.title, bold=True)
    held = slip_url(said.base, said.code)
    yield QrCode(held, module_px(held, width_px))
    yield from _lines(said.code.text, width_px, of.code, bold=True)
    yield Feed(of.gap)
    for line in texts.SLIP_HOW_ANYWHERE if said.base else texts.SLIP_HOW_HERE:
        yield from _lines(line, width_px, of.text)
    if said.base:
        yield from _lines(_typed_at(said.base), width_px, of.small)
    yield Feed(of.gap)
    yield from _lines(texts.SLIP_UNTIL.format(day=texts.day(said.last_day)), width_px, of.text, bold=True)
    yield Feed(of.gap)
    for line in texts.SLIP_PROMISE:
        yield from _lines(line, width_px, of.small)
    yield Feed(of.gap)


def _lines(text: str, width_px: int, size_px: int, *, bold: bool = False, most: int = 9) -> Iterator[Picture]:
    """Each line a picture of its own, which the printer gets as narrow as its ink. A text too long ends in «…»."""
    lines = wrap(text, width_px, size_px, bold=bold)
    if len(lines) > most:
        lines = [*lines[: most - 1], _cut(lines[most - 1], width_px, size_px, bold)]
    for line in lines:
        yield draw_text(line, width_px, size_px, bold=bold, align=Align.CENTRE)


def _cut(line: str, width_px: int, size_px: int, bold: bool) -> str:
    while len(wrap(f"{line}…", width_px, size_px, bold=bold)) > 1:
        line = line.rpartition(" ")[0] or line[:-1]
    return f"{line}…"


def module_px(data: str, width_px: int) -> int:
    """Dots a side of the QR code's modules: even, so that half of each need be sent, and as many as fit up to 8."""
    table = _CAPITALS if set(data) <= _OF_CAPITALS else _ANY
    version = next((number for number, most in enumerate(table, 1) if len(data) <= most), len(table))
    fits = width_px // (17 + 4 * version + 2 * QUIET_MODULES)
    return max(2, min(LARGEST_MODULE_PX, fits - fits % 2))


def _typed_at(base: str) -> str:
    return shown_url(f"{base.rstrip('/').upper()}/{SLIP_PATH}/").partition("://")[2].rstrip("/")
