"""One durable answer and one acknowledged batch: our outbox, its other journals, its peers, and one bare block.

`python tests/bench/bench_outbox.py [--json FILE] [--answers N] [--million] [--directory DIR]` prints a table. Bare
writes and each store take turns in the same run, so a ratio does not depend on how busy the machine was.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from survey.record import GENESIS, Submission, seal  # noqa: E402
from sync_agent.outbox import store  # noqa: E402
from sync_agent.outbox.guard import JOURNAL  # noqa: E402
from tests.bench.peers import disk  # noqa: E402
from tests.bench.peers import outbox_peers as peers  # noqa: E402
from tests.sync_agent.outbox import answers  # noqa: E402

BLOCK = 4096
ROUND = 50
COLUMNS = ("store", "p50 µs", "p99 µs", "× bare", "flushes", "bytes", "10k rows/s", "1M rows/s")

STORES: dict[str, tuple[Callable[[Path], Any], bool]] = {  # name → maker, whether to drain a backlog with it
    "outbox.finish (WAL/FULL)": (peers.OurOutbox, True),
    **{
        f"outbox.finish ({journal.mode.upper()}/{journal.synchronous.upper()})": (
            partial(peers.OurOutbox, journal=journal),
            (journal.mode, journal.synchronous) == peers.DELETE_EXTRA,
        )
        for journal in peers.OTHER_JOURNALS
    },
    "persist-queue SQLiteAckQueue, WAL/FULL": (partial(peers.AckQueue, mode=peers.WAL_FULL), True),
    "persist-queue SQLiteAckQueue as it comes": (peers.AckQueue, False),  # two connections in WAL: no DELETE possible
    "litequeue, WAL/FULL": (partial(peers.LiteQueue, mode=peers.WAL_FULL), True),
    "litequeue, DELETE/EXTRA": (partial(peers.LiteQueue, mode=peers.DELETE_EXTRA), False),
    "litequeue as it comes (not durable)": (peers.LiteQueue, False),
    "diskcache.Deque, WAL/FULL": (partial(peers.DiskDeque, mode=peers.WAL_FULL), True),
    "diskcache.Deque, DELETE/EXTRA": (partial(peers.DiskDeque, mode=peers.DELETE_EXTRA), False),
    "diskcache.Deque as it comes (not durable)": (peers.DiskDeque, False),
}


class Bare:
    """One block and `fdatasync`: the least that a durable answer can cost."""

    def __init__(self, path: Path, blocks: int) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT)
        if blocks:
            os.pwrite(self._file, bytes(blocks * BLOCK), 0)
            os.fsync(self._file)
        self._next = 0

    def append(self, _item: object = None) -> None:
        os.pwrite(self._file, b"x" * BLOCK, self._next)
        os.fdatasync(self._file)
        self._next += BLOCK

    def close(self) -> None:
        os.close(self._file)


def timed(do: Callable[[Any], None], item: Any) -> float:
    begin = time.perf_counter()
    do(item)
    return time.perf_counter() - begin


def figures(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {"p50_us": median(ordered) * 1e6, "p99_us": ordered[int(len(ordered) * 0.99)] * 1e6}


class SealClock:
    """How long `seal` takes within `finish`: peers store bytes that are ready, so it is shown apart."""

    def __init__(self) -> None:
        self.spent_s = 0.0

    def __call__(self, submission: Submission, seq: int, prev: str) -> Any:
        begin = time.perf_counter()
        sealed = seal(submission, seq, prev)
        self.spent_s = time.perf_counter() - begin
        return sealed


def latency(target: Any, items: list[Any], directory: Path, clock: SealClock) -> dict[str, float]:
    """p50 and p99 of `target.append`, in rounds by turns with a bare preallocated block."""
    bare = Bare(directory / "bare", len(items))
    for item in items[:ROUND]:
        target.append(item)
    times: list[float] = []
    store_only: list[float] = []
    bare_times: list[float] = []
    for begin in range(ROUND, len(items), ROUND):
        for item in items[begin : begin + ROUND]:
            clock.spent_s = 0.0
            times.append(timed(target.append, item))
            store_only.append(times[-1] - clock.spent_s)
        bare_times += [timed(bare.append, None) for _ in range(ROUND)]
    bare.close()
    (directory / "bare").unlink()
    result = figures(times)
    result["bare_p50_us"] = median(bare_times) * 1e6
    result["ratio"] = median(times) / median(bare_times)
    result["store_only_p50_us"] = median(store_only) * 1e6
    result["store_only_ratio"] = median(store_only) / median(bare_times)
    return result


def device_cost(make: Callable[[Path], Any], items: list[Any], directory: Path) -> dict[str, float]:
    """Flushes and bytes that reach the device for one answer, checkpoints included."""
    with disk.loop_disk(directory) as loop:
        target = make(_fresh(loop.place))
        for item in items[:ROUND]:
            target.append(item)
        os.sync()
        before = loop.sent()
        for item in items[ROUND:]:
            target.append(item)
        after = loop.sent()
        target.close()
    count = len(items) - ROUND
    return {
        "flushes": (after.flushes - before.flushes) / count,
        "device_bytes": (after.written_bytes - before.written_bytes) / count,
    }


def drain(make: Callable[[Path], Any], directory: Path, backlog: int, rows: int = 10_000, limit_s: float = 8) -> float:
    """Rows a second leased and acknowledged in batches of 500 from a backlog; stops at `rows` or after `limit_s`."""
    target = make(_fresh(directory))
    fill(target, backlog)
    spent = 0.0
    done = 0
    while done < min(rows, backlog) and spent < limit_s:
        begin = time.perf_counter()
        count = target.take(500)
        spent += time.perf_counter() - begin
        prepare = getattr(target, "prepare", None)
        if prepare:
            prepare()
        begin = time.perf_counter()
        target.settle()
        spent += time.perf_counter() - begin
        done += count
    target.close()
    return done / spent


def fill(target: Any, backlog: int) -> None:
    """Bring a backlog in by the quick way: our chain in one transaction, the peers with their syncs off."""
    chance = random.Random(1)
    variety = [answers.submission(chance) for _ in range(200)]
    if isinstance(target, peers.OurOutbox):
        target.load(variety, backlog)
        return
    target.hurry()
    raws = [seal(answer, 1, GENESIS).raw for answer in variety]
    for number in range(backlog):
        target.append(raws[number % len(raws)])
    target.durable_again()


def _fresh(directory: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=directory))


def measure(directory: Path, count: int, million: bool) -> dict[str, Any]:
    chance = random.Random(20261122)
    submissions = [answers.submission(chance) for _ in range(count)]
    raws = [seal(answer, number + 1, GENESIS).raw for number, answer in enumerate(submissions)]
    clock = SealClock()
    store.seal = clock  # type: ignore[assignment]
    table: dict[str, Any] = {}
    growing, kept = Bare(directory / "growing", 0), Bare(directory / "kept", count)
    for name, target in (("bare block, preallocated", kept), ("bare block, growing file", growing)):
        table[name] = figures([timed(target.append, None) for _ in range(count)])
        target.close()
    for name, (make, drains) in STORES.items():
        print(f"… {name}", file=sys.stderr, flush=True)
        ours = name.startswith("outbox")
        slow = "DELETE" in name or "PERSIST" in name or "TRUNCATE" in name
        items = (submissions if ours else raws)[: max(300, count // 5) if slow else count]
        target = make(_fresh(directory))
        row = latency(target, items, directory, clock)
        target.close()
        if disk.can_count():
            row |= device_cost(make, items, directory)
        if drains:
            row["drain_10k_rows_s"] = drain(make, directory, 10_000)
            if million and ours and not slow:
                row["drain_1m_rows_s"] = drain(make, directory, 1_000_000)
        table[name] = row
    return {
        "record_bytes_median": median(map(len, raws)),
        "library": store.apsw.sqlite_lib_version(),
        "journal": f"{JOURNAL.mode}/{JOURNAL.synchronous}",
        "device_counted": disk.can_count(),
        "stores": table,
    }


def show(result: dict[str, Any]) -> None:
    print(f"\nA durable answer of {result['record_bytes_median']:.0f} bytes; SQLite {result['library']}")
    print(f"{COLUMNS[0]:44}" + "".join(f"{column:>12}" for column in COLUMNS[1:]))
    for name, row in result["stores"].items():
        cells = (
            _cell(row.get("p50_us"), 0), _cell(row.get("p99_us"), 0), _cell(row.get("ratio"), 2),
            _cell(row.get("flushes"), 2), _cell(row.get("device_bytes"), 0), _cell(row.get("drain_10k_rows_s"), 0),
            _cell(row.get("drain_1m_rows_s"), 0),
        )  # fmt: skip
        print(f"{name:44}" + "".join(f"{cell:>12}" for cell in cells))
        if name.startswith("outbox.finish (WAL"):
            apart = (_cell(row["store_only_p50_us"], 0), "", _cell(row["store_only_ratio"], 2))
            print(f"{'  the same without sealing the record':44}" + "".join(f"{cell:>12}" for cell in apart))
    if not result["device_counted"]:
        print("flushes and bytes: need root and a loop device")


def _cell(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:,.{digits}f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures there")
    parser.add_argument("--answers", type=int, default=2000, help="durable answers per store")
    parser.add_argument("--million", action="store_true", help="also drain from a backlog of 1,000,000")
    parser.add_argument(
        "--directory", type=Path, default=Path(tempfile.gettempdir()), help="a place on the disk to test"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.directory, prefix="hailong-bench-") as directory:
        result = measure(Path(directory), arguments.answers, arguments.million)
    show(result)
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
