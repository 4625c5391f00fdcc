"""Whoever holds the code takes the answer back: the bytes and counts go, the chain and the proof stay."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from survey.record import Channel


@pytest.fixture
def device(office: Any, slips: Any) -> Any:
    return office.device(plan=slips.PLAN)


@pytest.fixture
def code(slips: Any) -> Any:
    return slips.codes(last_day=timezone.localdate() + timedelta(days=10))[0]


def take_back(code: Any, days: int = 0, now: datetime | None = None) -> str:
    from central_office.slips.withdrawal import withdraw

    return str(withdraw(code, (now or timezone.now()) + timedelta(days=days)))


def answered(code: Any, slips: Any) -> bool:
    from central_office.intake.models import Redemption

    return bool(Redemption.objects.get(token=slips.token(code)).answered)


def row(seq: int) -> Any:
    from central_office.intake.models import Record

    return Record.objects.get(seq=seq)


def everything() -> str:
    """Every value of every table, as text."""
    from django.db import connection

    from central_office.intake.store import rows

    found = [rows(f"SELECT * FROM {table}") for table in connection.introspection.table_names()]
    return repr([[_text(value) for value in row] for table in found for row in table])


def _text(value: Any) -> str:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)


def rated() -> set[tuple[str, str, int]]:
    from central_office.intake.models import Tally

    return set(Tally.objects.values_list("heap__family", "question", "count"))


def test_a_withdrawn_answer_is_gone_and_its_place_stays(office: Any, slips: Any, device: Any, code: Any) -> None:
    from central_office.intake.models import Cell, Tombstone

    before = device.answers(2)
    told = "Ghế ngồi chờ ở quầy hỏng đã lâu"
    said_then = {"RG.HL0": 1, "RG.YK": told}
    record = device.answer(slip=slips.token(code), answers=said_then, quarter=slips.QUARTER)
    after = device.answers(2)
    device.deliver(office.door, [*before, record, *after])
    assert list(Cell.objects.filter(by_slip=True).values_list("count", flat=True)) == [1]
    assert rated() == {("time", "RG.HL0", 1), ("person", "RG.HL0", 1), ("person", "", 1)}
    assert told in everything()
    assert take_back(code) == "done"
    left = row(3)
    assert (bytes(left.body.raw), bytes(left.digest).hex(), left.quarter) == (b"", record.digest, "")
    said = json.loads(record.raw)
    assert str(left.id) != said["id"]
    kept = everything()
    assert told not in kept
    assert said["id"] not in kept
    assert said["id"].replace("-", "") not in kept
    stone = Tombstone.objects.get()
    assert (stone.seq, stone.digest, stone.prev, stone.reason) == (3, record.digest, said["prev"], "holder")
    assert set(Cell.objects.filter(by_slip=True).values_list("count", flat=True)) == {0}
    assert {count for _, _, count in rated()} == {0}
    faults, summary = slips.verified()
    assert faults == []
    assert summary.withdrawn == 1
    assert [note for note in summary.notes if "1 of its records withdrawn; its body cannot be recomputed" in note]
    assert take_back(code) == "already"
    assert device.deliver(office.door, [record]).duplicate == 1  # its receipt had been lost on the way
    assert slips.verified()[0] == []


def test_all_records_of_a_slip_go_together(office: Any, slips: Any, device: Any, helper: Any, code: Any) -> None:
    from central_office.intake.models import FurtherUse, Record
    from central_office.slips.virtual import seal_answer

    token = slips.token(code)
    device.deliver(office.door, [device.answer(slip=token), device.answer(slip=token)])
    assert not seal_answer(slips.Answers(helper).one(slip=token), timezone.now())
    assert take_back(code) == "done"
    assert [bytes(raw) for raw in Record.objects.values_list("body__raw", flat=True)] == [b""] * 3
    assert FurtherUse.objects.count() == 0
    assert slips.answers_by_reason() == {}
    assert slips.verified()[0] == []


def test_what_comes_after_the_withdrawal_leaves_only_a_tombstone(
    office: Any, slips: Any, device: Any, helper: Any, code: Any
) -> None:
    from central_office.intake.models import Record, Tombstone
    from central_office.slips.judge import Verdict, judge
    from central_office.slips.virtual import seal_answer

    assert take_back(code) == "not_used"
    assert not answered(code, slips)
    assert take_back(code) == "already"
    assert judge(code, slips.TODAY).verdict is Verdict.WITHDRAWN
    record = device.answer(slip=slips.token(code), answers={"RG.HL0": 1})
    following = device.answer()
    receipt = device.deliver(office.door, [record, following])
    assert (receipt.accepted, receipt.refusals) == (2, ())
    assert bytes(row(1).body.raw) == b""
    assert answered(code, slips)
    assert Tombstone.objects.get().digest == record.digest
    assert device.deliver(office.door, [record]).duplicate == 1
    assert not seal_answer(slips.Answers(helper).one(slip=slips.token(code)), timezone.now())
    assert Tombstone.objects.count() == 2
    assert Record.objects.count() == 3
    assert slips.answers_by_reason() == {"": 1}
    assert slips.verified()[0] == []


def test_fifteen_days_and_not_longer(office: Any, slips: Any, device: Any) -> None:
    from central_office.intake.models import FurtherUse, Proof, Redemption
    from central_office.slips.forget import forget_due

    start = timezone.now()
    code, unused = slips.codes(2, last_day=timezone.localdate(start))
    token = slips.token(code)
    device.deliver(office.door, [device.answer(slip=token), device.answer(slip=token)])
    came = dated(start, 0)
    assert forget_due(start + timedelta(days=15), slips.sign).links == 0
    assert take_back(code, 16, start) == "too_late"
    assert take_back(unused, 16, start) == "too_late"
    assert forget_due(start + timedelta(days=16), slips.sign).links == 2
    assert forget_due(start + timedelta(days=16), slips.sign).links == 0
    kept = Redemption.objects.get()
    assert (kept.token, kept.kiosk, kept.seq, kept.answered) == (token, "", None, True)
    assert FurtherUse.objects.count() == 0
    assert came == 2
    assert Proof.objects.count() == 0  # the token is still in the record: nothing was destroyed that could be sworn to
    assert take_back(code, 0, start) == "too_late"  # nobody knows any more which one it was
    device.deliver(office.door, [device.answer(slip=token)])
    assert slips.answers_by_reason() == {"": 1, "slip_used": 2}  # and it is still used
    assert slips.verified()[0] == []


def dated(start: datetime, days: int) -> int:
    """Let every use so far have come so many days after `start`, whatever the clock said; how many there were."""
    from central_office.intake.lines import PLAN_ZONE
    from central_office.intake.models import FurtherUse, Redemption

    day = timezone.localdate(start, PLAN_ZONE) + timedelta(days=days)
    return Redemption.objects.update(day=day) + FurtherUse.objects.update(day=day)


def test_a_further_use_goes_after_its_own_fifteen_days(office: Any, slips: Any, device: Any, code: Any) -> None:
    """Also when nothing else is due on that day."""
    from central_office.intake.models import FurtherUse
    from central_office.slips.forget import forget_due

    start, token = timezone.now(), slips.token(code)
    device.deliver(office.door, [device.answer(slip=token), device.answer(slip=token)])
    dated(start, 0)
    FurtherUse.objects.update(day=timezone.localdate(start) + timedelta(days=5))
    gone = [forget_due(start + timedelta(days=days), slips.sign).links for days in (16, 20, 21, 22)]
    assert gone == [1, 0, 1, 0]
    assert FurtherUse.objects.count() == 0


def test_on_the_fifteenth_day_it_still_goes(small_office: Any, small_slips: Any) -> None:
    device, start = small_office.device(plan=small_slips.PLAN), timezone.now()
    code = small_slips.codes(last_day=timezone.localdate(start))[0]
    device.deliver(small_office.door, [device.answer(slip=small_slips.token(code))])
    dated(start, 0)
    assert take_back(code, 15, start) == "done"


def test_the_keys_of_a_plan_long_over_are_destroyed(office: Any, slips: Any, device: Any, helper: Any) -> None:
    """Its last slip may be used 15 days after the plan, and withdrawn 15 days after that."""
    from datetime import date, datetime

    from central_office.intake.proofs import read
    from central_office.slips.forget import forget_due
    from central_office.slips.judge import Verdict, judge
    from central_office.slips.keys import NoKey, key_of
    from central_office.slips.models import SlipPoint

    code = slips.codes()[0]
    key = key_of(code.number)
    midday = datetime(2026, 12, 15, 12, tzinfo=slips.NOW.tzinfo)
    assert forget_due(midday + timedelta(days=30), slips.sign).keys == ()
    assert forget_due(midday + timedelta(days=31), slips.sign).keys == (f"{slips.PLAN} {slips.POINT}",)
    with pytest.raises(NoKey):
        key_of(code.number)
    assert bytes(SlipPoint.objects.get().salt) == b""
    assert str(_text(key)) not in everything()
    assert judge(code, date(2026, 12, 1)).verdict is Verdict.OVER
    assert take_back(code) == "too_late"
    (line,) = [said for _, said, fault in read(centre_key()) if not fault]
    assert (line["kind"], line["point"], line["day"]) == ("key", slips.POINT, "2027-01-15")


def centre_key() -> bytes:
    from django.conf import settings

    from central_office.keys import read_centre_key

    return bytes(read_centre_key(settings.CENTRE_KEY_PATH).verify_key)


def test_a_forged_code_takes_nothing_back(office: Any, slips: Any, device: Any, code: Any) -> None:
    from survey.invitation import make_code

    device.deliver(office.door, [device.answer(slip=slips.token(code))])
    assert take_back(make_code(code.number, code.last_day, b"abcd", b"x" * 32)) == "unknown"
    assert take_back(make_code(77, code.last_day, b"abcd", b"x" * 32)) == "unknown"
    assert slips.answers_by_reason() == {"": 1}


EDITS = {
    "erased_by_hand": ("UPDATE intake_raw SET raw = %s WHERE seq = 1", (b"",), "no signed line says"),
    "stone_gone": ("DELETE FROM intake_tombstone", (), "no signed line says"),
    "stone_moved": ("UPDATE intake_tombstone SET seq = 1", (), "no signed line says"),
    "proof_gone": ("DELETE FROM intake_proof", (), "no signed line says"),
    "proof_edited": ("UPDATE intake_proof SET line = %s", (b"{}",), "not signed by the centre"),
    "proof_first_gone": ("DELETE FROM intake_proof WHERE number = 1", (), "does not join"),
    "digest": ("UPDATE intake_record SET digest = prev WHERE seq = 2", (), "record"),
    "count": ("UPDATE intake_cell SET count = 1 WHERE count = 0", (), "the bytes say 0"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_verify_tells_a_withdrawal_from_a_deletion(office: Any, slips: Any, device: Any, edit: str) -> None:
    from central_office.intake.store import run

    codes = slips.codes(2, last_day=timezone.localdate())
    tokens = [slips.token(code) for code in codes]
    device.deliver(office.door, [device.answer(), *(device.answer(slip=token) for token in tokens), device.answer()])
    assert [take_back(code) for code in codes] == ["done", "done"]
    assert slips.verified()[0] == []
    statement, values, fault = EDITS[edit]
    if edit == "stone_moved":
        run("DELETE FROM intake_tombstone WHERE seq = 2")
    run(statement, *values)
    assert [each for each in slips.verified()[0] if fault in each]


def test_a_refused_copy_of_the_bytes_goes_too(office: Any, slips: Any, device: Any, code: Any) -> None:
    """The office did not have the form when the record first came, and kept it aside."""
    from central_office.intake.models import Incident

    record = device.answer(slip=slips.token(code))
    Incident.objects.create(
        kind="rejected", code="unknown_form", kiosk=device.name, seq=1, digest=record.digest, raw=record.raw,
        detail="", noticed_at=slips.NOW,
    )  # fmt: skip
    device.deliver(office.door, [record])
    assert take_back(code) == "done"
    assert bytes(Incident.objects.get(kind="rejected").raw) == b""
    assert slips.verified()[0] == []


def test_the_export_carries_tombstones_and_the_signed_log(office: Any, slips: Any, device: Any, tmp_path: Any) -> None:
    from central_office.results.export import export

    code = slips.codes(last_day=timezone.localdate())[0]
    record = device.answer(slip=slips.token(code), channel=Channel.SCREEN)
    records = [*device.answers(0), record, device.answer()]
    device.deliver(office.door, records)
    assert take_back(code) == "done"
    digests = export(slips.PLAN, tmp_path / "out", slips.NOW)
    assert {"tombstones.ndjson", "proofs.ndjson"} <= set(digests)
    (stone,) = [json.loads(line) for line in (tmp_path / "out/tombstones.ndjson").read_text().splitlines()]
    (answer,) = (tmp_path / "out/answers.ndjson").read_bytes().splitlines()
    assert (stone["seq"], stone["digest"]) == (1, record.digest)
    assert json.loads(answer)["prev"] == stone["digest"]  # the chain can be followed over the gap
    (line,) = [json.loads(each) for each in (tmp_path / "out/proofs.ndjson").read_text().splitlines()]
    assert json.loads(line["line"])["digest"] == record.digest


@pytest.mark.usefixtures("_django")
def test_the_command_line_withdraws_and_forgets(tmp_path: Any, helper: Any) -> None:
    config = helper.write_config(tmp_path / "office", "sqlite")
    helper.run_office(config, "setup")
    assert (tmp_path / "office/data/slip.key").stat().st_mode & 0o777 == 0o600
    wrong = helper.run_office(config, "withdraw", "ABC", check=False)
    assert (wrong.returncode, "kiểm tra lại từng nhóm" in wrong.stdout) == (1, True)
    from survey.invitation import make_code

    forged = make_code(1, timezone.localdate(), b"abcd", b"x" * 32)
    unknown = helper.run_office(config, "withdraw", forged.text, check=False)
    assert (unknown.returncode, "không phải do cơ quan cấp" in unknown.stdout) == (1, True)
    assert "rows that led to records deleted: 0" in helper.run_office(config, "slips", "forget").stdout
