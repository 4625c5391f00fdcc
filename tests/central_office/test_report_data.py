"""Workbook, CSV, JSON and Parquet of an analysis, opened again: the same figures, nothing hidden."""

import csv
import io
import json
import zipfile
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook, load_workbook

from central_office.reports.flat import TABLES, Kind, tables
from central_office.reports.open_data import csv_files, json_file, parquet_files
from central_office.reports.xlsx_file import xlsx
from central_office.results.analysis import Analysis, By, Row
from survey.index import percent
from tests.central_office.analyses import ALL, krong_no, soc_trang
from tests.central_office.workbook_reckoner import value

SHEETS = ["Tổng hợp", "Theo đơn vị", "Theo yếu tố", "Phân bố", "Phương pháp"]


@pytest.fixture(scope="module")
def books() -> dict[str, tuple[Analysis, Workbook]]:
    return {name: (made := make(), load_workbook(io.BytesIO(xlsx(made)))) for name, make in ALL.items()}


def hidden_clean(row: Row) -> bool:
    return bool(row.overall.hidden or row.overall.clean_hidden)


def shown(hundredths: int | None) -> Decimal | str:
    return "–" if hundredths is None else Decimal(hundredths).scaleb(-2)


@pytest.mark.slow
def test_formulas_reckon_to_the_analysis(books: dict[str, tuple[Analysis, Workbook]]) -> None:
    formulas, totals = 0, Counter[bool]()
    for analysis, book in books.values():
        assert book.sheetnames == SHEETS
        for sheet in book:
            for line in sheet.iter_rows():
                for cell in (cell for cell in line if cell.data_type == "f"):
                    value(book, sheet.title, cell.coordinate)
                    formulas += 1
        assert analysis.overall is not None
        assert value(book, "Tổng hợp", "B11") == shown(analysis.overall.share.hundredths)
        line = 2
        for by in (each for each in By if each in analysis.breakdowns):
            rows = analysis.breakdowns[by].rows
            for row in rows:
                hidden = bool(row.overall.hidden)
                assert value(book, "Theo đơn vị", f"C{line}") == row.name
                assert value(book, "Theo đơn vị", f"J{line}") == (
                    "–" if hidden else shown(row.overall.share.hundredths)
                )
                assert value(book, "Theo đơn vị", f"M{line}") == (
                    "–" if hidden else shown(row.overall.clean.hundredths)
                )
                line += 1
            assert value(book, "Theo đơn vị", f"E{line}") == sum(row.received for row in rows)
            for column, parts in (
                ("J", [row.overall.hidden for row in rows]),
                ("M", [hidden_clean(row) for row in rows]),
            ):
                of_shown = any(parts)
                assert (value(book, "Theo đơn vị", f"{column}{line}") == "–") is of_shown, (
                    "no index of shown cells alone"
                )
                totals[of_shown] += 1
            line += 1
    print(f"{formulas} formulas of {len(books)} workbooks reckoned anew")
    assert formulas > 500
    assert totals[True]
    assert totals[False]


@pytest.mark.slow
def test_golden_index_by_formula(books: dict[str, tuple[Analysis, Workbook]]) -> None:
    _, book = books["krong-no"]
    assert book["Tổng hợp"]["B11"].value == '=IF(B10=0,"–",ROUND(100*B9/B10,2))'
    column = [value(book, "Theo yếu tố", f"F{line}") for line in range(2, 9)]
    assert [str(each) for each in column] == ["70.00", "64.29", "66.67", "55.56", "70.00", "80.00", "25.00"]
    assert [value(book, "Phân bố", f"E{line}") for line in (2, 6, 7)] == [Decimal(10), Decimal(40), Decimal(100)]


def test_names_never_become_formulas() -> None:
    evil = ("=1+1", "+1", "-1", "@SUM(1)", "\t=1", "＝1")
    analysis = krong_no()
    points = analysis.breakdowns[By.POINT]
    named = tuple(replace(row, name=name) for row, name in zip(points.rows, evil, strict=False))
    analysis = replace(analysis, breakdowns={By.POINT: replace(points, rows=named)})
    sheet = load_workbook(io.BytesIO(xlsx(analysis)))["Theo đơn vị"]
    text = csv_files(analysis)["phan-to.csv"].decode("utf-8-sig")
    for line, name in enumerate(evil, 2):
        assert (sheet[f"C{line}"].data_type, sheet[f"C{line}"].value) == ("s", name)
        assert f"'{name}" in text


def test_csv_opens_in_vietnamese_excel() -> None:
    read = 0
    for make in ALL.values():
        analysis = make()
        files = csv_files(analysis)
        assert list(files) == [f"{name}.csv" for name in TABLES]
        for table in tables(analysis):
            data = files[f"{table.name}.csv"]
            assert data.startswith(b"\xef\xbb\xbf")
            head, *lines = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";")
            assert head == [field.title for field in table.fields]
            assert len(lines) == len(table.rows)
            for line, row in zip(lines, table.rows, strict=True):
                for text, cell, field in zip(line, row, table.fields, strict=True):
                    if field.kind is Kind.PERCENT and isinstance(cell, int):
                        assert text == ("-" if cell < 0 else "") + percent(abs(cell))
                    if field.said and isinstance(cell, str):
                        assert cell in field.said, (field.name, cell)
                        assert text == field.said[cell], "words for people, codes for programs"
                read += 1
    print(f"{read} CSV rows read back")


def test_json_and_parquet_hold_the_same_rows() -> None:
    cells = 0
    for make in ALL.values():
        analysis = make()
        document = json.loads(json_file(analysis))
        files = parquet_files(analysis)
        assert document["about"]["method"] == "theo câu hỏi chung"
        for table in tables(analysis):
            parquet = pq.read_table(io.BytesIO(files[f"{table.name}.parquet"]))
            assert parquet.schema.metadata[b"plan"].decode() == analysis.plan.id
            assert parquet.schema.metadata[b"method"].decode() == analysis.method
            rows = parquet.to_pylist()
            assert len(rows) == len(document[table.name]) == len(table.rows)
            for typed, told, row in zip(rows, document[table.name], table.rows, strict=True):
                for field, cell in zip(table.fields, row, strict=True):
                    in_parquet, in_json = typed[field.name], told[field.name]
                    if field.kind is Kind.PERCENT:
                        hundredths = None if in_parquet is None else int(in_parquet * 100)
                        assert hundredths == (None if in_json is None else int(Decimal(in_json) * 100)) == cell
                    else:
                        assert in_parquet == cell
                        assert in_json == (cell.isoformat() if field.kind is Kind.DAY else cell)
                    cells += 1
    print(f"{cells} cells the same in Parquet, JSON and the analysis")


def test_hidden_rows_tell_why_and_no_figure() -> None:
    """The commune with one answer, in every format of data."""
    analysis = krong_no()
    hidden = [row for row in json.loads(json_file(analysis))["phan-to"] if row["hidden"]]
    assert len(hidden) == 13
    for row in hidden:
        kept = ("satisfied", "n", "index", "low", "high", "clean_satisfied", "clean_n", "clean_index")
        assert [row[name] for name in kept] == [None] * 8
        assert row["hidden"] == "small"
    choices = json.loads(json_file(soc_trang()))["lua-chon"]
    assert [row["count"] for row in choices if row["hidden"]] == [None, None]


def test_office_files_bear_no_instant_of_making() -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx(krong_no()))) as file:
        assert {member.date_time for member in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2023-10-17T03:00:00Z" in file.read("docProps/core.xml")
        assert not [member for member in file.namelist() if "vba" in member.lower() or "externalLink" in member]
