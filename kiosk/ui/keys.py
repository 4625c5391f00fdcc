"""The keyboard as keys on the glass: five rows lying, six upright, drawn from what `kiosk.keyboard` knows."""

from collections.abc import Sequence

from kiosk import keyboard
from kiosk.ui import theme
from kiosk.ui.page import Page, column
from kiosk.ui.scene import Plate, Rect
from kiosk.ui.view import Key, OtherMethod, Shift, Signs, View
from kiosk.vietnamese.word import Method

LETTERS_IN_A_ROW = 10
MARKS = {"sắc": "á", "huyền": "à", "hỏi": "ả", "ngã": "ã", "nặng": "ạ"}  # where a tone's name has no room
NAMES = {Method.TELEX: "Telex", Method.VNI: "VNI"}
Cap = tuple[str, str, object, float]  # id, label, event, width in letters


def keys(page: Page, view: View, area: Rect) -> None:
    lines = _layout(page, view)
    gap = max(page.mm(theme.KEY_GAP_MM), page.u(6))
    for place, line in zip(column(area, len(lines), gap), lines, strict=True):
        total = sum(cap[3] for cap in line)
        widest = max(total, LETTERS_IN_A_ROW)
        w = (area.w - gap * (widest - 1)) / widest
        x = place.x + (area.w - (w * total + gap * (len(line) - 1) + gap * (total - len(line)))) / 2
        named = _tones_fit(page, [cap for cap in line if cap[0] in keyboard.TONES], w)
        for id, label, event, letters in line:
            rect = Rect(x, place.y, w * letters + gap * (letters - 1), place.h)
            _cap(page, rect, id, label if named else MARKS.get(id, label), event)
            x = rect.right + gap


def _tones_fit(page: Page, tones: Sequence[Cap], letter_w: float) -> bool:
    """Whether each tone's name has room at the least size."""
    room = letter_w - page.u(6)
    return all(page.width(label, 0, theme.KEY) <= room * letters for _, label, _, letters in tones)


def _cap(page: Page, rect: Rect, id: str, label: str, event: object) -> None:
    plain = len(label) == 1
    fill = page.palette.card if plain else page.palette.soft
    page.add(Plate(rect, fill, min(page.u(10), rect.h / 3), page.palette.edge, max(page.u(1.2), 1)))
    page.write(label, rect.inset(page.u(3), page.u(1)), theme.KEY)
    page.touch(f"key:{id}", rect, event, typing=True, say=label)


def _layout(page: Page, view: View) -> Sequence[Sequence[Cap]]:
    """Above the letters stands what the way of typing needs: marked letters and tones, or digits."""
    typing, words = view.typing, view.words
    first, second, third = _body(view)
    shift: Cap = ("shift", words["shift"], Shift(), 1.4)
    delete: Cap = ("backspace", words["delete"], Key(keyboard.BACKSPACE), 1.4)
    signs: Cap = ("signs", words["letters" if typing.signs else "signs"], Signs(), 1.5)
    method: Cap = ("method", NAMES.get(typing.method, words["no_marks"]), OtherMethod(), 1.5)
    space: Cap = ("space", words["space"], Key(" "), 4.0)
    last = [signs, method, _letter(",", False), space, _letter(".", False)]
    return [*_upper(page, view), first, second, [shift, *third, delete], last]


def _upper(page: Page, view: View) -> list[list[Cap]]:
    vowels = [_letter(name, view.typing.shift) for name in keyboard.VIETNAMESE]
    tones: list[Cap] = [(name, name, Key(name), 1.0) for name in keyboard.TONES]
    if view.typing.method is Method.TELEX or view.typing.signs:
        return [vowels, [(*tone[:3], 1.4) for tone in tones]] if page.portrait else [[*vowels, *tones]]
    return [[_letter(name, False) for name in keyboard.DIGITS]]


def _body(view: View) -> list[list[Cap]]:
    typing = view.typing
    body = keyboard.SIGNS if typing.signs else keyboard.LETTERS
    return [[_letter(name, typing.shift and not typing.signs) for name in line] for line in body]


def _letter(name: str, shift: bool) -> Cap:
    label = name.upper() if shift else name
    return label, label, Key(label), 1.0
