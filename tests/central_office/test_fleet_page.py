"""The fleet's pages: who is shown first, what is chosen, one kiosk's history, and an inventory for Ansible."""

import re
from argparse import Namespace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

TUESDAY = datetime(2023, 9, 19, 3, 0, tzinfo=UTC)  # 10:00 in Krông Nô
HALF_AN_HOUR = timedelta(minutes=30)
POINTS = ("kn-huyen", "kn-dak-mam", "kn-nam-da", "kn-dak-dro", "kn-dak-sor", "kn-tan-thanh")


def kiosks(now: datetime, **of_each: dict[str, Any]) -> None:
    """A kiosk k-NAME for each keyword, well unless its fields say otherwise."""
    from central_office.fleet.models import Kiosk

    for number, (name, fields) in enumerate(of_each.items()):
        well = {"seen_at": now - timedelta(minutes=1), "version": "0.2.0", "clock": "synchronised", "health": []}
        well |= {"free_bytes": 9_000_000_000, "plan": "krong-no-2023", "point": POINTS[number]}
        key = number.to_bytes(32, "big")
        Kiosk.objects.create(
            **({"kiosk": f"k-{name}", "public_key": key, "enrolled_at": now - timedelta(days=9)} | well | fields)
        )


def listed(now: datetime) -> dict[str, Any]:
    from central_office.fleet.listing import kiosk_list

    return {row.kiosk: row for row in kiosk_list(now, HALF_AN_HOUR)}


def test_every_trouble_is_told_and_nothing_else(small_office: Any) -> None:
    old = {"oldest": "2023-09-15T08:15+07:00", "pending": 3}
    kiosks(
        TUESDAY,
        well={"health": None},
        silent={"seen_at": TUESDAY - timedelta(hours=1)},
        backlog=old,
        ill={"health": ["touch_missing", "hot"], "free_bytes": 1000, "clock": "uncertain", "quarantined": 1},
        old={"version": "0.1.12"},
        never={"seen_at": None, "version": "", "clock": "", "health": None, "free_bytes": None},
    )
    rows = listed(TUESDAY)
    told = {name: [trouble.value for trouble in row.troubles] for name, row in rows.items()}
    assert told == {
        "k-silent": ["silent"],
        "k-ill": ["sick", "quarantine", "disk", "clock", "watch"],
        "k-backlog": ["backlog"],
        "k-never": ["never"],
        "k-old": ["version"],
        "k-well": [],
    }
    assert next(iter(rows)) == "k-silent", "what needs a person comes first"
    assert list(rows)[-1] == "k-well"
    assert rows["k-ill"].health_words == ["mất cảm ứng", "máy nóng"]


def test_nobody_is_silent_at_night_on_a_holiday_or_at_the_weekend(
    small_office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    from central_office.config import read_config

    kiosks(TUESDAY, one={"seen_at": datetime(2023, 9, 18, 9, 50, tzinfo=UTC)})  # Monday 16:50, ten minutes to go

    def state(hours: float) -> str:
        return str(listed(datetime(2023, 9, 18, 9, 50, tzinfo=UTC) + timedelta(hours=hours))["k-one"].status.value)

    assert [state(each) for each in (0.4, 3, 14.6, 15.2)] == ["active", "resting", "resting", "silent"]
    monkeypatch.setattr(settings, "HOLIDAYS", read_config('holidays = "2023-09-19..2023-09-20"', "x").days_off)
    assert [state(each) for each in (15.2, 39.2, 63.2)] == ["resting", "resting", "silent"], "two days off"


def test_holidays_are_checked_and_days_of_every_year_known() -> None:
    from datetime import date

    from central_office.config import read_config
    from central_office.watching.limits import LIMITS
    from survey.errors import BadFile

    assert not LIMITS.hours.is_open_on(date(2027, 9, 2))
    assert LIMITS.hours.is_open_on(date(2027, 9, 3))
    for wrong in ("2027-02-30", "2027-03-05..2027-03-01", "Tết", "2027-01-01..2028-01-01"):
        with pytest.raises(BadFile):
            read_config(f'holidays = "{wrong}"', "x")


def test_the_list_is_chosen_sorted_and_paged(small_office: Any, people: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.utils import timezone

    from central_office.fleet import views

    person = people("truongphong", ("office", {}))
    now = timezone.now()
    kiosks(now, well={}, ill={"health": ["hot", "printer_missing"]}, old={"version": "0.1.0"}, other={"pending": 7})

    def names(query: str) -> list[str]:
        return [row["kiosk"] for row in person.get(f"/ki-ot.json{query}").json()["kiosks"]]

    assert names("?loi=sick") == ["k-ill"]
    assert names("?phien-ban=0.1.0") == ["k-old"]
    assert names("?tim=NAM DA") == ["k-old"], "Xã Nâm N'Đir is another"
    assert names("?tinh-trang=silent") == []
    assert names("?xep=phien-ban")[0] == "k-old"
    assert set(names("?loi=x&tinh-trang=y&xep=z&tim=%00")) == {"k-well", "k-ill", "k-old", "k-other"}
    monkeypatch.setattr(views, "ON_A_PAGE", 3)
    pages = [person.get(f"/ki-ot/?trang={number}").content.decode() for number in (1, 2, "x")]
    found = [len(re.findall(r'<th scope="row">', page)) for page in pages]
    assert found == [3, 1, 3]
    assert "<script" not in pages[0]
    assert pages[0].count('class="square ') == 4 + 4, "a square for each of four kiosks, and the legend"
    assert "mất máy in" in pages[0]


def test_one_kiosk_has_its_history_by_the_hour(small_office: Any, people: Any) -> None:
    from central_office.fleet.history.looking import MOST_CHANGES, keep_address, look, turn
    from central_office.fleet.history.models import Change
    from central_office.fleet.models import Kiosk

    kiosks(TUESDAY, one={}, two={})
    assert look(TUESDAY) == 2, "both enrolled"
    keep_address("k-one", "10.1.2.3")
    assert look(TUESDAY + timedelta(seconds=30)) == 0
    moved = {"version": "0.3.0", "health": ["touch_missing"], "seen_at": TUESDAY + timedelta(hours=3)}
    Kiosk.objects.filter(kiosk="k-one").update(**moved, point="kn-nam-da")
    later = TUESDAY + timedelta(hours=4, minutes=40)  # 14:40: k-two has been silent since the morning
    turn(later)
    turn(later + timedelta(minutes=5))
    Kiosk.objects.filter(kiosk="k-two").update(seen_at=later + timedelta(minutes=30))
    Kiosk.objects.filter(kiosk="k-one").update(revoked_at=later)
    turn(later + timedelta(minutes=31))
    told = [(each.kiosk_id, each.kind, each.what) for each in Change.objects.order_by("pk")][2:]
    assert sorted(told) == sorted(
        [
            ("k-one", "moved", "krong-no-2023 kn-nam-da"),
            ("k-one", "updated", "0.2.0 → 0.3.0"),
            ("k-one", "silent", ""),
            ("k-one", "trouble", "Máy có lỗi"),
            ("k-two", "silent", ""),
            ("k-one", "revoked", ""),
            ("k-two", "back", ""),
        ]
    )
    assert {each.at.minute for each in Change.objects.exclude(kind="enrolled")} == {0}
    near, far = (
        people(name, ("unit_officer", {"points": [point]}))
        for name, point in (("nguoi-gan", "kn-nam-da"), ("nguoi-xa", "kn-huyen"))
    )
    page = near.get("/ki-ot/may/k-one/").content.decode()
    for shown in ("0.2.0 → 0.3.0", "Giao nơi khác", "10.1.2.3", "Thu hồi"):
        assert shown in page, shown
    assert far.get("/ki-ot/may/k-one/").status_code == 404
    Change.objects.bulk_create(Change(kiosk_id="k-two", at=TUESDAY, kind="back") for _ in range(MOST_CHANGES + 50))
    Kiosk.objects.filter(kiosk="k-two").update(version="0.4.0")
    look(later + timedelta(hours=2))
    assert Change.objects.filter(kiosk="k-two").count() == MOST_CHANGES


def test_a_kiosk_that_was_replaced_has_not_come_back(small_office: Any) -> None:
    from central_office.fleet.history.looking import look
    from central_office.fleet.history.models import Change
    from central_office.fleet.models import Kiosk

    kiosks(TUESDAY, one={"seen_at": TUESDAY - timedelta(hours=1), "health": ["touch_missing"]})
    look(TUESDAY)
    ends: list[dict[str, Any]] = [{"retired_at": TUESDAY}, {"retired_at": None}, {"revoked_at": TUESDAY}]
    for hours, fields in enumerate([*ends, {"revoked_at": None}, {"revoked_at": TUESDAY}], 1):
        Kiosk.objects.update(**fields)
        look(TUESDAY + timedelta(hours=hours))
    stands = ["silent", "trouble"]  # serves again, and is as it was
    told = [each.kind for each in Change.objects.order_by("pk")]
    assert told == ["enrolled", "retired", *stands, "revoked", *stands, "revoked"]


def test_the_way_to_updates_is_shown_to_who_may_go_it(small_office: Any, people: Any) -> None:
    head, near = people("truong-phong", ("office", {})), people("can-bo-xa", ("unit_officer", {"points": [POINTS[0]]}))
    seen = ["ban-cap-nhat" in each.get("/ki-ot/").content.decode() for each in (head, near)]
    assert (seen, near.get("/ki-ot/ban-cap-nhat/").status_code) == ([True, False], 403)


def test_every_code_of_the_doctor_has_words() -> None:
    from central_office.fleet.health_words import named, words
    from survey.health import CODES

    assert set(words()) == set(CODES)
    assert named(["hot", "of_tomorrow"]) == ["máy nóng", words()["unknown"]]


def test_versions_are_compared_as_numbers() -> None:
    from central_office.fleet.troubles import newest

    assert newest(["0.9.0", "0.10.0", "0+source", "0.2"]) == "0.10.0"
    assert newest([]) == ""


def test_the_inventory_is_one_that_ansible_reads(small_office: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Its shape, by what Ansible's script plugin accepts: groups are objects of `hosts`, `children` and `vars`; every
    host of a group has its variables; names of groups are identifiers."""
    import json

    from django.utils import timezone

    from central_office.commands.fleet_lists import fleet_list, inventory
    from central_office.config import Config
    from central_office.fleet.history.looking import keep_address, look

    now = timezone.now()
    kiosks(now, one={"health": ["hot"]}, two={"version": "0.1.0"}, gone={"revoked_at": now})
    look(now)
    keep_address("k-two", "10.1.2.3")
    assert inventory(Namespace(format="ansible"), Config()) == 0
    found = json.loads(capsys.readouterr().out)
    hosts = found["_meta"]["hostvars"]
    assert set(hosts) == {"k-one", "k-two"}
    for name, group in found.items():
        assert name == "_meta" or re.fullmatch(r"[a-z][a-z0-9_]*", name)
        assert name == "_meta" or (
            set(group) <= {"hosts", "children", "vars"} and set(group.get("hosts", ())) <= set(hosts)
        )
    assert set(found["all"]["children"]) - set(found) == {"ungrouped"}
    assert found["version_0_1_0"]["hosts"] == found["trouble_version"]["hosts"] == ["k-two"]
    assert hosts["k-two"]["ansible_host"] == "10.1.2.3"
    assert hosts["k-one"]["hailong_health"] == ["hot"]
    assert fleet_list(Namespace(trouble="version", json=False), Config()) == 0
    assert capsys.readouterr().out.count("k-") == 1
