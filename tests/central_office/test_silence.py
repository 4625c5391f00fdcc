"""Silence in opening hours: a kiosk's told once, a district's in one line, the return of each; none of it at night."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.central_office.test_watching import PLAN
from tests.central_office.test_watching_alerts import kinds, post, run  # noqa: F401 - `post` is a fixture

NINE = datetime(2023, 9, 19, 2, 0, tzinfo=UTC)  # Tuesday 09:00


@pytest.fixture
def two_districts(small_office: Any) -> list[str]:
    """Five kiosks under «Phía bắc», three under «Phía nam»; their points by district."""
    from central_office.fleet.models import Kiosk
    from central_office.rounds.catalogue import plan_of
    from central_office.rounds.models import PlanFile
    from central_office.units.storing import preview_now, store
    from central_office.units.table_file import read_table

    points = [each.point.code for each in plan_of(PlanFile.objects.get(plan=PLAN).text).allocations][:8]
    rows = ["Danh mục;Mã;Tên;Cấp;Thuộc", "thu;tinh;Tỉnh thử;Tỉnh, thành phố;", "thu;bac;Phía bắc;Huyện;thu:tinh"]
    rows += ["thu;nam;Phía nam;Huyện;thu:tinh"]
    rows += [f"diem;{code};Điểm {code};Điểm tiếp nhận;thu:{'bac' if n < 5 else 'nam'}" for n, code in enumerate(points)]
    lines = read_table("\n".join(rows).encode(), "x").lines
    found = preview_now(lines, "thu")
    assert not found.refused, found.refused[:3]
    store(lines, "thu", found.digest, "cli:test", "x")
    for number, code in enumerate(points):
        Kiosk.objects.create(
            kiosk=f"k-{number}", public_key=bytes([number] * 32), plan=PLAN, point=code,
            enrolled_at=NINE - timedelta(days=9), seen_at=NINE, clock="synchronised",
        )  # fmt: skip
    return points


def silent(now: datetime) -> list[str]:
    return [alert.text for alert in run(now) if alert.kind == "silence"]


def heard(*numbers: int, at: datetime) -> None:
    from central_office.fleet.models import Kiosk

    Kiosk.objects.filter(kiosk__in=[f"k-{number}" for number in numbers]).update(seen_at=at)


def test_a_district_goes_silent_in_one_line_and_comes_back_in_one(two_districts: list[str], post: list[Any]) -> None:  # noqa: F811
    from central_office.watching.models import Alert, Silence

    ten = NINE + timedelta(hours=1)
    heard(4, 5, 6, at=ten)  # 0–3 of the north are gone, and 7 of the south
    (north,) = [text for text in silent(ten) if "Phía bắc" in text]
    assert north == "Phía bắc: 4/5 ki-ốt im lặng từ 09:00 ngày 19/09/2023"
    assert Alert.objects.filter(kind="silence").count() == 2, "the district, and one of the south alone"
    assert silent(ten + timedelta(minutes=5)) == []
    heard(5, 6, at=ten + timedelta(minutes=40))
    assert silent(ten + timedelta(minutes=41)) == [], "the fifth of the north joins what was told"
    assert Silence.objects.filter(ended_at=None).count() == 6
    heard(0, 1, 2, 3, 4, at=ten + timedelta(hours=1))
    post.clear()
    silent(ten + timedelta(hours=1, minutes=1))
    ((_, subject, body),) = [each for each in post if each[0] == "alert.back"]
    assert (subject, body["text"]) == (f"Ki-ốt đã liên lạc lại: 1 nơi ({PLAN})", "Phía bắc: 5 ki-ốt đã liên lạc lại")
    told = {alert.point: alert.state for alert in Alert.objects.filter(kind="silence")}
    assert told == {"": "handled", two_districts[7]: "new"}, "what nobody touched is closed by the return"


def test_forty_of_the_night_make_no_alarm(two_districts: list[str], post: list[Any]) -> None:  # noqa: F811
    evening = NINE.replace(hour=9, minute=45)  # 16:45
    heard(*range(8), at=evening)
    for hours in (1, 5, 9, 14, 14.9):
        assert silent(evening + timedelta(hours=hours)) == [], hours
    assert len(silent(evening + timedelta(hours=15.2))) == 2, "both districts, twenty minutes after opening"
    assert not [each for each in post if each[0] == "alert.back"]


def test_a_district_is_told_to_who_sees_all_that_is_silent_in_it(two_districts: list[str], people: Any) -> None:
    from central_office.watching.alerts import may_handle, seen_by
    from central_office.watching.models import Alert

    heard(4, 5, 6, 7, at=NINE + timedelta(hours=1))
    silent(NINE + timedelta(hours=1))
    alert = Alert.objects.get(kind="silence")
    whole = people("phia-bac", ("supervisor", {"points": two_districts[:5]})).user
    part = people("mot-phan", ("supervisor", {"points": two_districts[:3]})).user
    head = people("nguoi-so", ("office", {}))
    numbers = (whole, part, head.user)
    assert [seen_by(user).filter(pk=alert.pk).exists() for user in numbers] == [True, False, True]
    assert may_handle(head.user, alert)
    page = head.get("/theo-doi/canh-bao/?loai=silence").content.decode()
    assert "/ki-ot/?don-vi=thu%3Abac&amp;tinh-trang=silent" in page


def test_a_kiosk_that_was_revoked_ends_without_a_word(two_districts: list[str], post: list[Any]) -> None:  # noqa: F811
    from central_office.fleet.models import Kiosk
    from central_office.watching.models import Silence

    heard(*range(1, 8), at=NINE + timedelta(hours=1))
    assert len(silent(NINE + timedelta(hours=1))) == 1
    Kiosk.objects.filter(kiosk="k-0").update(revoked_at=NINE)
    post.clear()
    assert silent(NINE + timedelta(hours=1, minutes=5)) == []
    assert Silence.objects.get().ended_at is not None
    assert not [each for each in post if each[0] == "alert.back"]


def test_a_district_is_told_again_though_one_kiosk_never_came_back(two_districts: list[str], post: list[Any]) -> None:  # noqa: F811
    from central_office.watching.models import Alert

    ten = NINE + timedelta(hours=1)
    heard(5, 6, 7, at=ten)
    assert silent(ten) == ["Phía bắc: 5/5 ki-ốt im lặng từ 09:00 ngày 19/09/2023"]
    heard(*range(1, 8), at=ten + timedelta(minutes=5))
    assert silent(ten + timedelta(minutes=6)) == []
    heard(5, 6, 7, at=ten + timedelta(hours=1))
    again = silent(ten + timedelta(hours=1))
    assert again == ["Phía bắc: 5/5 ki-ốt im lặng từ 10:05 ngày 19/09/2023"], "the second time is news"
    assert Alert.objects.filter(kind="silence").count() == 2


def test_a_kiosk_that_was_replaced_ends_its_silence_without_a_word(two_districts: list[str], post: list[Any]) -> None:  # noqa: F811
    from central_office.fleet.models import Kiosk
    from central_office.watching.models import Alert, Silence

    heard(*range(1, 8), at=NINE + timedelta(hours=1))
    assert len(silent(NINE + timedelta(hours=1))) == 1
    Kiosk.objects.filter(kiosk="k-0").update(retired_at=NINE, successor="k-new")
    post.clear()
    assert silent(NINE + timedelta(hours=1, minutes=5)) == []
    assert (Silence.objects.get().ended_at is not None, Alert.objects.get(kind="silence").state) == (True, "handled")
    assert not [each for each in post if each[0] == "alert.back"]
