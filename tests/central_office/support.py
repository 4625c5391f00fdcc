"""A kiosk and an office's door for the tests: makes real keys, records and batches; loaded by conftest as a fixture."""

import itertools
import random
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import requests
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from survey import enrolment as shared
from survey import wire
from survey.assignment import Assignment, read_assignment
from survey.canonical import decode, encode
from survey.form import Form
from survey.form_file import read_form
from survey.identifier import make_id, write_quarter
from survey.record import GENESIS, Channel, Clock, Sealed, State, Submission, seal

ROOT = Path(__file__).parents[2]
FORM_FILE = ROOT / "survey/data/forms/rut-gon-mot-cua.json"
PLAN_FILE = ROOT / "survey/data/plans/krong-no-2023.json"
FORM_TEXT = FORM_FILE.read_text("utf-8")
IN_WINDOW = datetime(2023, 9, 1, 1, 15, tzinfo=UTC)  # 08:15 in Krông Nô
BATCHES, HEARTBEATS, ENROLMENTS = "/api/v1/batches", "/api/v1/heartbeats", "/api/v1/enrolments"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Any
    body: bytes

    @property
    def kind(self) -> str:
        """The code of a problem document."""
        value = requests.models.complexjson.loads(self.body)
        assert self.headers["Content-Type"] == "application/problem+json"
        assert value["status"] == self.status
        return str(value["type"]).rpartition(":")[2]


class Door(Protocol):
    def post(self, path: str, data: bytes, content_type: str) -> Reply: ...


class ClientDoor:
    """In this process, through Django's whole middleware."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def post(self, path: str, data: bytes, content_type: str) -> Reply:
        response = self.client.post(path, data=data, content_type=content_type)
        return Reply(response.status_code, response.headers, response.content)


class HttpDoor:
    """Over loopback, through one kept connection."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.session = requests.Session()
        self.session.trust_env = False

    def post(self, path: str, data: bytes, content_type: str) -> Reply:
        found = self.session.post(self.url + path, data=data, headers={"Content-Type": content_type}, timeout=60)
        return Reply(found.status_code, found.headers, found.content)


def form() -> Form:
    return read_form(FORM_TEXT.encode(), FORM_FILE.name)


@dataclass
class Device:
    """One kiosk: its key, its chain, and what the office told it."""

    rng: random.Random
    key: SigningKey = field(init=False)
    assignment: Assignment = field(init=False)
    centre_key: bytes = b""
    seq: int = 0
    prev: str = GENESIS

    def __post_init__(self) -> None:
        self.key = SigningKey(self.rng.randbytes(32))

    @property
    def public_key(self) -> bytes:
        return bytes(self.key.verify_key)

    @property
    def name(self) -> str:
        return self.assignment.kiosk

    def sign(self, message: bytes) -> bytes:
        return self.key.sign(message).signature

    def enrolment(self, code: str) -> bytes:
        name, secret = shared.read_code(code)
        proof = shared.proof("kiosk", secret, self.public_key)
        return encode({"v": 1, "name": name, "public_key": self.public_key.hex(), "proof": proof})

    def admit(self, code: str, reply: bytes) -> None:
        """Check the office's proof as an agent must, and take the assignment."""
        fields: Any = decode(reply)
        _, secret = shared.read_code(code)
        self.centre_key = bytes.fromhex(fields["centre_key"])
        self.assignment = read_assignment(encode(fields["assignment"]))
        parts = (self.centre_key, self.public_key, encode(fields["assignment"]), fields["form"].encode())
        assert shared.same(fields["proof"], shared.proof("centre", secret, *parts))
        assert read_form(fields["form"].encode(), "form").ref == self.assignment.form

    def submission(self, **changes: Any) -> Submission:
        """A random answer in the plan's window; `changes` replaces fields."""
        rng = self.rng
        answers: dict[str, Any] = {"RG.HL0": rng.randint(1, 5)}
        state = State.PARTIAL
        if rng.random() < 0.7:
            answers |= {f"RG.HL{n}": rng.choice([1, 2, 3, 4, 5, "KAD"]) for n in range(1, 5)} | {"RG.PA": "KHONG"}
            state = State.COMPLETE
        if answers["RG.HL0"] <= 2:
            answers["RG.LD"] = ["LD01", "LD03"]
        if rng.random() < 0.05:
            answers["RG.YK"] = f"Cần thêm ghế ngồi chờ ở quầy {rng.randrange(1000)}."
        instant = IN_WINDOW + timedelta(minutes=4 * self.seq % 60_000)  # 10,000 answers: four weeks of a busy counter
        fields: dict[str, Any] = {
            "id": make_id(instant, rng.randbytes(10)),
            "kiosk": self.name,
            "boot": "0" * 16,
            "quarter": write_quarter(instant),
            "clock": Clock.SYNCHRONISED,
            "form": self.assignment.form,
            "plan": self.assignment.plan,
            "point": self.assignment.point,
            "channel": rng.choice([Channel.SCREEN, Channel.BUTTON]),
            "state": state,
            "duration_s": rng.randrange(5, 60),
            "flags": ("burst",) if rng.random() < 0.05 else (),
            "answers": answers,
        }
        return Submission(**(fields | changes))

    def answer(self, **changes: Any) -> Sealed:
        sealed = seal(self.submission(**changes), self.seq + 1, self.prev)
        self.seq, self.prev = sealed.seq, sealed.digest
        return sealed

    def answers(self, count: int, **changes: Any) -> list[Sealed]:
        return [self.answer(**changes) for _ in range(count)]

    def batch(self, records: list[Sealed]) -> tuple[wire.BatchHead, bytes]:
        return wire.write_batch(self.name, records, self.sign)

    def deliver(self, door: Door, records: list[Sealed]) -> wire.Receipt:
        """Send one batch and verify the receipt as an agent must."""
        head, packed = self.batch(records)
        reply = door.post(BATCHES, packed, wire.CONTENT_TYPE)
        assert reply.status == 200, (reply.status, reply.body[:500])
        return self.receipt(reply.body, head)

    def deliver_all(self, door: Door, records: list[Sealed]) -> list[wire.Receipt]:
        return [self.deliver(door, list(part)) for part in batched(records, wire.MOST_RECORDS)]

    def receipt(self, data: bytes, head: wire.BatchHead) -> wire.Receipt:
        return wire.read_receipt(data, head, self.is_centre)

    def is_centre(self, message: bytes, signature: bytes) -> bool:
        try:
            VerifyKey(self.centre_key).verify(message, signature)
        except BadSignatureError:
            return False
        return True

    def heartbeat(self, **changes: Any) -> bytes:
        body = {"v": 1, "kiosk": self.name, "seq": self.seq, "head": self.prev, "pending": 0, "quarantined": 0}
        body |= {"oldest": "", "version": "0.1.0", "clock": "synchronised", "free_bytes": 9_000_000_000}
        return wire.write_message("heartbeat", body | changes, self.sign)


def batched(records: list[Sealed], size: int) -> list[list[Sealed]]:
    return [records[start : start + size] for start in range(0, len(records), size)]


class Process:
    """A real office process: `hailong-office serve --port 0` with one settings file."""

    def __init__(self, config: Path, *options: str) -> None:
        self.config = config
        self.options = options
        self.url = ""
        self.start()

    def start(self) -> None:
        self.log = self.config.with_suffix(".log").open("ab")
        command = [sys.executable, "-m", "central_office", "serve", "--config", str(self.config), "--port", "0"]
        self.process = subprocess.Popen(
            [*command, *self.options], cwd=ROOT, stdout=subprocess.PIPE, stderr=self.log, start_new_session=True
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline().decode()
        found = re.search(r"http://\S+", line)
        assert found, f"no address: {line!r} {self.config.with_suffix('.log').read_text()[-2000:]}"
        self.url = found.group()

    def kill(self) -> None:
        """SIGKILL to the whole process group: master and workers stop between two instructions."""
        import os
        import signal

        os.killpg(self.process.pid, signal.SIGKILL)
        self._reap()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
        self._reap()

    def _reap(self) -> None:
        self.process.wait(30)
        if self.process.stdout:
            self.process.stdout.close()
        self.log.close()


def run_office(config: Path, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """One `hailong-office` command in a process of its own."""
    command = [sys.executable, "-m", "central_office", *arguments, "--config", str(config)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


def until(condition: Any, timeout_s: float = 20.0) -> None:
    """Bounded polling of a real process."""
    for _ in itertools.count():
        if condition():
            return
        timeout_s -= 0.02
        assert timeout_s > 0, "it did not happen in time"
        time.sleep(0.02)


def write_config(folder: Path, database: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "office.toml"
    path.write_text(
        f'data_directory = "{folder / "data"}"\nlisten = "127.0.0.1:0"\ndatabase = "{database}"\n'
        'allowed_hosts = "127.0.0.1 localhost testserver"\nsecond_factor = "optional"\n',
        "utf-8",
    )
    return path
