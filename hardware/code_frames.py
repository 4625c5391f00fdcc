"""Where one code ends and the next begins, in the bytes that a scanner sends. Pure; knows no port and no clock.

A code ends with CR or LF, as most scanners are set at the factory, or where nothing follows it for a moment.
"""

LONGEST_CODE = 512  # bytes; our own codes have less than 100


class CodeFrames:
    """Bytes in, codes out: a code's text, or None for one that is too long or of which a part was lost."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._is_spoilt = False

    @property
    def is_open(self) -> bool:
        """Whether a code has begun and not ended."""
        return bool(self._held) or self._is_spoilt

    def feed(self, data: bytes) -> list[str | None]:
        """The codes that end within `data`."""
        found: list[str | None] = []
        *ended, rest = data.replace(b"\n", b"\r").split(b"\r")
        for part in ended:
            self._add(part)
            found += self.end()
        self._add(rest)
        return found

    def spoil(self) -> None:
        """Something of the code that is open was lost."""
        self._held.clear()
        self._is_spoilt = True

    def end(self) -> list[str | None]:
        """Nothing follows: the code that was open, if there was one."""
        if not self.is_open:
            return []
        text = None if self._is_spoilt else self._held.decode("utf-8", "replace").strip()
        self._held.clear()
        self._is_spoilt = False
        return [] if text == "" else [text]

    def _add(self, part: bytes) -> None:
        if len(self._held) + len(part) > LONGEST_CODE:
            self.spoil()
        elif not self._is_spoilt:
            self._held += part
