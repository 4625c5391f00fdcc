"""The flat tables as CSV for Vietnamese Excel, as JSON, and as Parquet with types. Same analysis, same bytes."""

import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from central_office.reports.flat import SUMMARY, Cell, Field, Flat, Kind, tables
from central_office.reports.standing import UNSAID, Standing
from central_office.results.analysis import Analysis
from central_office.results.spreadsheet import Number, write_csv
from survey.form import text_in
from survey.index import percent

ARROW = {
    Kind.TEXT: pa.string(),
    Kind.COUNT: pa.int64(),
    Kind.PERCENT: pa.decimal128(7, 2),
    Kind.YES_NO: pa.bool_(),
    Kind.DAY: pa.date32(),
}


def csv_files(analysis: Analysis, standing: Standing = UNSAID) -> dict[str, bytes]:
    """UTF-8 with BOM, semicolons, decimal comma; no cell can become a formula. A mark stands in the
    first row of «tong-hop»."""
    return {f"{table.name}.csv": _csv(table, standing.mark) for table in tables(analysis)}


def _csv(table: Flat, mark: str) -> bytes:
    rows = [[_text(cell, field) for cell, field in zip(row, table.fields, strict=True)] for row in table.rows]
    marked = [[mark, None]] if mark and table.name == SUMMARY else []
    return write_csv([field.title for field in table.fields], [*marked, *rows])


def _text(cell: Cell, field: Field) -> str | int | None:
    if isinstance(cell, bool):
        return "có" if cell else "không"
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    if field.kind is Kind.PERCENT and isinstance(cell, int):
        return Number(f"-{percent(-cell)}" if cell < 0 else percent(cell))
    return field.said.get(cell, cell) if isinstance(cell, str) else cell


def about(analysis: Analysis, standing: Standing = UNSAID) -> dict[str, str]:
    """What stands with every table of open data."""
    plan = analysis.plan
    return {
        "plan": plan.id,
        "title": text_in(plan.title, "vi"),
        "issuer": plan.issuer,
        "from": plan.first_day.isoformat(),
        "to": plan.last_day.isoformat(),
        "at": analysis.at.isoformat(timespec="seconds"),
        "method": analysis.method,
        "floor": str(analysis.floor),
        **({"figures": standing.code, "figures_are": standing.said} if standing.code else {}),
    }


def json_file(analysis: Analysis, standing: Standing = UNSAID) -> bytes:
    """One object: `about`, and each table as a list of objects; percentages as strings with two decimals."""
    found = {table.name: [_object(table, row) for row in table.rows] for table in tables(analysis)}
    text = json.dumps({"about": about(analysis, standing), **found}, ensure_ascii=False, indent=1)
    return text.encode() + b"\n"


def _object(table: Flat, row: tuple[Cell, ...]) -> dict[str, Any]:
    return {field.name: _json(cell, field.kind) for field, cell in zip(table.fields, row, strict=True)}


def _json(cell: Cell, kind: Kind) -> Any:
    if isinstance(cell, date):
        return cell.isoformat()
    return _point(cell) if kind is Kind.PERCENT and isinstance(cell, int) else cell


def _point(hundredths: int) -> str:
    return f"-{percent(-hundredths, '.')}" if hundredths < 0 else percent(hundredths, ".")


def parquet_files(analysis: Analysis, standing: Standing = UNSAID) -> dict[str, bytes]:
    """Typed; percentages as decimals with two places; `about` and the columns' titles as metadata."""
    return {f"{table.name}.parquet": _parquet(table, about(analysis, standing)) for table in tables(analysis)}


def _parquet(table: Flat, said: dict[str, str]) -> bytes:
    fields = [pa.field(f.name, ARROW[f.kind], metadata={"title": f.title}) for f in table.fields]
    schema = pa.schema(fields, metadata={**said, "table": table.title})
    columns = list(zip(*table.rows, strict=True)) or [()] * len(fields)
    arrays = [
        pa.array([_arrow(cell, f.kind) for cell in column], ARROW[f.kind])
        for f, column in zip(table.fields, columns, strict=True)
    ]
    file = io.BytesIO()
    made = pa.Table.from_arrays(arrays, schema=schema)
    pq.write_table(made, file, compression="zstd", version="2.6", store_schema=True)
    return file.getvalue()


def _arrow(cell: Cell, kind: Kind) -> Any:
    return Decimal(cell).scaleb(-2) if kind is Kind.PERCENT and isinstance(cell, int) else cell
