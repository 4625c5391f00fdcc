"""Checks a published site without the software that made it: Python 3.9 or newer and nothing else.

    python3 verify.py [FOLDER]

It compares the SHA-256 of every file, computes every index anew from its counts, adds the groups up, and compares
with the figure on the first page. It checks no signature: the page «Cách kiểm tra» says how OpenSSL does.
"""

import csv
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any, Iterator  # noqa: UP035 - runs on Python 3.9 too

SUMS = "SHA256SUMS"
LINE = re.compile(r"([0-9a-f]{64})  (.+)")
SHOWN = re.compile(r'<data id="chi-so" value="([0-9]*)">')
WHOLE = ("overall", "factors", "criteria", "judgements", "boxes", "pooled")


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    faults = [*files(folder), *figures(folder)]
    for fault in faults:
        sys.stdout.write(f"SAI: {fault}\n")
    sys.stdout.write("Có sai khác.\n" if faults else "Mọi tệp nguyên vẹn, mọi con số khớp.\n")
    return 1 if faults else 0


def files(folder: Path) -> Iterator[str]:
    """Files that are changed, missing, or not in the list; and those that the frozen manifest names otherwise."""
    listed: dict[str, str] = {}
    for line in (folder / SUMS).read_text("utf-8").splitlines():
        found = LINE.fullmatch(line)
        if found is None or ".." in found[2].split("/") or found[2].startswith("/"):
            yield f"dòng lạ trong {SUMS}: {line}"
            continue
        listed[found[2]] = found[1]
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for name in sorted(listed):
        if name not in there:
            yield f"thiếu tệp {name}"
        elif sha256(folder / name) != listed[name]:
            yield f"tệp {name} đã bị sửa"
    yield from (f"tệp {name} không có trong {SUMS}" for name in sorted(there - set(listed) - {SUMS, f"{SUMS}.sig"}))
    yield from frozen(folder)
    sys.stdout.write(f"{len(listed)} tệp đã so mã SHA-256\n")


def frozen(folder: Path) -> Iterator[str]:
    manifest = folder / "data" / "manifest.json"
    if not manifest.is_file():
        return
    for name, digest in json.loads(manifest.read_bytes())["files"].items():
        path = folder / "data" / name
        if path.is_file() and sha256(path) != digest:
            yield f"tệp data/{name} khác với lúc đóng băng"


def figures(folder: Path) -> Iterator[str]:
    rows: list[dict[str, Any]] = json.loads((folder / "data/chi-so.json").read_bytes())["rows"]
    for row in rows:
        yield from (f"{where(row)}: {fault}" for fault in measure(row))
    overall = next((row for row in rows if row["group"] == "overall"), None)
    yield from page(folder, overall)
    yield from spreadsheet(folder, rows)
    yield from levels(folder, rows)
    if overall is not None and not overall["hidden"]:
        for group in sorted({row["group"] for row in rows} - set(WHOLE)):
            if "/" not in group:
                yield from total(group, [row for row in rows if row["group"] == group], overall)
    sys.stdout.write(f"{len(rows)} chỉ số đã tính lại\n")


def where(row: dict[str, Any]) -> str:
    return " / ".join(str(row[key]) for key in ("group", "name", "measure_name") if row[key])


def measure(row: dict[str, Any]) -> Iterator[str]:
    """One index from its own counts."""
    if row["hidden"]:
        told = [key for key in ("satisfied", "n", "hundredths", "clean_n", "received", "low") if row[key] is not None]
        yield from (f"có số dù không công bố: {key}" for key in told)
        return
    if not 0 <= row["satisfied"] <= row["n"] or (row["clean_n"] or 0) > row["n"]:
        yield "số người không hợp lý"
    for clean in ("", "clean_"):
        satisfied, n, told = (row[clean + key] for key in ("satisfied", "n", "hundredths"))
        if n is not None and told != percent(satisfied, n):
            yield f"{clean}hundredths ghi {told}, tính lại {percent(satisfied, n)}"
    if row["low"] is not None and not row["low"] <= row["hundredths"] <= row["high"]:
        yield "chỉ số nằm ngoài khoảng tin cậy"


def percent(satisfied: int, n: int) -> int | None:
    """In hundredths of a percent, halves rounded up, from whole numbers."""
    return (2 * satisfied * 10_000 + n) // (2 * n) if n else None


def total(group: str, rows: list[dict[str, Any]], overall: dict[str, Any]) -> Iterator[str]:
    """Groups add up to the whole; with hidden ones among them they stay below it."""
    hidden = any(row["hidden"] for row in rows)
    for key in ("n", "satisfied"):
        added = sum(row[key] for row in rows if not row["hidden"])
        if added > overall[key] or (added != overall[key] and not hidden):
            yield f"{group}: cộng {key} được {added}, chung là {overall[key]}"


def page(folder: Path, overall: dict[str, Any] | None) -> Iterator[str]:
    found = SHOWN.search((folder / "index.html").read_text("utf-8"))
    wanted = "" if overall is None or overall["hundredths"] is None else str(overall["hundredths"])
    if (found[1] if found else "") != wanted:
        yield "trang tổng quan ghi con số khác với dữ liệu"


def spreadsheet(folder: Path, rows: list[dict[str, Any]]) -> Iterator[str]:
    """The CSV says what the JSON says."""
    with (folder / "data/chi-so.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file, delimiter=";"))[1:]
    if len(lines) != len(rows):
        yield f"chi-so.csv có {len(lines)} dòng, chi-so.json có {len(rows)}"
    for line, row in zip(lines, rows):  # noqa: B905 - the lengths were compared
        wanted = ["" if row[key] is None else str(row[key]) for key in ("satisfied", "n")]
        if line[5:7] != wanted or line[7].replace(",", "") != hundredths_text(row["hundredths"]):
            yield f"chi-so.csv khác chi-so.json: {where(row)}"


def hundredths_text(value: int | None) -> str:
    return "" if value is None else f"{value // 100}{value % 100:02d}"


def levels(folder: Path, rows: list[dict[str, Any]]) -> Iterator[str]:
    """How often each level was given adds up to the n of its question."""
    with (folder / "data/muc-do.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file, delimiter=";"))[1:]
    given: dict[str, int] = {}
    for code, _name, _level, count in lines:
        given[code] = given.get(code, 0) + int(count)
    for row in rows:
        if row["group"] in WHOLE and row["measure"] in given and given[row["measure"]] != row["n"]:
            yield f"muc-do.csv: {where(row)} cộng được {given[row['measure']]}, n là {row['n']}"


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
