"""From the keys that a keyboard-wedge scanner presses to the characters it means: US layout. Pure.

Numbers are Linux's (input-event-codes.h). Chords with Ctrl, Alt or the logo key, by which some scanners write control
characters, mean nothing here; nor do keys that write nothing. Caps lock is not looked at: our codes know no case.
"""

KEY = 1  # EV_KEY
ENTER, PAD_ENTER, TAB = 28, 96, 15
_SHIFTS = (42, 54)
_CHORDS = (29, 97, 56, 100, 125, 126)
_ROWS = (  # first key of a run of keys; the characters without and with shift
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (57, " ", " "),
    (71, "789-456+1230.", "789-456+1230."),  # the number pad
    (86, "\\", "|"),
    (98, "/", "/"),
    (55, "*", "*"),
    (117, "=", "="),
    (TAB, "\t", "\t"),
    (ENTER, "\r", "\r"),
    (PAD_ENTER, "\r", "\r"),
)
_PLAIN = {first + place: c for first, plain, _ in _ROWS for place, c in enumerate(plain)}
_SHIFTED = {first + place: c for first, _, shifted in _ROWS for place, c in enumerate(shifted)}
RELEASED, PRESSED = 0, 1  # 2 is a key that is held, which a scanner does not mean


class HidKeys:
    """Fed with every event of the device, in order."""

    def __init__(self) -> None:
        self._down: set[int] = set()

    def feed(self, kind: int, code: int, value: int) -> bytes:
        """The character that the event writes, or nothing."""
        if kind != KEY:
            return b""
        if code in _SHIFTS or code in _CHORDS:
            (self._down.discard if value == RELEASED else self._down.add)(code)
            return b""
        if value != PRESSED or not self._down.isdisjoint(_CHORDS):
            return b""
        written = _PLAIN if self._down.isdisjoint(_SHIFTS) else _SHIFTED
        return written.get(code, "").encode("ascii")

    def forget(self) -> None:
        """Events were lost: no key is known to be down."""
        self._down.clear()
