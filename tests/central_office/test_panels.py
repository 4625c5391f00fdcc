"""The centre hears of a sick button box with the heartbeat, once for each time it falls ill, and shows it."""

from typing import Any

from survey.panel_state import Condition, Counts, Trouble

JSON = "application/json"
WELL = Condition("nut", box="5eed1e57", version="1.0.0", buttons=5)
GONE = Condition("nut", Trouble.ABSENT, "5eed1e57", "1.0.0", 5)
EQUAL = Counts("nut", told=7, held=7, refused=0, differ=False)
SHORT = Counts("nut", told=8, held=7, refused=0, differ=True)


def beat(office: Any, helper: Any, device: Any, condition: Condition, counts: Counts) -> None:
    told = {"panels": [condition.fields()], "panel_counts": [counts.fields()]}
    assert office.door.post(helper.HEARTBEATS, device.heartbeat(**told), JSON).status == 200


def incidents() -> list[tuple[str, str]]:
    from central_office.intake.models import Incident

    return list(Incident.objects.order_by("pk").values_list("kind", "code"))


def test_a_box_that_falls_ill_is_reported_once_each_time(office: Any, helper: Any) -> None:
    device = office.device()
    beat(office, helper, device, WELL, EQUAL)
    assert incidents() == []
    for _ in range(3):
        beat(office, helper, device, GONE, EQUAL)
    assert incidents() == [("panel", "absent")]
    device.deliver(office.door, device.answers(1))
    beat(office, helper, device, WELL, EQUAL)
    beat(office, helper, device, GONE, EQUAL)
    assert incidents() == [("panel", "absent")] * 2


def test_a_count_that_differs_is_reported_and_reported_again_when_it_grows(office: Any, helper: Any) -> None:
    device = office.device()
    for _ in range(2):
        beat(office, helper, device, WELL, SHORT)
    assert incidents() == [("panel", "counts_differ")]
    device.deliver(office.door, device.answers(1))
    beat(office, helper, device, WELL, Counts("nut", told=9, held=8, refused=0, differ=True))  # the same one
    assert incidents() == [("panel", "counts_differ")]
    beat(office, helper, device, WELL, Counts("nut", told=11, held=8, refused=0, differ=True))
    assert incidents() == [("panel", "counts_differ")] * 2


def test_misshapen_panels_are_refused_and_older_kiosks_are_not(office: Any, helper: Any) -> None:
    device = office.device()
    for wrong in ({"panels": {}}, {"panels": [{"panel": "\n"}]}, {"panel_counts": [{"told": -1}]}):
        reply = office.door.post(helper.HEARTBEATS, device.heartbeat(**wrong), JSON)
        assert (reply.status, reply.kind) == (422, "wrong_fields")
    assert office.door.post(helper.HEARTBEATS, device.heartbeat(), JSON).status == 200


def test_the_page_shows_what_is_wrong_first(office: Any, helper: Any) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from central_office.fleet.listing import kiosk_list

    well, sick = office.device(1), office.device(2, "kn-nam-da")
    beat(office, helper, well, WELL, EQUAL)
    beat(office, helper, sick, Condition("nut", Trouble.STUCK, stuck=(2,)), SHORT)
    rows = kiosk_list(timezone.now(), timedelta(minutes=30))
    assert [row.kiosk for row in rows] == [sick.name, well.name]
    (panel,) = rows[0].panels
    assert (panel.state, panel.well, panel.stuck, panel.told, panel.held) == ("nút bị kẹt", False, (3,), 8, 7)


def test_three_buttons_stand_beside_the_index_and_not_in_it(office: Any, helper: Any) -> None:
    from django.utils import timezone

    from central_office.results.analysing import analyse
    from central_office.rounds.models import PlanFile

    device = office.device()
    device.deliver(office.door, device.answers(4, answers={"RG.HL0B3": 3}))
    device.deliver(office.door, device.answers(1, answers={"RG.HL0": 1}))
    results = analyse(PlanFile.objects.get(), timezone.now(), floor=1)
    assert results.overall is not None
    assert (results.overall.share.satisfied, results.overall.share.n) == (0, 1)
    (box,) = results.boxes
    assert (box.name, box.levels, box.share.satisfied, box.share.n) == ("Hộp 3 nút", (0, 0, 4), 4, 4)
    assert results.received == 5
