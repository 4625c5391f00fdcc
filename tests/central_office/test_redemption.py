"""A slip counts once; what comes later is stored, chained and receipted like any record, and enters no figure."""

import json
from typing import Any

import pytest

from survey.record import Channel


@pytest.fixture
def device(office: Any, slips: Any) -> Any:
    return office.device(plan=slips.PLAN)


def results(slips: Any) -> Any:
    from central_office.results.analysing import analyse
    from central_office.rounds.models import PlanFile

    return analyse(PlanFile.objects.get(plan=slips.PLAN), slips.NOW, floor=1)


def test_the_first_record_counts_and_the_later_ones_are_kept(office: Any, slips: Any, device: Any) -> None:
    from central_office.intake.models import FurtherUse, Record, Redemption

    token = slips.token(slips.codes()[0])
    other = office.device(seed=2, plan=slips.PLAN)
    same = {"slip": token, "quarter": slips.QUARTER, "answers": {"RG.HL0": 5}, "flags": ()}
    records = [device.answer(**same), device.answer(), device.answer(**same)]
    receipts = [device.deliver(office.door, records), other.deliver(office.door, [other.answer(**same)])]
    assert [(each.accepted, each.refusals) for each in receipts] == [(3, ()), (1, ())]
    assert {bytes(raw) for raw in Record.objects.filter(kiosk_id=device.name).values_list("body__raw", flat=True)} == {
        each.raw for each in records
    }
    row = Redemption.objects.get()
    assert (row.token, row.kiosk, row.seq, row.withdrawn) == (token, device.name, 1, "")
    assert set(FurtherUse.objects.values_list("kiosk", "seq")) == {(device.name, 3), (other.name, 1)}
    assert slips.answers_by_reason() == {"": 2, "slip_used": 2}
    found = results(slips)
    assert (found.uncounted, found.overall.share.n) == ({"slip_used": 2, "slip_void": 0}, 1)
    assert slips.verified()[0] == []


def test_a_record_sent_again_is_its_own_slips_duplicate(office: Any, slips: Any, device: Any) -> None:
    token = slips.token(slips.codes()[0])
    records = [device.answer(slip=token), *device.answers(2)]
    assert device.deliver(office.door, records[:1]).accepted == 1
    for _ in range(2):
        receipt = device.deliver(office.door, records)
        assert receipt.refusals == ()
    assert slips.answers_by_reason() == {"": 3}
    assert slips.verified()[0] == []


def test_a_conflicting_record_uses_no_slip_up(office: Any, slips: Any, device: Any) -> None:
    """What is kept aside was not stored: its slip is still good for the citizen who holds it."""
    from central_office.intake.models import Redemption

    first, second = (slips.token(code) for code in slips.codes(2))
    record = device.answer(slip=first)
    device.deliver(office.door, [record])
    device.seq, device.prev = 0, "0" * 64
    receipt = device.deliver(office.door, [device.answer(slip=second)])
    assert [refusal.code for refusal in receipt.refusals] == ["same_sequence"]
    other = office.device(seed=4, plan=slips.PLAN)
    same_id = other.answer(slip=second, id=json.loads(record.raw)["id"])
    receipt = other.deliver(office.door, [same_id])
    assert [refusal.code for refusal in receipt.refusals] == ["same_id"]
    assert list(Redemption.objects.values_list("token", flat=True)) == [first]


def test_a_void_slips_answer_is_told_and_not_counted(office: Any, slips: Any, device: Any) -> None:
    from central_office.slips.models import Slip

    code = slips.codes()[0]
    Slip.objects.create(token=slips.token(code), number=1, day=slips.TODAY, state="void", kiosk=device.name)
    device.deliver(office.door, [device.answer(slip=slips.token(code)), device.answer(slip=slips.token(code))])
    assert slips.answers_by_reason() == {"slip_void": 1, "slip_used": 1}
    assert slips.verified()[0] == []


def test_the_pages_and_the_export_say_what_is_not_counted(office: Any, slips: Any, device: Any, tmp_path: Any) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    from central_office.results.export import export

    token = slips.token(slips.codes()[0])
    same = {"slip": token, "quarter": slips.QUARTER, "agency": "so-tnmt", "channel": Channel.PAPER}
    device.deliver(office.door, [device.answer(**same), device.answer(**same)])
    client = Client()
    client.force_login(User.objects.create_superuser("xem"))
    page = client.get("/ket-qua/", {"plan": slips.PLAN}).content.decode()
    assert "1 không tính: phiếu mời đã dùng" in page
    assert "Phiếu giấy" in page
    told = client.get("/ket-qua.json", {"plan": slips.PLAN}).json()
    assert (told["received"], told["not_counted"], told["withdrawn"]) == (1, {"slip_used": 1, "slip_void": 0}, 0)
    export(slips.PLAN, tmp_path / "out", slips.NOW)
    rows = (tmp_path / "out/answers.csv").read_text("utf-8-sig").splitlines()
    assert [row.split(";")[9:11] for row in rows] == [
        ["Được tính", "Cơ quan giải quyết"],
        ["có", "so-tnmt"],
        ["không: phiếu mời đã dùng", "so-tnmt"],
    ]


EDITS = {
    "counted_twice": (
        "UPDATE intake_record SET cell_id = (SELECT cell_id FROM intake_record r WHERE r.seq = 1) WHERE seq = 2",
        "2 records of it are counted",
    ),
    "not_counted": (
        "UPDATE intake_record SET cell_id = (SELECT cell_id FROM intake_record r WHERE r.seq = 2) WHERE seq = 1",
        "no record of it is counted",
    ),
    "made_void": ("UPDATE intake_cell SET why = 'slip_void' WHERE why = 'slip_used'", "in a cell that differs"),
    "use_gone": ("DELETE FROM intake_redemption", "nothing says so"),
    "use_moved": ("UPDATE intake_redemption SET seq = 2", "by another record than the one counted"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_verify_finds_whoever_counts_otherwise(office: Any, slips: Any, device: Any, edit: str) -> None:
    from central_office.intake.store import run

    same = {"slip": slips.token(slips.codes()[0]), "quarter": slips.QUARTER, "state": "partial", "flags": ()}
    same |= {"answers": {"RG.HL0": 5}, "channel": Channel.SCREEN}
    device.deliver(office.door, [device.answer(**same), device.answer(**same)])
    assert slips.verified()[0] == []
    statement, fault = EDITS[edit]
    run(statement)
    assert [each for each in slips.verified()[0] if fault in each]


def test_a_cell_without_a_slip_says_so(office: Any, slips: Any, device: Any) -> None:
    """And whether its day is in the window is no part of its spelling."""
    from central_office.intake.models import Cell

    device.deliver(office.door, [device.answer(flags=(), channel=Channel.SCREEN, answers={"RG.HL0": 5})])
    cell = Cell.objects.get()
    assert cell.key.endswith(f"|{cell.day}|")
    assert (cell.counted, cell.why, cell.agency, cell.by_slip) == (True, "", "", False)
