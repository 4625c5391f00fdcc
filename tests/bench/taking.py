"""Takes a made year (year.py) in: samples over the real HTTP API, the bulk over HTTP or by its functions."""

import itertools
import multiprocessing
import threading
import time
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

LIVE, LIVE_BATCHES = 8, 100  # kiosks that deliver one answer at a time, and how often each does

year, support = import_module("year"), import_module("support")


def over_http(url: str, batches: Iterable[bytes], threads: int, limit_s: float) -> tuple[int, float]:
    """How many batches were delivered within `limit_s`, and in how many seconds; every reply is a receipt."""
    waiting, done = iter(batches), []
    lock, end = threading.Lock(), time.perf_counter() + limit_s

    def work() -> None:
        door = support.HttpDoor(url)
        while time.perf_counter() < end:
            with lock:
                packed = next(waiting, None)
            if packed is None:
                return
            reply = door.post(support.BATCHES, packed, "application/vnd.hailong.batch")
            assert reply.status == 200, (reply.status, reply.body[:300])
            done.append(1)

    started = time.perf_counter()
    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return len(done), time.perf_counter() - started


def live(kiosks: int) -> list[bytes]:
    """Batches of one answer each, of the kiosks after the first `kiosks`, in turn."""
    devices = [year.Device(kiosks + number, support.form().ref) for number in range(LIVE)]
    return [device.batch(day, 1) for day in range(LIVE_BATCHES) for device in devices]


def take(config: str, path: str, skip: int, answered: Any) -> None:
    """A child process: every batch of the file after the first `skip`, by the API's own functions, without HTTP."""
    from central_office.commands import start_django

    start_django(config)
    from central_office import api
    from central_office.intake.ledger import judge_for
    from central_office.intake.receive import receive
    from survey import wire

    count, started = 0, time.perf_counter()
    for _, day, packed in itertools.islice(year.read(Path(path)), skip, None):
        batch = wire.read_batch(packed)
        kiosk = api._kiosk(batch.head.kiosk)
        api._check_signature(kiosk, "batch", batch.head.encode(), batch.signature)
        receive(batch, judge_for(kiosk.name), api._sign, year.evening(day))
        count += batch.head.count
    answered.put((count, time.perf_counter() - started))


def made(folder: Path, kiosks: int, answers: int, processes: int) -> list[Path]:
    """One file of batches for each process."""
    form = support.form().ref
    files = [folder / f"batches{number}" for number in range(processes)]
    shares = [range(n * kiosks // processes, (n + 1) * kiosks // processes) for n in range(processes)]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        pool.starmap(year.make, [(*pair, answers // kiosks, form) for pair in zip(files, shares, strict=True)])
    return files


def ingest(
    config: Path, files: list[Path], kiosks: int, answers: int, http_s: float, sample_s: float
) -> dict[str, Any]:
    """Rates by batch size and way. `http_s`: the bulk goes over HTTP if it is in within that time; `sample_s`: at
    most, for each of the two samples."""
    batches = sum(1 for file in files for _ in year.read(file))
    size = answers / batches
    found: dict[str, Any] = {"batches": batches, "answers_per_batch": round(size, 2)}
    server = support.Process(config, "--workers", str(len(files)))
    try:
        one_by_one = over_http(server.url, live(kiosks), 2 * len(files), sample_s)
        found["http_single_per_s"] = round(one_by_one[0] / one_by_one[1], 1)
        rest = _packed(files)
        skip, seconds = over_http(server.url, rest, 2 * len(files), sample_s)
        found["http_sample_answers"] = round(skip * size)
        found["http_per_s"] = round(skip * size / seconds, 1)
        if answers / found["http_per_s"] <= http_s:
            more, longer = over_http(server.url, rest, 2 * len(files), 1e9)
            return found | {"bulk": "HTTP", "bulk_per_s": round(more * size / longer, 1), "bulk_s": round(longer, 1)}
    finally:
        server.stop()
    return found | _in_process(config, files, skip)


def _packed(files: list[Path]) -> Iterator[bytes]:
    return (packed for file in files for _, _, packed in year.read(file))


def _in_process(config: Path, files: list[Path], skip: int) -> dict[str, Any]:
    """The rest by one child a file; the sample came from the beginning of the first."""
    context = multiprocessing.get_context("spawn")
    answered = context.Queue()
    jobs = []
    for file in files:
        total = sum(1 for _ in year.read(file))
        jobs.append(context.Process(target=take, args=(str(config), str(file), min(skip, total), answered)))
        skip -= min(skip, total)
        jobs[-1].start()
    parts = [answered.get() for _ in jobs]
    for job in jobs:
        job.join()
        assert job.exitcode == 0
    rates = [count / seconds for count, seconds in parts if count]
    slowest = max(seconds for _, seconds in parts)
    return {
        "bulk": "the API's functions, without HTTP",
        "bulk_per_s": round(sum(rates), 1),
        "bulk_s": round(slowest, 1),
    }
