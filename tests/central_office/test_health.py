"""The centre keeps what a kiosk's doctor found as codes, and refuses what is none."""

from typing import Any

JSON = "application/json"


def kept(office: Any, helper: Any, device: Any, **told: object) -> object:
    from central_office.fleet.models import Kiosk

    assert office.door.post(helper.HEARTBEATS, device.heartbeat(**told), JSON).status == 200
    return Kiosk.objects.get(kiosk=device.name).health


def test_codes_are_kept_worst_first_until_the_next_word(office: Any, helper: Any) -> None:
    device = office.device()
    assert kept(office, helper, device) is None
    assert kept(office, helper, device, health=["hot", "disk_full"]) == ["disk_full", "hot"]
    assert kept(office, helper, device, health=["of_a_newer_kiosk"]) == ["unknown"]
    assert kept(office, helper, device, health=[]) == []
    assert kept(office, helper, device) is None


def test_what_is_no_list_of_codes_is_refused(office: Any, helper: Any) -> None:
    device = office.device()
    for wrong in ({}, ["<b>"], ["hot"] * 41, [{"code": "hot"}]):
        reply = office.door.post(helper.HEARTBEATS, device.heartbeat(health=wrong), JSON)
        assert (reply.status, reply.kind) == (422, "wrong_fields")
