"""The real server process: killed between two instructions, fed bombs, asked for what is not there."""

import http.client
import json
import random
import threading
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from survey import wire


@pytest.mark.slow
def test_killed_mid_batch_and_restarted_nothing_is_lost_or_doubled(each_server: Any, helper: Any) -> None:
    seed = 4242
    rng = random.Random(seed)
    device = each_server.device(seed)
    records = device.answers(3000)
    parts = helper.batched(records, 100)
    promised: set[int] = set()
    kills = 6
    for _ in range(kills):
        killer = threading.Timer(rng.uniform(0.05, 0.5), each_server.process.kill)
        killer.start()
        while killer.is_alive() or each_server.process.process.poll() is None:
            part = rng.choice(parts)
            try:
                receipt = device.deliver(each_server.door, part)
            except OSError:  # any other reply than a receipt is a failure
                break
            refused = {refusal.seq for refusal in receipt.refusals}
            promised |= {record.seq for record in part} - refused
        killer.join()
        each_server.process.start()
        each_server.door = helper.HttpDoor(each_server.process.url)
    before = stored(each_server, device)
    assert promised
    assert promised <= before
    receipts = device.deliver_all(each_server.door, records)
    assert sum(receipt.accepted for receipt in receipts) == 3000 - len(before)
    assert sum(receipt.duplicate for receipt in receipts) == len(before)
    assert stored(each_server, device) == set(range(1, 3001))
    assert "differences: 0" in helper.run_office(each_server.config, "verify").stdout
    print(f"seed {seed} on {each_server.database}: {kills} kills, {len(promised)} promised, 0 lost, 0 doubled")


def stored(office: Any, device: Any) -> set[int]:
    """The numbers on the centre's disk, read past the office."""
    from central_office.config import load_config

    config = load_config(str(office.config))
    statement = "SELECT seq FROM intake_record"
    if config.database == "sqlite":
        import sqlite3

        connection: Any = sqlite3.connect(config.database_path)
    else:
        import psycopg

        connection = psycopg.connect(config.database)
    try:
        return {row[0] for row in connection.execute(statement).fetchall()}
    finally:
        connection.close()


def peak_bytes(pid: int) -> int:
    """The largest resident size of a process's children so far."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    peaks = []
    for child in children:
        line = next(x for x in Path(f"/proc/{child}/status").read_text().splitlines() if x.startswith("VmHWM"))
        peaks.append(int(line.split()[1]) * 1024)
    return max(peaks)


@pytest.mark.slow
def test_bombs_and_oversized_bodies_are_refused_in_little_memory(server: Any, helper: Any) -> None:
    device = server.device()
    head, packed = device.batch(device.answers(2))
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(1000)) + packer.flush()
    assert len(bomb) < wire.MOST_PACKED_BYTES
    for _ in range(10):
        reply = server.door.post(helper.BATCHES, bomb, wire.CONTENT_TYPE)
        assert (reply.status, reply.kind) == (400, "bad_message")
    for size in (wire.MOST_PACKED_BYTES + 1, 60_000_000):
        status, body = claimed(server.process.url, helper.BATCHES, size)
        assert status == 413
        assert json.loads(body)["type"].endswith(":too_large")
    assert peak_bytes(server.process.process.pid) <= 200_000_000
    assert device.receipt(server.door.post(helper.BATCHES, packed, wire.CONTENT_TYPE).body, head).accepted == 2


def claimed(url: str, path: str, size: int) -> tuple[int, bytes]:
    """The reply to a request that announces `size` bytes: it comes before they are sent."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    connection.putrequest("POST", path)
    connection.putheader("Content-Type", wire.CONTENT_TYPE)
    connection.putheader("Content-Length", str(size))
    connection.endheaders()
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, body


@pytest.mark.slow
def test_a_client_that_sends_an_oversized_body_whole_gets_an_answer(server: Any, helper: Any) -> None:
    reply = server.door.post(helper.BATCHES, bytes(wire.MOST_PACKED_BYTES + 1), wire.CONTENT_TYPE)
    assert (reply.status, reply.kind) == (413, "too_large")


@pytest.mark.slow
def test_truncated_bodies_and_other_rubbish_are_400(server: Any, helper: Any) -> None:
    seed = 12
    rng = random.Random(seed)
    device = server.device()
    _, packed = device.batch(device.answers(20))
    tried = 0
    for _ in range(150):
        cut = packed[: rng.randrange(len(packed))]
        flipped = bytearray(packed)
        flipped[rng.randrange(len(packed))] ^= 1 << rng.randrange(8)
        for data in (cut, bytes(flipped), rng.randbytes(200), packed + b"x"):
            reply = server.door.post(helper.BATCHES, data, wire.CONTENT_TYPE)
            harmless = reply.status == 200 and wire.unpack(bytes(data), 10**6) == wire.unpack(packed, 10**6)
            assert reply.status in (400, 401) or harmless, (reply.status, reply.body)
            tried += 1
    assert stored(server, device) in (set(), set(range(1, 21)))
    print(f"seed {seed}: {tried} damaged bodies, 0 taken")


@pytest.mark.slow
def test_every_refusal_of_the_router_is_a_problem_document(server: Any, helper: Any) -> None:
    session, url = server.door.session, server.process.url.rstrip("/")
    cases = [("GET", helper.BATCHES, 405), ("GET", "/api/v1/nothing", 404), ("PUT", helper.ENROLMENTS, 405)]
    for method, path, status in cases:
        found = session.request(method, url + path, timeout=20)
        assert found.status_code == status
        assert found.headers["Content-Type"] == "application/problem+json"
        assert found.json()["status"] == status
        assert status != 405 or "POST" in found.headers["Allow"]
    assert server.door.post(helper.BATCHES, b"{}", "application/json").kind == "wrong_type"
    chunked = session.post(
        url + helper.BATCHES, data=iter([b"x"]), headers={"Content-Type": wire.CONTENT_TYPE}, timeout=20
    )
    assert (chunked.status_code, chunked.headers["Content-Type"]) == (411, "application/problem+json")
    wrong_host = session.get(url + "/api/openapi.json", headers={"Host": "evil.example"}, timeout=20)
    assert (wrong_host.status_code, wrong_host.headers["Content-Type"]) == (400, "application/problem+json")
