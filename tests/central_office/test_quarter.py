"""Law 6 at the centre: beside answers stands no instant finer than a quarter of an hour."""

import logging
from datetime import datetime
from typing import Any

import pytest

JSON = "application/json"


def test_every_instant_kept_beside_answers_is_a_quarter_hour(
    office: Any, helper: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.utils import timezone

    from central_office.fleet.models import Kiosk, Witness
    from central_office.intake.models import Batch, Incident

    device = office.device()
    Kiosk.objects.update(seen_at=None)
    moment = datetime.fromisoformat("2026-03-04T09:59:58.765432+07:00")
    quarter = datetime.fromisoformat("2026-03-04T09:45:00+07:00")
    monkeypatch.setattr(timezone, "now", lambda: moment)
    device.deliver(office.door, [*device.answers(3), device.answer(answers={"RG.HL0": 9})])
    assert Kiosk.objects.get().seen_at == quarter
    office.door.post(helper.HEARTBEATS, device.heartbeat(seq=3, head="a" * 64), JSON)
    office.door.post(helper.HEARTBEATS, device.heartbeat(head="b" * 64, quarantined=1, seq=2000), JSON)
    assert {row.received_at for row in Batch.objects.all()} == {quarter}
    assert {row.told_at for row in Witness.objects.all()} == {quarter}
    assert {(row.kind, row.noticed_at) for row in Incident.objects.all()} == {
        ("rejected", quarter),
        ("missing", quarter),
        ("fork", quarter),
    }
    assert Kiosk.objects.get().seen_at == moment  # of the heartbeat
    device.deliver(office.door, device.answers(1))
    assert Kiosk.objects.get().seen_at == moment  # a batch never turns it back


def test_the_log_says_how_many_answers_came_and_never_which(
    small_office: Any, caplog: pytest.LogCaptureFixture
) -> None:
    device = small_office.device()
    with caplog.at_level(logging.INFO):
        device.deliver(small_office.door, device.answers(3))
    (line,) = [record for record in caplog.records if record.getMessage() == "batch.received"]
    assert line.__dict__["fields"] == {"kiosk": device.name, "accepted": 3, "duplicate": 0, "refused": 0}
