"""209 posters in one PDF, beside WeasyPrint and fpdf2 making the same pages in the same run.

    python tests/bench/bench_posters.py [--posters N] [--rounds N] [--json FILE]

Everyone gets texts, fonts and codes from the same place; making the codes is part of everyone's time, and is timed
alone as well. Every file must have its pages, and a code must decode.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import zxingcpp
from pypdf import PdfReader

sys.path.insert(0, str(Path(__file__).parents[2]))

from central_office.paper import lettering, qr
from central_office.paper.poster import Campaign, Poster, write_posters
from central_office.paper.texts import PosterTexts, load_texts
from survey.invitation import unit_code, unit_url
from tests.bench.peers import poster_peers

BASE = "https://hailong.bacgiang.gov.vn"
TARGET_S = 3.0
CAMPAIGN = Campaign(
    {"vi": "Khảo sát, lấy ý kiến của người dân đối với chủ tịch UBND xã, phường, thị trấn"},
    "Ban Dân vận Tỉnh ủy Bắc Giang",
    date(2026, 6, 12),
    date(2026, 6, 14),
)
Maker = Callable[[Path, Campaign, list[Poster], PosterTexts], None]
MAKERS: dict[str, Maker] = {
    "ours": write_posters,
    "fpdf2": poster_peers.fpdf2,
    "WeasyPrint": poster_peers.weasyprint,
}


def posters(count: int) -> list[Poster]:
    names = ("Điểm {:03d}", "Bộ phận Tiếp nhận và Trả kết quả thị trấn, điểm {:03d}")
    return [Poster(f"d{n:03d}", names[n % 2].format(n), unit_code(n), unit_url(BASE, n)) for n in range(1, count + 1)]


def check(path: Path, wanted: list[Poster]) -> None:
    """All pages, and the code of one in the middle (WeasyPrint lets every page name every picture)."""
    pages = PdfReader(path).pages
    assert len(pages) == len(wanted), f"{path.name}: {len(pages)} pages"
    middle = len(wanted) // 2
    images = (image.image for image in pages[middle].images)
    found = (code.text for image in images if image for code in zxingcpp.read_barcodes(image.convert("L")))
    assert wanted[middle].url in found, f"{path.name} page {middle + 1}"


def measure(count: int, rounds: int) -> list[dict[str, Any]]:
    """Medians of the rounds, in which all take turns."""
    texts, wanted = load_texts(PosterTexts), posters(count)
    lettering.ready()
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in (*MAKERS, "codes alone")}
    sizes: dict[str, int] = {"codes alone": 0}
    with tempfile.TemporaryDirectory(prefix="hailong-bench-") as folder:
        for _ in range(rounds):
            for name, make in MAKERS.items():
                path = Path(folder) / f"{name}.pdf"
                times[name].append(timed(lambda make=make, path=path: make(path, CAMPAIGN, wanted, texts)))
                check(path, wanted)
                sizes[name] = path.stat().st_size
            times["codes alone"].append(timed(lambda: [qr.picture(poster.url) for poster in wanted]))
    ours = median(wall for wall, _ in times["ours"])
    return [
        {
            "maker": name,
            "seconds": round(median(wall for wall, _ in taken), 3),
            "cpu_s": round(median(cpu for _, cpu in taken), 3),
            "bytes": sizes[name],
            "ratio": round(median(wall for wall, _ in taken) / ours, 2),
        }
        for name, taken in times.items()
    ]


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the wall and of the processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--posters", type=int, default=209)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    found = measure(arguments.posters, arguments.rounds)
    print(f"{arguments.posters} posters in one PDF, median of {arguments.rounds}")
    print(f"{'maker':<13}{'seconds':>9}{'CPU s':>8}{'bytes':>12}{'of ours':>9}")
    for row in found:
        print(f"{row['maker']:<13}{row['seconds']:>9.2f}{row['cpu_s']:>8.2f}{row['bytes']:>12,}{row['ratio']:>9.2f}")
    print(f"target: at most {TARGET_S:.0f} s for 209")
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps({"posters": found}, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
