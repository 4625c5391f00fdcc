"""Reckons the formulas of our workbooks, strictly: the three functions that we use, and nothing else."""

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import range_boundaries

INDEX = re.compile(r'=IF\(([A-Z]+\d+)=0,"–",ROUND\(100\*([A-Z]+\d+)/([A-Z]+\d+),2\)\)')
SUM = re.compile(r"=SUM\(([A-Z]+\d+:[A-Z]+\d+)\)")


def value(book: Workbook, sheet: str, cell: str) -> Any:
    """What a spreadsheet shows there. Raises: AssertionError for a formula that is none of ours."""
    found = book[sheet][cell]
    if found.data_type != "f":
        return found.value
    if total := SUM.fullmatch(found.value):
        left, top, right, bottom = range_boundaries(total[1])
        names = [book[sheet].cell(r, c).coordinate for r in range(top, bottom + 1) for c in range(left, right + 1)]
        return sum(number for name in names if isinstance(number := value(book, sheet, name), int))
    index = INDEX.fullmatch(found.value)
    assert index is not None, found.value
    asked, satisfied, n = (value(book, sheet, name) for name in index.groups())
    assert asked == n
    return "–" if n == 0 else _rounded(satisfied, n)


def _rounded(satisfied: int, n: int) -> Decimal:
    """Exactly, and as a spreadsheet does it with floating numbers of 15 digits: both must agree."""
    exact = Fraction(100 * satisfied, n)
    floating = Decimal(f"{100 * satisfied / n:.15g}").quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert floating == Decimal((2 * exact.numerator * 100 + exact.denominator) // (2 * exact.denominator)).scaleb(-2)
    return floating
