"""Which files a report has: every format under its name, one after the other, so that progress can be told."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TypeAlias

from central_office.reports.docx_file import docx
from central_office.reports.flat import TABLES
from central_office.reports.open_data import csv_files, json_file, parquet_files
from central_office.reports.pdf_file import pdf
from central_office.reports.sheets import commune_sheets, rows_of
from central_office.reports.standing import UNSAID, Standing
from central_office.reports.xlsx_file import xlsx
from central_office.results.analysis import Analysis

Files: TypeAlias = Iterator[tuple[str, bytes]]
Maker: TypeAlias = Callable[[Analysis, date | None, Standing], Files]


def _docx(analysis: Analysis, signed_on: date | None, standing: Standing) -> Files:
    yield "bao-cao.docx", docx(analysis, signed_on, standing)


def _pdf(analysis: Analysis, signed_on: date | None, standing: Standing) -> Files:
    yield "bao-cao.pdf", pdf(analysis, signed_on, standing)


def _xlsx(analysis: Analysis, _day: date | None, standing: Standing) -> Files:
    yield "so-lieu.xlsx", xlsx(analysis, standing=standing)


def _csv(analysis: Analysis, _day: date | None, standing: Standing) -> Files:
    yield from ((f"csv/{name}", data) for name, data in csv_files(analysis, standing=standing).items())


def _json(analysis: Analysis, _day: date | None, standing: Standing) -> Files:
    yield "so-lieu.json", json_file(analysis, standing=standing)


def _parquet(analysis: Analysis, _day: date | None, standing: Standing) -> Files:
    yield from ((f"parquet/{name}", data) for name, data in parquet_files(analysis, standing=standing).items())


def _sheets(analysis: Analysis, _day: date | None, standing: Standing) -> Files:
    yield from ((f"don-vi/{name}", data) for name, data in commune_sheets(analysis, standing=standing))


MAKERS: dict[str, Maker] = {
    "docx": _docx,
    "pdf": _pdf,
    "xlsx": _xlsx,
    "csv": _csv,
    "json": _json,
    "parquet": _parquet,
    "sheets": _sheets,
}


def how_many(analysis: Analysis, formats: Iterable[str]) -> int:
    """Files that `files` gives for these formats."""
    several = {"csv": len(TABLES), "parquet": len(TABLES), "sheets": len(rows_of(analysis))}
    return sum(several.get(name, 1) for name in formats)


def files(
    analysis: Analysis, formats: Iterable[str], signed_on: date | None = None, standing: Standing = UNSAID
) -> Files:
    """Path below the report's folder, and bytes, as each is ready. Raises: KeyError; Unprintable without the fonts."""
    for name in formats:
        yield from MAKERS[name](analysis, signed_on, standing)
