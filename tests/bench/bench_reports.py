"""The yearly report, and 209 sheets of one page beside fpdf2 and WeasyPrint making the same sheets in the same run.

    python tests/bench/bench_reports.py [--sheets N] [--rounds N] [--json FILE]

Everyone gets the same texts and tables, and embeds the same font. Ours draws a chart besides; the peers draw none.
"""

import argparse
import io
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from pypdf import PdfReader

sys.path.insert(0, str(Path(__file__).parents[2]))

from central_office.reports import sheets
from central_office.reports.blocks import Table
from central_office.reports.document import title
from central_office.reports.drawing import ready
from central_office.reports.making import MAKERS
from central_office.reports.standing import UNSAID
from central_office.results.analysis import Analysis, By, Row
from tests.bench.peers import sheet_peers
from tests.central_office.analyses import bac_giang

TARGET_S = 10.0
Peer = Callable[[list[str], list[Table], list[str]], bytes]
PEERS: dict[str, Peer] = {"fpdf2": sheet_peers.fpdf2, "WeasyPrint": sheet_peers.weasyprint}


def timed(work: Callable[[], int]) -> tuple[float, float, int]:
    """Seconds on the wall, of the processor; bytes made."""
    wall, cpu = time.perf_counter(), time.process_time()
    size = work()
    return time.perf_counter() - wall, time.process_time() - cpu, size


def ours(analysis: Analysis, maker: str) -> int:
    return sum(len(data) for _, data in MAKERS[maker](analysis, None, UNSAID))


def theirs(analysis: Analysis, peer: Peer) -> int:
    return sum(len(peer(*said_of(analysis, row))) for row in sheets.rows_of(analysis))


def said_of(analysis: Analysis, row: Row) -> tuple[list[str], list[Table], list[str]]:
    """What stands on our sheet, by its own functions."""
    head = [analysis.plan.issuer.upper(), sheets.TITLE, row.name, title(analysis)]
    return head, [sheets.figures(analysis, row), sheets.factors(analysis, row)], ["Số liệu chốt."]


def measure(count: int, rounds: int) -> list[dict[str, Any]]:
    whole = bac_giang()
    points = whole.breakdowns[By.POINT]
    analysis = replace(whole, breakdowns={By.POINT: replace(points, rows=points.rows[:count])})
    ready()
    works: dict[str, Callable[[], int]] = {
        **{f"report {name}": lambda name=name: ours(whole, name) for name in ("docx", "pdf", "xlsx")},
        "sheets, ours": lambda: ours(analysis, "sheets"),
        **{f"sheets, {name}": lambda peer=peer: theirs(analysis, peer) for name, peer in PEERS.items()},
    }
    for peer in PEERS.values():
        pages = PdfReader(io.BytesIO(peer(*said_of(analysis, points.rows[0])))).pages
        assert len(pages) == 1
        assert "".join(points.rows[0].name.split()) in "".join(pages[0].extract_text().split())
    taken: dict[str, list[tuple[float, float, int]]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            taken[name].append(timed(work))
    base = median(cpu for _, cpu, _ in taken["sheets, ours"])
    return [
        {
            "what": name,
            "seconds": round(median(wall for wall, _, _ in times), 3),
            "cpu_s": round(median(cpu for _, cpu, _ in times), 3),
            "bytes": times[0][2],
            "ratio": round(median(cpu for _, cpu, _ in times) / base, 2) if name.startswith("sheets") else None,
        }
        for name, times in taken.items()
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sheets", type=int, default=209)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    found = measure(arguments.sheets, arguments.rounds)
    print(f"Bắc Giang's 209 points; {arguments.sheets} sheets; median of {arguments.rounds}")
    print(f"{'what':<20}{'seconds':>9}{'CPU s':>8}{'bytes':>12}{'CPU of ours':>13}")
    for row in found:
        ratio = f"{row['ratio']:.2f}" if row["ratio"] is not None else ""
        print(f"{row['what']:<20}{row['seconds']:>9.2f}{row['cpu_s']:>8.2f}{row['bytes']:>12,}{ratio:>13}")
    print(f"target: at most {TARGET_S:.0f} s for 209 sheets")
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps({"reports": found}, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
