"""A report as values: headings, paragraphs, tables, charts, in order. What DOCX and PDF draw; it knows neither."""

from dataclasses import dataclass
from typing import TypeAlias

from central_office.reports.drawing import Drawing
from central_office.reports.heading import Letterhead


@dataclass(frozen=True, slots=True)
class Heading:
    """`level`: 1 for a part, 2 for what stands in it."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph. `note`: small, as under a table."""

    text: str
    note: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """`parts`: its share of the width; figures stand on the right."""

    title: str
    parts: float
    right: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """`strong`: numbers of the rows in bold. `note` says the method (R-090) and what a dash means."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str
    strong: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Chart:
    """`alt`: the picture in words, for who cannot see it."""

    title: str
    drawing: Drawing
    alt: str
    note: str


@dataclass(frozen=True, slots=True)
class ToWrite:
    """Empty lines that a person fills in."""

    prompt: str
    lines: int


Block: TypeAlias = Heading | Words | Bullets | Table | Chart | ToWrite


@dataclass(frozen=True, slots=True)
class Document:
    """`about`: what stands below BÁO CÁO; `annex`: after the signature, on pages of their own; `mark`: above BÁO CÁO,
    that the figures are not for everybody."""

    letterhead: Letterhead
    about: str
    blocks: tuple[Block, ...]
    annex: tuple[Block, ...] = ()
    mark: str = ""
