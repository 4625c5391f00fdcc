"""The real agent process, killed with SIGKILL at every step of a delivery, then started again: exactly once."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from survey.assignment import Assignment
from survey.form import FormRef
from sync_agent import enrolment, identity
from sync_agent.outbox import Outbox

STEPS = ("before_read", "after_read", "after_store", "half_reply", "after_reply", "any_time")
ROUNDS = int(os.environ.get("ROUNDS", "4"))  # make soak-outbox has more
ANSWERS_A_ROUND = 20


class Killer:
    """A centre over real HTTP that kills whoever asks, at the step it is told."""

    def __init__(self, centre: Any) -> None:
        self.centre = centre
        self.step = ""
        self.process: subprocess.Popen[bytes] | None = None
        killer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                killer.handle(self)

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.handle_error = lambda *_: None  # type: ignore[method-assign]  # a killed peer resets its connection
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def kill_at(self, step: str) -> None:
        if self.step == step and self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        delivering = handler.path.endswith("batches")
        if delivering:
            self.kill_at("before_read")
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        if delivering:
            self.kill_at("after_read")
        reply = self.centre.post(handler.path, body, "")
        if delivering:
            self.kill_at("after_store")
        try:
            handler.send_response(reply.status)
            handler.send_header("Content-Length", str(len(reply.body)))
            handler.end_headers()
            handler.wfile.write(reply.body[: len(reply.body) // 2])
            if delivering:
                self.kill_at("half_reply")
            handler.wfile.write(reply.body[len(reply.body) // 2 :])
            handler.wfile.flush()
            if delivering and self.step == "after_reply":
                time.sleep(self.pause_s)  # lands before, in or after the release, as the seed says
                self.kill_at("after_reply")
        except OSError:
            handler.close_connection = True

    pause_s = 0.0


@pytest.fixture
def killer(centre: Any) -> Iterator[Killer]:
    killer = Killer(centre)
    yield killer
    killer.http.shutdown()
    killer.http.server_close()


@pytest.mark.slow
def test_the_agent_killed_at_every_step(tmp_path: Path, killer: Killer, submissions: Any) -> None:
    seed = 17
    rng = random.Random(seed)
    enrol_without_office(tmp_path, killer)
    sealed: dict[int, str] = {}
    for turn in range(ROUNDS * len(STEPS)):
        with Outbox.open(tmp_path / "outbox.db") as outbox:
            for _ in range(ANSWERS_A_ROUND):
                record = outbox.finish(submissions(len(sealed) + 1))
                assert record is not None
                sealed[record.seq] = record.digest
        killer.step = STEPS[turn % len(STEPS)]
        killer.pause_s = rng.uniform(0, 0.01)
        killer.process = start_agent(tmp_path)
        if killer.step == "any_time":
            time.sleep(rng.uniform(0.2, 1.0))
            killer.process.kill()
        killer.process.wait(30)
        assert killer.process.returncode == -signal.SIGKILL
    killer.step = ""
    (tmp_path / "agent.log").unlink()
    killer.process = start_agent(tmp_path)
    try:
        wait_until_empty(tmp_path, killer.process)
    finally:
        killer.process.terminate()
        assert killer.process.wait(20) == os.EX_OK
    assert killer.centre.stored == sealed
    print(
        f"agent killed with SIGKILL {ROUNDS * len(STEPS)} times at {len(STEPS)} steps, seed {seed}: "
        f"{len(sealed)} answers, {killer.centre.arrivals} arrivals, 0 lost, 0 doubled"
    )


def enrol_without_office(directory: Path, killer: Killer) -> None:
    (directory / "agent.toml").write_text(
        f'data_directory = "{directory}"\ncentre_url = "http://127.0.0.1:{killer.http.server_port}"\ndelivery_s = 0.1\n'
    )
    identity.load_or_make_identity(directory, lambda count: b"k" * count)
    assignment = Assignment(
        "k-0123456789ab", "krong-no-2023", "kn-huyen", {"vi": "x"}, {"vi": "y"}, FormRef("f", "1", "0" * 64)
    )
    enrolment.keep(enrolment.Enrolment(killer.centre.identity.public_key, assignment, b"{}"), directory)


def start_agent(directory: Path) -> "subprocess.Popen[bytes]":
    log = (directory / "agent.log").open("ab")
    command = [sys.executable, "-m", "sync_agent", "--config", str(directory / "agent.toml"), "run"]
    root = Path(__file__).parents[2]
    process = subprocess.Popen(command, cwd=root, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    log.close()
    return process


def wait_until_empty(directory: Path, process: "subprocess.Popen[bytes]") -> None:
    give_up = time.monotonic() + 60
    with Outbox.open(directory / "outbox.db") as outbox:
        while outbox.health().pending or "process.started" not in (directory / "agent.log").read_text():
            assert process.poll() is None, (directory / "agent.log").read_text()[-2000:]
            assert time.monotonic() < give_up, (directory / "agent.log").read_text()[-2000:]
            time.sleep(0.1)
