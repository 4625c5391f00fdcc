"""An SVG page and the symbols of a wiring diagram. Knows no pin of ours."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

Point = tuple[float, float]

INK = "#12242c"
FAINT = "#5b6b73"
PAPER = "#ffffff"
PANEL = "#f3f6f6"
EDGE = "#9fb0b5"
FONT = "'DejaVu Sans', 'Noto Sans', 'Segoe UI', Arial, sans-serif"
CORNER = 7.0


def number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


class Page:
    """A4 landscape, four units to the millimetre. `title`, `description`: for those who cannot see it."""

    WIDTH, HEIGHT = 1188, 840

    def __init__(self, title: str, description: str) -> None:
        self._title = title
        self._description = description
        self._parts: list[str] = []

    def __str__(self) -> str:
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="297mm" height="210mm" '
            f'viewBox="0 0 {self.WIDTH} {self.HEIGHT}" font-family="{FONT}" role="img" aria-labelledby="t d" lang="vi">'
        )
        names = f'<title id="t">{escape(self._title)}</title>\n<desc id="d">{escape(self._description)}</desc>'
        paper = f'<rect width="{self.WIDTH}" height="{self.HEIGHT}" fill="{PAPER}"/>'
        return "\n".join([head, names, paper, *self._parts, "</svg>", ""])

    def add(self, tag: str, **attributes: object) -> None:
        told = " ".join(f"{name.replace('_', '-')}={quoteattr(_text(value))}" for name, value in attributes.items())
        self._parts.append(f"<{tag} {told}/>")

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 14,
        *,
        fill: str = INK,
        anchor: str = "start",
        bold: bool = False,
    ) -> None:
        weight = ' font-weight="700"' if bold else ""
        placed = f'x="{number(x)}" y="{number(y)}" font-size="{number(size)}" fill="{fill}" text-anchor="{anchor}"'
        self._parts.append(f"<text {placed}{weight}>{escape(words)}</text>")

    def pair(self, x: float, y: float, vi: str, en: str, size: float = 14, *, anchor: str = "start") -> None:
        """Vietnamese, and English small below it."""
        self.text(x, y, vi, size, bold=True, anchor=anchor)
        self.text(x, y + size * 1.05, en, size * 0.8, fill=FAINT, anchor=anchor)

    def box(self, x: float, y: float, width: float, height: float, fill: str = PANEL, edge: str = EDGE) -> None:
        self.add("rect", x=x, y=y, width=width, height=height, rx=8.0, fill=fill, stroke=edge, stroke_width=1.5)

    def line(self, *points: Point, colour: str = INK, width: float = 2.0) -> None:
        self.add("path", d=_straight(points), fill="none", stroke=colour, stroke_width=width, stroke_linecap="round")

    def dot(self, x: float, y: float, radius: float = 4.0, fill: str = INK) -> None:
        self.add("circle", cx=x, cy=y, r=radius, fill=fill)

    def wire(self, points: Sequence[Point], colour: str, *, striped: bool = False) -> None:
        """A wire with rounded corners, in front of those that it crosses; `striped`: with white rings."""
        course = _rounded(points)
        for stroke, width in ((PAPER, 9.0), (INK, 5.2), (colour, 4.0)):
            self.add("path", d=course, fill="none", stroke=stroke, stroke_width=width, stroke_linejoin="round")
        if striped:
            self.add("path", d=course, fill="none", stroke=PAPER, stroke_width=4.0, stroke_dasharray="5 9")

    # --- symbols; each begins at (x, y) and goes `way` (1 right, -1 left) ---

    def ground(self, x: float, y: float, way: int = 1, lead: float = 14) -> None:
        end = x + way * lead
        self.line((x, y), (end, y), (end, y + 7))
        for half, drop in ((9.0, 7), (5.5, 11), (2.0, 15)):
            self.line((end - half, y + drop), (end + half, y + drop))

    def resistor(self, x: float, y: float, label: str) -> None:
        self.add("rect", x=x, y=y - 9.0, width=54.0, height=18.0, fill=PAPER, stroke=INK, stroke_width=2.0)
        self.text(x + 27, y + 4.4, label, 12, anchor="middle")

    def lamp(self, x: float, y: float) -> None:
        """An LED, anode at (x, y), cathode 20 to the right."""
        self.add("path", d=f"M{number(x)} {number(y - 9)}v18l16 -9z", fill=INK, stroke=INK, stroke_width=1.5)
        self.line((x + 17, y - 9), (x + 17, y + 9), width=2.5)
        self.line((x + 17, y), (x + 30, y))
        for shift in (2, 9):
            self.line((x + shift, y - 11), (x + shift + 6, y - 17), width=1.5)
            self.line((x + shift + 2.5, y - 17), (x + shift + 6, y - 17), (x + shift + 6, y - 13.5), width=1.5)

    def switch(self, x: float, y: float) -> None:
        """A contact that a press closes, 30 wide."""
        self.dot(x + 2, y, 3.4)
        self.dot(x + 28, y, 3.4)
        self.line((x - 2, y - 9), (x + 32, y - 9), width=2.5)
        self.line((x + 15, y - 9), (x + 15, y - 17), width=2.5)
        self.line((x + 9, y - 17), (x + 21, y - 17), width=2.5)

    def jumper(self, x: float, y: float, *, closed: bool) -> None:
        """Two posts, 26 apart, leftwards from (x, y), with or without their bridge."""
        if closed:
            self.add("rect", x=x - 34.0, y=y - 9.0, width=34.0, height=18.0, rx=5.0, fill=INK)
        for post in (x - 4, x - 30):
            self.add("circle", cx=post, cy=y, r=4.4, fill=PAPER, stroke=INK, stroke_width=2.0)

    def capacitor(self, x: float, y: float) -> None:
        """An electrolytic one, its plus at (x, y), its minus 10 to the left."""
        self.line((x, y - 13), (x, y + 13), width=3)
        self.add("path", d=f"M{number(x - 13)} {number(y - 13)}q7 13 0 26", fill="none", stroke=INK, stroke_width=3.0)
        self.text(x + 6, y - 8, "+", 15, bold=True)

    def face(self, x: float, y: float, radius: float, fill: str, mood: float) -> None:
        """A button with a face; `mood` from -1 (worst) to 1 (best)."""
        self.add("circle", cx=x, cy=y, r=radius, fill=fill, stroke=INK, stroke_width=2.5)
        self.add("circle", cx=x, cy=y, r=radius * 0.84, fill="none", stroke=PAPER, stroke_width=1.6)
        for side in (-1, 1):
            self.dot(x + side * radius * 0.3, y - radius * 0.22, radius * 0.1)
        wide, bend = radius * 0.42, mood * radius * 0.42
        corner = y + radius * 0.34 - bend / 2
        mouth = f"M{number(x - wide)} {number(corner)}q{number(wide)} {number(bend * 1.7)} {number(2 * wide)} 0"
        self.add("path", d=mouth, fill="none", stroke=INK, stroke_width=radius * 0.11, stroke_linecap="round")


def _text(value: object) -> str:
    return number(value) if isinstance(value, float) else str(value)


def _straight(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def _rounded(points: Sequence[Point]) -> str:
    """Along `points`, each bend (of horizontal and vertical pieces) rounded off."""
    course = f"M{number(points[0][0])} {number(points[0][1])}"
    for before, bend, after in zip(points, points[1:], points[2:], strict=False):
        start, end = _towards(bend, before), _towards(bend, after)
        course += f"L{number(start[0])} {number(start[1])}"
        course += f"Q{number(bend[0])} {number(bend[1])} {number(end[0])} {number(end[1])}"
    return course + f"L{number(points[-1][0])} {number(points[-1][1])}"


def _towards(bend: Point, other: Point) -> Point:
    away_x, away_y = other[0] - bend[0], other[1] - bend[1]
    length = max(abs(away_x) + abs(away_y), 1e-9)
    step = min(CORNER, length / 2) / length
    return bend[0] + away_x * step, bend[1] + away_y * step
