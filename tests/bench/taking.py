"""Takes a made year (year.py) in: samples over the real HTTP API, the bulk by the API's own functions."""

import multiprocessing
import threading
import time
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

LIVE, LIVE_BATCHES = 16, 100  # kiosks with a line: half deliver one answer at a time, half by the day; how often each
A_DAY = 5

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


def live(kiosks: int, count: int) -> list[bytes]:
    """Batches of `count` answers each, of half the kiosks after the first `kiosks`, in turn."""
    first = kiosks + (LIVE // 2 if count > 1 else 0)
    devices = [year.Device(first + number, support.form().ref) for number in range(LIVE // 2)]
    return [device.batch((day, count)) for day in range(LIVE_BATCHES) for device in devices]


def take(config: str, path: str, answered: Any) -> None:
    """A child process: every batch of the file by the API's own functions, without HTTP."""
    from central_office.commands import start_django

    start_django(config)
    from central_office import api
    from central_office.intake.ledger import judge_for
    from central_office.intake.receive import receive
    from survey import wire

    count, started = 0, time.perf_counter()
    for _, day, packed in year.read(Path(path)):
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


def ingest(config: Path, files: list[Path], kiosks: int, answers: int, sample_s: float) -> dict[str, Any]:
    """Rates by batch size and way. `sample_s`: at most, for each of the two samples over HTTP."""
    batches = sum(1 for file in files for _ in year.read(file))
    found: dict[str, Any] = {"batches": batches, "answers_per_batch": round(answers / batches, 2)}
    server = support.Process(config, "--workers", str(len(files)))
    try:
        for name, count in (("http_single_per_s", 1), ("http_daily_per_s", A_DAY)):
            done, seconds = over_http(server.url, live(kiosks, count), 2 * len(files), sample_s)
            found[name] = round(done * count / seconds, 1)
    finally:
        server.stop()
    return found | _in_process(config, files)


def _in_process(config: Path, files: list[Path]) -> dict[str, Any]:
    """One child a file."""
    context = multiprocessing.get_context("spawn")
    answered = context.Queue()
    jobs = [context.Process(target=take, args=(str(config), str(file), answered)) for file in files]
    for job in jobs:
        job.start()
    parts = [answered.get() for _ in jobs]
    for job in jobs:
        job.join()
        assert job.exitcode == 0
    rates = [count / seconds for count, seconds in parts if count]
    return {"bulk_per_s": round(sum(rates), 1), "bulk_s": round(max(seconds for _, seconds in parts), 1)}
