"""A year of a thousand kiosks for the size bench: real keys, sealed records in chains, signed batches, made ahead.

Answers fall evenly on the days, in office hours; a tenth are flagged, a third stop after the first question. Each
kiosk was without a line for MONTH days at a time and then delivered all that it had in one batch. Kiosks with a line
deliver each day (5 or 6 answers), or each quarter of an hour, one or two at a time: measured apart, over HTTP.
"""

import hashlib
import json
import random
import struct
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from nacl.signing import SigningKey

from survey import wire
from survey.canonical import digest
from survey.form import FormRef
from survey.identifier import make_id, write_quarter
from survey.record import GENESIS, Channel, Clock, Sealed, State, Submission, seal

PLAN, FORM = "size-2025", "rut-gon-mot-cua"
FIRST, DAYS, MONTH = date(2025, 1, 1), 365, 30
FIELDS = ("dat-dai", "ho-tich", "chung-thuc", "bao-tro", "xay-dung", "kinh-doanh", "y-te", "giao-duc")
LENGTH = struct.Struct(">HHI")  # kiosk's number, day's number, bytes of the batch


def plan_text(kiosks: int, answers: int) -> str:
    """A plan with one point for each kiosk."""
    names = {"vi": "Điểm thử kích cỡ"}
    points = [{"point": point_of(number), "name": names, "forms": answers // kiosks} for number in range(kiosks)]
    window = {"from": FIRST.isoformat(), "to": (FIRST + timedelta(days=DAYS - 1)).isoformat()}
    told = {"plan": PLAN, "title": {"vi": "Thử kích cỡ"}, "issuer": "Bench", "form": FORM, "window": window}
    return json.dumps(told | {"submit_by": window["to"], "allocations": points}, ensure_ascii=False)


def point_of(number: int) -> str:
    return f"xa-{number:04d}"


class Device:
    """One simulated kiosk: its key and the end of its chain."""

    def __init__(self, number: int, form: FormRef) -> None:
        self.key = SigningKey(hashlib.sha256(b"size %d" % number).digest())
        self.public_key = bytes(self.key.verify_key)
        self.name = "k-" + digest(self.public_key)[:12]  # as the office names it
        self.point, self.form = point_of(number), form
        self.rng = random.Random(number)
        self.seq, self.prev = 0, GENESIS

    def batch(self, *days: tuple[int, int]) -> bytes:
        """What it took on the days (day, how many), packed and signed."""
        instants = sorted(self._instant(day) for day, count in days for _ in range(count))
        records = [self._answer(instant) for instant in instants]
        return wire.write_batch(self.name, records, lambda message: self.key.sign(message).signature)[1]

    def _instant(self, day: int) -> datetime:
        start = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) + timedelta(days=day)
        return start + timedelta(minutes=self.rng.randrange(30, 10 * 60))  # 07:30 to 17:00 there

    def _answer(self, instant: datetime) -> Sealed:
        rng = self.rng
        answers: dict[str, Any] = {"RG.DT": rng.choice(("CN", "CN", "CN", "TC")), "RG.LV": rng.choice(FIELDS)}
        answers["RG.HL0"] = rng.choice((1, 2, 3, 4, 4, 4, 5, 5, 5, 5))
        state = State.PARTIAL if rng.random() < 0.33 else State.COMPLETE
        if state is State.COMPLETE:
            answers |= {f"RG.HL{n}": rng.choice((2, 3, 4, 4, 5, 5, "KAD")) for n in range(1, 5)} | {"RG.PA": "KHONG"}
        if answers["RG.HL0"] <= 2:
            answers["RG.LD"] = ["LD01", "LD03"]
        said = Submission(
            id=make_id(instant, rng.randbytes(10)), kiosk=self.name, boot="0" * 16, quarter=write_quarter(instant),
            clock=Clock.SYNCHRONISED, form=self.form, plan=PLAN, point=self.point,
            channel=rng.choice((Channel.SCREEN, Channel.SCREEN, Channel.BUTTON)), state=state,
            duration_s=rng.randrange(5, 90), flags=("burst",) if rng.random() < 0.1 else (), answers=answers,
        )  # fmt: skip
        sealed = seal(said, self.seq + 1, self.prev)
        self.seq, self.prev = sealed.seq, sealed.digest
        return sealed


def make(path: Path, numbers: range, per_kiosk: int, form: FormRef) -> int:
    """Write the year's batches of these kiosks, month by month; how many answers."""
    devices, made = [(number, Device(number, form)) for number in numbers], 0
    with path.open("wb") as file:
        for first in range(0, DAYS, MONTH):
            last = min(first + MONTH, DAYS) - 1
            taken = [(day, _until(per_kiosk, day) - _until(per_kiosk, day - 1)) for day in range(first, last + 1)]
            for number, device in devices:
                if count := sum(each for _, each in taken):
                    packed = device.batch(*taken)
                    file.write(LENGTH.pack(number, last, len(packed)) + packed)
                    made += count
    return made


def _until(per_kiosk: int, day: int) -> int:
    """Answers up to the end of the day: evenly, whole."""
    return per_kiosk * (day + 1) // DAYS


def read(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Kiosk's number, day's number and bytes of each batch."""
    with path.open("rb") as file:
        while head := file.read(LENGTH.size):
            number, day, size = LENGTH.unpack(head)
            yield number, day, file.read(size)


def evening(day: int) -> datetime:
    """When a day's batches come in: 18:00 there."""
    return datetime(FIRST.year, FIRST.month, FIRST.day, 11, tzinfo=UTC) + timedelta(days=day)
