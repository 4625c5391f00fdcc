"""Numbers parts, tables and pictures as they are written, so that leaving one out leaves no gap."""

from collections.abc import Iterable, Sequence

from central_office.reports.blocks import Block, Bullets, Chart, Column, Heading, Table, ToWrite, Words
from central_office.reports.drawing import Drawing

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


class Writer:
    """Collects blocks. `annex` goes on with the numbers of the tables."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.annex: list[Block] = []
        self.parts = self.subparts = self.tables = self.pictures = 0

    def part(self, title: str) -> None:
        self.parts, self.subparts = self.parts + 1, 0
        self.blocks.append(Heading(1, f"{ROMAN[self.parts - 1]}. {title}"))

    def subpart(self, title: str) -> None:
        self.subparts += 1
        self.blocks.append(Heading(2, f"{self.subparts}. {title}"))

    def say(self, *texts: str) -> None:
        self.blocks += [Words(text) for text in texts if text]

    def bullets(self, items: Iterable[str]) -> None:
        if found := tuple(items):
            self.blocks.append(Bullets(found))

    def to_write(self, prompt: str, lines: int) -> None:
        self.blocks.append(ToWrite(prompt, lines))

    def table(
        self,
        title: str,
        columns: Sequence[Column],
        rows: Iterable[Sequence[str]],
        note: str,
        *,
        strong: Iterable[int] = (),
        annex: bool = False,
    ) -> str:
        """The table's name, for a sentence that points to it."""
        self.tables += 1
        name = f"Bảng {self.tables}"
        made = Table(f"{name}. {title}", tuple(columns), tuple(map(tuple, rows)), note, frozenset(strong))
        (self.annex if annex else self.blocks).append(made)
        return name

    def picture(self, title: str, drawing: Drawing, alt: str, note: str) -> None:
        self.pictures += 1
        self.blocks.append(Chart(f"Hình {self.pictures}. {title}", drawing, alt, note))
